"""The store in a thread of its own, so that the event loop never waits for the disk.

Calls are done one after another in the order in which they were made. The queue is bounded: an `await` waits for room without blocking
the loop, `submit` from ordinary code blocks until there is room.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from queue import Queue
from typing import TYPE_CHECKING, Any, TypeVar

from crawler.store.errors import StoreError
from crawler.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")
Task = tuple["Future[Any]", "Callable[[Store], Any]"]
ROOM = 64  # pages that may wait: some 20 MB of rows at most


class Writer:
    """A `Store` at `path`, opened and used by one background thread. Raises what `Store` raises on opening.

    An error of one page is that call's; one that no later call can get over (disk full, file gone) ends the writer: later calls raise it
    too, and `close` does where nobody saw it.
    """

    def __init__(self, path: Path | str) -> None:
        self._queue: Queue[Task | None] = Queue(ROOM)
        self._room: asyncio.Semaphore | None = None
        self._failure: StoreError | None = None
        self._seen = True
        opened: Future[None] = Future()
        self._thread = threading.Thread(target=self._work, args=(path, opened), name="store", daemon=True)
        self._thread.start()
        opened.result()

    def submit(self, call: Callable[[Store], T]) -> Future[T]:
        """Have `call` done with the store, for example `lambda store: store.write(rows)`; blocks while the queue is full."""
        future: Future[T] = Future()
        self._queue.put((future, call))
        return future

    async def run(self, call: Callable[[Store], T]) -> T:
        """The result of `call`, done in the thread; waits for room and for the result without blocking the event loop."""
        if self._room is None:
            self._room = asyncio.Semaphore(ROOM)
        async with self._room:
            return await asyncio.wrap_future(self.submit(call))

    def close(self) -> None:
        """Do what is queued, close the store and wait for the thread. Raises the error that ended the writer where no call raised it."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()
        if self._failure and not self._seen:
            self._seen = True
            raise self._failure

    def _work(self, path: Path | str, opened: Future[None]) -> None:
        try:
            store = Store(path)
        except BaseException as error:
            opened.set_exception(error)
            return
        opened.set_result(None)
        with store:
            while task := self._queue.get():
                self._do(store, *task)

    def _do(self, store: Store, future: Future[Any], call: Callable[[Store], Any]) -> None:
        """Do one call and hand its result or its error to whoever waits for it."""
        if not future.set_running_or_notify_cancel():
            return
        try:
            if self._failure:
                raise self._failure
            future.set_result(call(store))
        except BaseException as error:
            if isinstance(error, StoreError) and error.fatal:
                self._failure, self._seen = error, False
            future.set_exception(error)
