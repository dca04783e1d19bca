"""Tests that need the event loop: pytest-twisted runs the reactor, a coroutine of asyncio is awaited in it."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

import pytest_twisted
from twisted.internet.defer import Deferred


def in_loop(test: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
    """The test as one that pytest runs, awaited as a task of the loop."""

    @wraps(test)
    async def run(*arguments: Any, **named: Any) -> None:
        await Deferred.fromFuture(asyncio.ensure_future(test(*arguments, **named)))

    return pytest_twisted.ensureDeferred(run)
