"""Made-up portals of real families, served on this machine: what `-a portal=samples` crawls, and what the tests and benchmarks run on.

    with samples.serve() as served:
        served.portals        # entries as crawler.portals loads them, their listings on 127.0.0.1
        served.pages          # every page with its address and the reports it must be read as

Those of world.yaml are two families with many reports. Every other family, shape and obstacle is a sample site: a folder in
crawler/samples/sites, served on a host name of its own (`samples.serve(sites=sites.load())`).

world.yaml says which portals, agencies and years there are and what is odd about them, texts.yaml what the reports say.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING

from crawler.portals import Portal
from crawler.samples import articles, listings, world
from crawler.samples.server import Answer, Asked, Resource, Server
from crawler.samples.sites import Session
from crawler.samples.world import Report, SamplePage, Site

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Self

    from crawler.samples.sites import SampleSite

__all__ = ["Page", "Report", "Samples", "pages", "serve"]


LOOK_UP = 0.05  # seconds after which the server sees that it is to stop; by default half a second


@dataclass(frozen=True, slots=True)
class Page:
    """A page as served: path, bytes, HTTP content type, and what it is about (`sample.reports` are the reports on it)."""

    site: Site
    sample: SamplePage
    path: str
    content_type: str = "text/html"

    @property
    def body(self) -> bytes:
        """The bytes of the page, the same on every machine."""
        return articles.encoded(articles.page(self.site, self.sample), self.site.charset)


def pages(count: int | None = None) -> tuple[Page, ...]:
    """The article pages of the sample world; with `count` at least so many (some 170 need no more agencies than world.yaml has)."""
    agencies = None if count is None else 15 + count // 11
    found = tuple(_page(site, one) for site in world.sites(agencies) for one in site.pages)
    return found if count is None else found[: max(count, 0)]


def _page(site: Site, one: SamplePage) -> Page:
    return Page(site, one, listings.article_path(site, one))


class Samples:
    """The portals, served while it is started; a context manager. `portals` exist once it is started."""

    def __init__(self, sites: tuple[Site, ...], port: int = 0, sample_sites: Iterable[SampleSite] = ()) -> None:
        self.sites = sites
        self.sample_sites = tuple(sample_sites)
        self.pages = tuple(_page(site, one) for site in sites for one in site.pages)
        self.portals: tuple[Portal, ...] = ()
        self._port = port
        self._server: Server | None = None

    def start(self) -> Self:
        """Begins to serve. Raises OSError where the port is taken."""
        sessions = {site.host: Session(site) for site in self.sample_sites}
        self._server = server = Server(self._resources(), self._port, partial(_of_host, sessions))
        Thread(target=server.serve_forever, args=(LOOK_UP,), name="samples", daemon=True).start()
        self.portals = tuple(_portal(site, server.url) for site in self.sites)
        return self

    def stop(self) -> None:
        """Ends serving; does nothing where nothing is served."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def port(self) -> int:
        """The port they are served on. Raises RuntimeError where nothing is served."""
        return self._running.server_port

    @property
    def asked(self) -> tuple[Asked, ...]:
        """The requests that the sample sites had, in order. Raises RuntimeError where nothing is served."""
        return tuple(self._running.asked)

    def url_of(self, path: str) -> str:
        """Where a path stands while it is served. Raises RuntimeError where nothing is served."""
        return self._running.url + path

    @property
    def _running(self) -> Server:
        if self._server is None:
            raise RuntimeError("the samples are not being served")
        return self._server

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def _resources(self) -> dict[str, Resource]:
        found = {page.path: Resource(cache(lambda _, page=page: page.body), page.content_type) for page in self.pages}
        for site in self.sites:
            for path, markup in listings.pages(site).items():
                found[path] = Resource(cache(lambda _, site=site, markup=markup: articles.encoded(markup, site.charset)), "text/html")
            if site.family != "trs":
                found[listings.proxy_path(site)] = Resource(partial(_group, site), "text/html")
        return found


def _group(site: Site, query: str) -> bytes:
    return listings.group(site, query).encode()


def _portal(site: Site, root: str) -> Portal:
    listing = root + listings.listing_path(site)
    return Portal(site.id, site.name, site.level, site.division_code, (listing,), ("127.0.0.1",), site.family, True, "made up")


def serve(agencies: int | None = None, years: range | None = None, port: int = 0, *, sites: Iterable[SampleSite] | None = None) -> Samples:
    """The sample portals, not yet started. `agencies`: at least so many; `years`: only reports on these; `port`: 0 for a free one.

    With `sites` these sample sites (crawler.samples.sites) in place of the portals of world.yaml.
    """
    return Samples(world.sites(agencies, years), port) if sites is None else Samples((), port, sites)


def _of_host(sessions: Mapping[str, Session], asked: Asked) -> Answer | None:
    """The answer of the site whose host, or a host below it, is asked; None where there is no such site."""
    host = ".".join(asked.host.split(".")[-2:])
    return sessions[host].answer(asked) if host in sessions else None
