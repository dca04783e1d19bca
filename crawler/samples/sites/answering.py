"""A site answering requests: the first route that fits, filled in, in the bytes and with the quirks that it has."""

from __future__ import annotations

import gzip
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping
from threading import Lock

from crawler.samples import articles
from crawler.samples.server import Answer, Asked
from crawler.samples.sites.attachments import FORMS
from crawler.samples.sites.choosing import chosen, listed
from crawler.samples.sites.filling import Scope
from crawler.samples.sites.matching import brought
from crawler.samples.sites.model import Route, Row, SampleSite

_GONE = Route(re.compile(""), "$gone", status=404)


class Session:
    """A site while it is served: what it answers may depend on what was asked before. Answers one request at a time."""

    def __init__(self, site: SampleSite) -> None:
        self.site = site
        self._asks: Counter[tuple[object, ...]] = Counter()
        self._tokens = 0
        self._lock = Lock()

    def answer(self, asked: Asked) -> Answer:
        """The answer; 404 where no route fits. Raises KeyError and ValueError for markup that cannot be filled in."""
        with self._lock:
            key = (asked.host, asked.method, asked.path, asked.query, asked.body)
            self._asks[key] += 1
            for route in self.site.routes:
                found = self._of_route(route, asked, self._asks[key])
                if found is not None:
                    return found
            return self._answer(_GONE, self._scope(_GONE, asked, {}))

    @property
    def token(self) -> str:
        """The newest token: what an ASP.NET page hides in its form."""
        return b64encode(f"{self.site.id} state {self._tokens}//+".encode()).decode()

    def _of_route(self, route: Route, asked: Asked, ask: int) -> Answer | None:
        subdomain = asked.host.removesuffix(self.site.host).rstrip(".") or None
        words = brought(route, asked, subdomain)
        if words is None or route.when.ask not in (None, ask):
            return None
        if route.when.fresh is not None and words.get(route.when.fresh) != self.token:
            return None
        return self.rendered(route, asked, words)

    def rendered(self, route: Route, asked: Asked, words: Mapping[str, str]) -> Answer | None:
        """The answer of a route to a request that brought these words; None where it has no such page."""
        lists = self._lists(route, words)
        if lists is None:
            return None
        self._tokens += route.token
        scope = self._scope(route, asked, words)
        for name, (rows, numbers) in reversed(lists.items()):  # the numbers of the first list are those of the page
            scope = scope.having(**numbers)
            scope = scope.having(**{name: listed(route.rows[name], rows, scope)})
        return self._answer(route, _linked(route, scope) if lists else scope)

    def _lists(self, route: Route, words: Mapping[str, str]) -> dict[str, tuple[list[Row], dict[str, int]]] | None:
        """The rows of each list on the page; None where one of them has no such page."""
        found = {name: chosen(selection, self.site.rows, words) for name, selection in route.rows.items()}
        held = {name: one for name, one in found.items() if one is not None}
        return held if len(held) == len(found) else None

    def _scope(self, route: Route, asked: Asked, words: Mapping[str, str]) -> Scope:
        site = self.site
        fixed = {
            "site": site.name,
            "code": site.division_code,
            "host": asked.host,
            "port": asked.port,
            "query": asked.query,
            "rows": "",
            "next_link": "",
            "previous_link": "",
        }
        fixed |= {"page": 1, "pages": 1, "part": route.part, "parts": route.parts, "origin": f"http://{asked.host}:{asked.port}"}
        fixed |= {"agency": f"{site.name}人民政府办公室", "label": route.meta or "", "token": self.token}
        row = {**route.row.values, **_files(route.row), "body": _body(route)} if route.row else {}
        scope = Scope(site.pieces, {**fixed, **row, **words})
        return scope.having(charset=scope["charset_meta"] if route.meta else "")

    def _answer(self, route: Route, scope: Scope) -> Answer:
        if route.form is not None and route.row is not None:
            body = FORMS[route.form][0]("\n".join(articles.blocks(route.row.sample)))
        else:
            body = _encoded(route, scope.fill(route.body))
        if route.gzip:
            body = gzip.compress(body, mtime=0)
        headers = tuple(_headers(route, scope))
        return Answer(route.status, headers, body, route.delay, route.drip, route.cut, route.drop)


def _linked(route: Route, scope: Scope) -> Scope:
    """With the links to the next page and the one before, where there are any."""
    page, pages = int(scope["page"]), int(scope["pages"])
    next_link = scope.fill(route.next_link) if page < pages else ""
    return scope.having(next_link=next_link, previous_link=scope.fill(route.previous_link) if page > 1 else "")


def _encoded(route: Route, markup: str) -> bytes:
    mark = b"\xef\xbb\xbf" if route.bom else b""
    return mark + articles.encoded(markup, route.charset)


def _headers(route: Route, scope: Scope) -> Iterator[tuple[str, str]]:
    """The headers; their bytes are those of `headers_in`, as servers that know nothing of RFC 5987 send them."""
    label = f"; charset={route.header}" if route.header else ""
    yield "Content-Type", route.type + label
    if route.gzip == "labelled":
        yield "Content-Encoding", "gzip"
    for name, value in route.headers.items():
        yield name, scope.fill(value).encode(route.headers_in).decode("latin-1")


def _body(route: Route) -> str:
    """The body of an article, or the part of it that stands on this page."""
    if route.row is None:
        return ""
    blocks = articles.blocks(route.row.sample)
    size = -(-len(blocks) // route.parts)
    return "\n".join(blocks[route.part * size : (route.part + 1) * size])


def _files(row: Row) -> dict[str, str]:
    """The links and names of the article's files: `$doc` and `$doc_name` for one that is called doc."""
    links = {name: one.link for name, one in row.attachments.items()}
    return links | {f"{name}_name": one.name for name, one in row.attachments.items()}
