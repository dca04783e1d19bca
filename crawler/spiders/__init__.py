"""The spiders, and what they share: arguments that are checked before the first request."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from scrapy import Spider

from crawler.errors import ConfigurationError
from crawler.extensions.run import Run

if TYPE_CHECKING:
    from crawler.items import CapturedPage


class ReportSpider(Spider):
    """Base of the spiders. `given` is what was asked for with -a, `takes` what may be; `replays`: its fetches may be stored already."""

    takes: ClassVar[tuple[str, ...]] = ()
    replays: ClassVar[bool] = False

    def __init__(self, **given: str) -> None:
        super().__init__(given.pop("name", None))
        self.given = given

    @property
    def run(self) -> Run:
        """What the run holds open."""
        run = self.crawler.get_extension(Run)
        assert run is not None
        return run

    async def prepare(self) -> None:
        """Checks the arguments. Raises ConfigurationError with one line that says what to do."""
        unknown = [name for name in self.given if name not in self.takes]
        if unknown:
            allowed = ", ".join(f"-a {name}=" for name in self.takes)
            raise ConfigurationError(f"{self.name} does not know -a {unknown[0]}=; it takes {allowed}")

    def attached(self, item: CapturedPage, files: tuple[str, ...]) -> None:
        """Told of the attached files of a page that may hold its report; a spider that fetches asks for them."""
