"""Whether a request is the one that a route answers, and what it brought: the words that its patterns name."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from crawler.samples.server import Asked
from crawler.samples.sites.model import Route

_HOLE = re.compile(r"\{([a-z]*)(?::((?:[^{}]|\{[^{}]*\})*))?\}")


@lru_cache(4096)
def pattern(text: str) -> re.Pattern[str]:
    r"""A pattern as a regular expression: {name} for anything, {name:\d+} for what fits. Raises re.error for a wrong one.

    >>> pattern(r"/list_{page:\\d+}.html").fullmatch("/list_12.html")["page"]
    '12'
    """
    found, end = "", 0
    for hole in _HOLE.finditer(text):
        name, inner = hole.groups()
        found += re.escape(text[end : hole.start()]) + (f"(?P<{name}>" if name else "(?:") + (inner or ".*") + ")"
        end = hole.end()
    return re.compile(found + re.escape(text[end:]), re.DOTALL)


def brought(route: Route, asked: Asked, subdomain: str | None) -> dict[str, str] | None:
    """The words of the request by the names of the route's patterns; None where the route answers something else."""
    met = route.path.fullmatch(asked.path)
    when = route.when
    if not met or when.host != subdomain or (when.method and when.method != asked.method.replace("HEAD", "GET")):
        return None
    found: dict[str, str] = met.groupdict()
    query, form = dict(parse_qsl(asked.query, keep_blank_values=True)), _form(asked)
    given = ((when.query, query), (when.form, form), (when.params, query | form), (when.json, asked.body), (when.headers, asked.headers))
    return found if all(_fits(wanted, value, found) for wanted, value in given if wanted) else None


def _form(asked: Asked) -> dict[str, str]:
    return dict(parse_qsl(asked.body.decode("latin-1"), keep_blank_values=True)) if asked.body[:1] not in (b"{", b"[") else {}


def _fits(wanted: Any, value: Any, found: dict[str, str]) -> bool:
    """Whether `value` is as wanted; the words of its patterns are added to `found`."""
    if isinstance(wanted, Mapping):
        inner = _opened(value)
        return inner is not None and all(_fits(one, inner.get(name), found) for name, one in wanted.items())
    if wanted is None or value is None:
        return wanted is value
    met = pattern(str(wanted)).fullmatch(str(value))
    found.update(met.groupdict() if met else {})
    return met is not None


def _opened(value: Any) -> Mapping[str, Any] | None:
    """A JSON object from its text, a mapping as it is; None for anything else."""
    if isinstance(value, str | bytes):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    return value if isinstance(value, Mapping) else None
