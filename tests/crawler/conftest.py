"""What every crawl test leaves behind is put back."""

from collections.abc import Iterator

import pytest

from crawler.middlewares.addresses import GuardedResolver


@pytest.fixture(autouse=True)
def loopback_is_refused_again() -> Iterator[None]:
    """A run over this machine opens it for the whole process, as the reactor's resolver is one for the process."""
    yield
    GuardedResolver.loopback = False
