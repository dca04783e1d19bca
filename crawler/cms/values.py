"""Values out of scripts and services: literals and objects of JavaScript, JSON answers, times, and the state a family carries along.

Nothing here raises: what cannot be read is None or empty, for an answer of a service may be anything.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from crawler.cms import dates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

MAX_PAGES = 500  # of one listing that are asked of a service, however many it claims; report columns have one or two
CHINA = timezone(timedelta(hours=8))  # the one time zone of China, no daylight saving since 1991

_SCALAR = r"""(?:"([^"\\\n]{0,500})"|'([^'\\\n]{0,500})'|(-?\d{1,18}|true|false)\b)"""
_PAIR = re.compile(rf"""(?<![\w$."'])["']?([A-Za-z_$]\w{{0,60}})["']?\s{{0,9}}[:=]\s{{0,9}}{_SCALAR}""")
_CALLBACK = re.compile(r"[\w$.]{1,100}\s{0,9}\(")
_BRACE = re.compile(r"[{}]")
_NO_PATH = re.compile(r"""["'`\s<>()=+,;]""")
_HEX_ESCAPE = re.compile(r"\\x([0-9A-Fa-f]{2})")
_TAG = re.compile(r"<[^<>]{0,300}>")
_SPACE = re.compile(r"\s+")
_MILLISECONDS = 100_000_000_000  # as seconds this is the year 5138, as milliseconds 1973
_LATEST = 4_102_444_800  # 2100-01-01; a greater number is no time


def answer(text: str) -> Any:
    """The value of a JSON answer, also of one wrapped in a callback (JSONP); None where it is neither."""
    stripped = text.strip().lstrip("\ufeff").strip()
    callback = _CALLBACK.match(stripped)
    if callback:
        stripped = stripped[callback.end() :].rstrip("; \r\n\t").removesuffix(")")
    try:
        return json.loads(stripped, strict=False)
    except (ValueError, RecursionError):
        return None


def assigned(text: str, name: str) -> Any:
    """The first object or array that a script gives a name (`TREE: [...]`, `var siteInfo = {...}`), keys quoted or not; else None."""
    found = re.search(rf"""(?<![\w$]){re.escape(name)}["']?\s{{0,9}}[:=]\s{{0,9}}(?=[\[{{])""", text)
    return None if found is None else _script_object(text[found.end() :])


def _script_object(text: str) -> Any:
    from chompjs import parse_js_object  # only pages of some families need it

    try:
        return parse_js_object(_HEX_ESCAPE.sub(r"\\u00\1", text), loader_kwargs={"strict": False})
    except (ValueError, RecursionError):
        return None


def enclosing(text: str, start: int, end: int, reach: int = 1500) -> str:
    """The script object around a part of a text: from the brace that opens it to the one that closes it, each at most `reach` away."""
    before, after = text[max(start - reach, 0) : start], text[end : end + reach]
    left = _unmatched(before[::-1], "}")
    return before[len(before) - left :] + text[start:end] + after[: _unmatched(after, "{")]


def _unmatched(text: str, opening: str) -> int:
    """How far the first brace is that closes what was not opened; the length of the text where there is none."""
    depth = 0
    for brace in _BRACE.finditer(text):
        depth += 1 if brace[0] == opening else -1
        if depth < 0:
            return brace.start()
    return len(text)


def path_before(text: str, end: int) -> str:
    """What stands before a place in a text without a gap: the first part of an address that is found by its end."""
    return _NO_PATH.split(text[max(end - 200, 0) : end])[-1]


def literals(text: str) -> dict[str, str]:
    """What a script gives names as plain literals (`siteId: '12'`, `var type = 3`), as text; of several the first that is not empty."""
    found: dict[str, str] = {}
    for pair in _PAIR.finditer(text):
        name, value = pair[1], pair[2] or pair[3] or pair[4] or ""
        found[name] = found.get(name) or value
    return found


def at(value: Any, *path: str) -> Any:
    """What stands at a path of keys; None where the answer has another shape. Text that holds JSON is read on the way."""
    for key in path:
        inner = answer(value) if isinstance(value, str) else value
        value = inner.get(key) if isinstance(inner, dict) else None
    return value


def records(value: Any) -> tuple[dict[str, Any], ...]:
    """The objects of a list, also of one that is itself written as JSON text; anything else in it is passed over."""
    inner = answer(value) if isinstance(value, str) else value
    return tuple(item for item in inner if isinstance(item, dict)) if isinstance(inner, list) else ()


def table(value: Any, key: str, depth: int = 4) -> tuple[dict[str, Any], ...]:
    """The first list in an answer whose objects have a key, at most some levels deep; empty where there is none."""
    if isinstance(value, (list, str)):
        rows = records(value if isinstance(value, list) or value.lstrip()[:1] in ("[", "{") else None)
        return rows if rows and key in rows[0] else ()
    if isinstance(value, dict) and depth:
        return next((rows for item in value.values() if (rows := table(item, key, depth - 1))), ())
    return ()


def first(record: dict[str, Any], *names: str) -> str:
    """The first of some fields that says anything, as plain text; empty where none does."""
    return next((text for name in names if (text := plain(record.get(name)))), "")


def plain(value: Any) -> str:
    """A field as text without markup, blanks folded; empty for what is no text and no number."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return _SPACE.sub(" ", _TAG.sub("", str(value)[:2000])).strip()


def count(value: Any) -> int | None:
    """A number of rows or pages; None for what is none (negative, a fraction, text that is no number)."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    text = str(value)[:20].strip()
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def day(value: Any) -> date | None:
    """The day of a time field: seconds or milliseconds since 1970, as days are counted in China, or text with a date. None for others."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    text = str(value)[:100].strip()
    if re.fullmatch(r"[0-9]{9,13}(?:\.[0-9]+)?", text):
        return _day_of_time(float(text))
    return dates.printed(text)


def days(record: dict[str, Any], *names: str) -> date | None:
    """The first of some time fields that holds a day; None where none does."""
    return next((found for name in names if (found := day(record.get(name)))), None)


def _day_of_time(time: float) -> date | None:
    seconds = time / 1000 if time >= _MILLISECONDS else time
    return datetime.fromtimestamp(seconds, UTC).astimezone(CHINA).date() if 0 < seconds < _LATEST else None


def nodes(tree: Any, children: str = "children") -> Iterator[dict[str, Any]]:
    """Every node of a tree of objects, parents before their children, at most some ten thousand."""
    waiting, seen = list(reversed(records(tree))), 0
    while waiting and seen < 10_000:
        node = waiting.pop()
        seen += 1
        yield node
        waiting += reversed(records(node.get(children)))


def pack(**values: str | int) -> str:
    """State for `NextRequest.state`: named values as a query."""
    return urlencode(values)


def unpack(state: str) -> dict[str, str]:
    """The named values of a state; none of an empty one."""
    return dict(parse_qsl(state, keep_blank_values=True))
