"""TrueCMS (南通, 连云港 and parts of 上海): listings whose rows come by JSONP from `getMessage.do`, as Hanweb-shaped records.

Preferred: GET `/TrueCMS/messageController/getMessage.do?startrecord&endrecord&perpage&columnId=<uuid>&callback=cb`, answer
`cb({"result": "<datastore>...<record><![CDATA["})`. Other way: the first rows (some 60) in a hidden `#initData` of the page, which is all
there is on hosts whose service is dead.
Traps: 404 without a Referer; rows per request are capped, at another number on each host, and beyond it the answer is empty or 404, so
no more than the pager's own number is asked for; the records in `#initData` look like a Hanweb page.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qsl, urlencode, urljoin

from crawler.cms import links, records, services, values
from crawler.cms.model import ListingEntry, ListingPage, NextRequest, Rows, Signal
from crawler.cms.pagers import MAX_PAGES

FAMILY = "truecms"
_INIT_DATA = r"""(?:id\s{0,9}=\s{0,9}["']?|#)initData\b"""
LISTING = (
    Signal.text(10, "service messageController/getMessage.do", r"messageController/getMessage\.do", "messageController/getMessage.do"),
    Signal.text(10, "hidden #initData", r"initData\b(?<=#initData|=initData|\"initData|'initData)", "initData"),
    Signal.text(10, "records in #initData", r"initData\b(?<=[#=\"']initData)[^<>]{0,300}>\s{0,200}(?:<|&lt;)datastore", "datastore"),
)
_UUID = r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}"
ARTICLE = (
    Signal.url(8, "address content/<uuid>.html", rf"/content/{_UUID}\.html?$"),
    Signal.text(10, "service messageController", r"messageController/getMessage\.do", "messageController/getMessage.do"),
)

_FALLBACK = "/TrueCMS/messageController/getMessage.do"
_COLUMN = re.compile(rf"\bcolumn_?id[\"']?\s{{0,9}}[:=]\s{{0,9}}[\"']?({_UUID})", re.IGNORECASE)
_HELD = re.compile(_INIT_DATA)
_OWN_PARAMETERS = ("startrecord", "endrecord", "perpage", "callback", "_")
_MAX_SIZE = 50  # rows of a request: the smallest cap seen


def read(page: ListingPage) -> Rows:
    """The rows that the page holds, and all requests for those after them; where nobody says how many there are, the next one only."""
    state = values.unpack(page.state)
    if state:
        return _answer(page, state)
    held = records.split(_init_data(page.text))
    entries = records.entries(page, held) or _drawn(page)
    service, size = _service(page), min(records.per_page(page.text), _MAX_SIZE)
    total = records.total(page.text)
    if service is None:
        return Rows(entries or links.rows(page), declared=total)
    return Rows(entries, _further(page.url, service, len(held) or len(entries), size, total), total)


def _answer(page: ListingPage, state: dict[str, str]) -> Rows:
    """The rows of an answer, and the requests after it, unless an answer before it told of them all."""
    text = values.at(values.answer(page.text), "result")
    if not isinstance(text, str):
        return Rows(problem=("unreachable", f"the list service answers without rows: {values.plain(page.text)[:80]}"))
    held, total, size = records.split(text), records.total(text), int(state["size"])
    listing, seen = replace(page, url=state["base"]), int(state["start"]) - 1 + len(held)
    told = "total" in state or not held or (total is None and len(held) < size)
    return Rows(records.entries(listing, held), () if told else _further(state["base"], state["service"], seen, size, total), total)


def _further(base: str, service: str, held: int, size: int, total: int | None) -> tuple[NextRequest, ...]:
    """The requests for the rows after the `held` ones. Without a total a page that is not filled is taken to be the last."""
    if total is None:
        return (_request(base, service, held + 1, size, None),) if held % size == 0 else ()
    last = min(total, held + size * MAX_PAGES)
    return tuple(_request(base, service, start, size, total) for start in range(held + 1, last + 1, size))


def _request(base: str, service: str, start: int, size: int, total: int | None) -> NextRequest:
    address, _, query = service.partition("?")
    own = [("startrecord", str(start)), ("endrecord", str(start + size - 1)), ("perpage", str(size))]
    parameters = urlencode([*own, *parse_qsl(query, keep_blank_values=True), ("callback", "cb")])
    state = values.pack(base=base, service=service, start=start, size=size, **({"total": total} if total is not None else {}))
    return NextRequest(f"{urljoin(base, address)}?{parameters}", referer=base, state=state)


def _service(page: ListingPage) -> str | None:
    """The service with the parameters that name the column; None where the page names no column."""
    found, column = services.address(page.text, "messageController/getMessage.do"), _COLUMN.search(page.text)
    address, _, query = unescape(found).partition("?")
    kept = [(name, value) for name, value in parse_qsl(query) if name.lower() not in _OWN_PARAMETERS]
    if column and "columnid" not in {name.lower() for name, _ in kept}:
        kept.append(("columnId", column[1]))
    return f"{address or _FALLBACK}?{urlencode(kept)}" if kept and (found or not _HELD.search(page.text)) else None


def _drawn(page: ListingPage) -> tuple[ListingEntry, ...]:
    """The rows that stand in `#initData` as plain markup; none where there is no such element."""
    hidden = next(iter(page.tree.xpath("//*[@id='initData']")), None) if page.tree is not None and _HELD.search(page.text) else None
    return links.rows(page, hidden) if hidden is not None else ()


def _init_data(text: str) -> str:
    """What stands in the hidden `#initData` and after it; empty without it. Some pages hold it escaped."""
    found = next((found for found in _HELD.finditer(text) if "<record" in (rest := text[found.end() :]) or "&lt;record" in rest), None)
    rest = text[found.end() :] if found else ""
    return rest if "<record" in rest else unescape(rest)
