"""What may stand in a site.yaml: the keys of each of its mappings, and what their values must be. Errors name file and key."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from crawler.portals import LEVELS
from crawler.samples.sites.attachments import FORMS
from crawler.samples.sites.filling import Markup
from crawler.samples.sites.matching import pattern
from crawler.samples.sites.model import SampleSiteError

Check = Callable[[Any], object]
KINDS = ("guide", "notice")
CHARSETS = ("utf-8", "gb18030", "big5")
_SECTION = re.compile(r"section (?:1?\d), \S.*", re.DOTALL)


class Keys(NamedTuple):
    """The keys of a mapping with the check of each, and those that must be there."""

    checks: Mapping[str, Check]
    needed: tuple[str, ...] = ()


def mapping(where: str, value: Any, keys: Keys) -> dict[str, Any]:
    """`value`, which must be a mapping with these keys alone. Raises SampleSiteError that names `where` and the key."""
    if not isinstance(value, dict):
        raise SampleSiteError(f"{where}: must be a mapping")
    for key in value:
        if key not in keys.checks:
            raise SampleSiteError(f"{where}: unknown key {key}")
    for key in keys.needed:
        if value.get(key) in (None, "", [], {}):
            raise SampleSiteError(f"{where}: {key} is missing")
    for key, fits in keys.checks.items():
        if key in value and not fits(value[key]):
            raise SampleSiteError(f"{where}: {key} cannot be {value[key]!r}")
    return value


def folder(path: Path, value: Any) -> dict[str, Any]:
    """The content of a site.yaml, checked as far as its keys and values go."""
    where = str(path)
    site = mapping(where, value, SITE)
    for key, keys in (("reports", REPORT), ("noise", NOISE), ("routes", ROUTE)):
        for number, one in enumerate(site.get(key, ()), 1):
            mapping(f"{where}: {key} {number}", one, keys)
    for name, one in site["articles"].items():
        _article(f"{where}: articles {name}", one)
    for number, one in enumerate(site["routes"], 1):
        _nested(f"{where}: routes {number}", one)
    mapping(f"{where}: expect", site["expect"], EXPECT)
    _references(where, site)
    return site


def _article(where: str, value: Any) -> None:
    article = mapping(where, value, ARTICLE)
    for name, one in article.get("attachments", {}).items():
        mapping(f"{where}: attachments {name}", one, ATTACHMENT)
    for number, one in enumerate(article.get("answers", ()), 1):
        answer = mapping(f"{where}: answers {number}", one, ANSWERS)
        mapping(f"{where}: answers {number}: when", answer.get("when", {}), WHEN)


def _nested(where: str, route: Mapping[str, Any]) -> None:
    mapping(f"{where}: when", route.get("when", {}), WHEN)
    for name, one in route.get("lists", {}).items():
        mapping(f"{where}: lists {name}", one, SELECTION)
    if "rows" in route:
        mapping(f"{where}: rows", route["rows"], SELECTION)


def _references(where: str, site: Mapping[str, Any]) -> None:
    """Rows name articles that are there."""
    for key in ("reports", "noise"):
        for number, one in enumerate(site.get(key, ()), 1):
            named = one.get("as", "plain")
            for name in named.values() if isinstance(named, dict) else [named]:
                if name not in site["articles"]:
                    raise SampleSiteError(f"{where}: {key} {number}: as: there is no article {name}")


# ------------------------------------------------------------------------------------------------ what values must be


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _seconds(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _maybe(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_text, value))


def _markup(value: Any) -> bool:
    return _text(value) and Markup(value).is_valid()


def _markups(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_markup, value.values()))


def _mappings(value: Any) -> bool:
    return isinstance(value, list | dict)


def _path(value: Any) -> bool:
    return _text(value) and value[:1] in ("/", "$") and _markup(value)


def _paths(value: Any) -> bool:
    paths = value if isinstance(value, list) else [value]
    return bool(paths) and all(_text(path) and path.startswith("/") and _patterns(path) for path in paths)


def _patterns(value: Any) -> bool:
    """Whether every pattern in the value is one."""
    if isinstance(value, dict):
        return all(map(_patterns, value.values()))
    try:
        pattern(str(value))
    except re.error:
        return False
    return value is None or isinstance(value, str | int | float)


def _conditions(value: Any) -> bool:
    return isinstance(value, dict) and _patterns(value)


def _one_of(*values: object) -> Check:
    return lambda value: value in values


def _pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_seconds, value))


def _years(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_number, value)) and 2008 <= value[0] <= value[1] <= 2024


def _count(value: Any) -> bool:
    """A number, or the name of a word of the request."""
    return _number(value) or (_text(value) and value.startswith("$"))


def _as(value: Any) -> bool:
    return _text(value) or (isinstance(value, dict) and all(_number(year) and _text(name) for year, name in value.items()))


_ANSWER: Mapping[str, Check] = {
    "body": _markup,
    "status": _number,
    "redirect": _markup,
    "headers": _markups,
    "headers_in": _one_of(*CHARSETS),
    "type": _text,
    "bytes": _one_of(*CHARSETS),
    "header": _maybe(_text),
    "meta": _maybe(_text),
    "form": _one_of(*FORMS),
    "token": _flag,
    "bom": _flag,
    "gzip": _one_of("labelled", "silent"),
    "delay": _seconds,
    "drip": _pair,
    "cut": _number,
    "drop": _flag,
}
WHEN = Keys(
    {
        "method": _one_of("GET", "POST"),
        "host": _text,
        **dict.fromkeys(("query", "form", "params", "json", "headers"), _conditions),
        "ask": _number,
        "fresh": _text,
    }
)
SELECTION = Keys(
    {
        **dict.fromkeys(("page", "per", "first", "last"), _count),
        "base": _number,
        "reverse": _flag,
        "where": _conditions,
        "row": _markup,
        "join": _text,
        "by": _text,
        "section": _markup,
    }
)
_WHEN: Mapping[str, Check] = {"when": _mappings}
ROUTE = Keys({"path": _paths, "rows": _mappings, "lists": _mappings, "next": _markup, "previous": _markup, **_WHEN, **_ANSWER}, ("path",))
ANSWERS = Keys({**_WHEN, **_ANSWER})
_FILE: Mapping[str, Check] = {"path": _path, "link": _markup, "outcome": _text, **_ANSWER}
ATTACHMENT = Keys({**_FILE, "name": _markup}, ("path",))
ARTICLE = Keys(
    {**_FILE, "host": _text, "also": _texts, "part_path": _path, "parts": _number, "attachments": _mappings, "answers": _mappings},
    ("path",),
)
_ROW: Mapping[str, Check] = {"as": _as, "group": _text, "agency": _text}
REPORT = Keys(
    {
        **_ROW,
        **dict.fromkeys(("name", "we"), _text),
        "title": _markup,
        "level": _one_of(*LEVELS),
        "years": _years,
        "volume": _number,
        "quirks": _mappings,
    },
    ("agency", "years"),
)
NOISE = Keys({**_ROW, "title": _text, "reason": _text, "outcome": _text, "listed": _text, "kind": _one_of(*KINDS)}, ("title",))
EXPECT = Keys(
    {
        "article_family": _maybe(_text),
        "pages": _number,
        "declared": _maybe(_number),
        "incomplete": _flag,
        "outcome": _text,
        "found": _number,
        "never": _texts,
    },
    ("pages",),
)
SITE = Keys(
    {
        "name": _text,
        "level": _one_of(*LEVELS),
        "division_code": lambda value: _text(value) and re.fullmatch(r"99\d{4}", value),
        "family": _maybe(_text),
        "listings": lambda value: _texts(value) and all(map(_path, value)),
        "bytes": _one_of(*CHARSETS),
        "header": _maybe(_text),
        "meta": _maybe(_text),
        "traps": lambda value: _texts(value) and all(map(_SECTION.fullmatch, value)),
        "pieces": _markups,
        **dict.fromkeys(("reports", "noise", "articles", "routes", "expect"), _mappings),
    },
    ("name", "level", "division_code", "listings", "traps", "reports", "noise", "articles", "routes", "expect"),
)
