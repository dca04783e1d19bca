"""Addresses of services in scripts and attributes, found by the part of them that never changes."""

from __future__ import annotations

import re

_BEFORE = re.compile(r"[^\"'\s<>(=,;\\]*$")
_BEHIND = re.compile(r"[^\"'\s<>),;\\]*")
_LONGEST = 3000  # characters of an address on either side of the part


def address(text: str, part: str) -> str:
    """The first address in a text that holds `part`, as written, with its parameters; empty without one.

    >>> address("proxyUrl:'/module/jpage/dataproxy.jsp?col=1', x", "dataproxy.jsp")
    '/module/jpage/dataproxy.jsp?col=1'
    """
    start = text.find(part)
    if start < 0:
        return ""
    before, behind = _BEFORE.search(text[max(0, start - 200) : start]), _BEHIND.match(text[start : start + _LONGEST])
    return (before[0] if before else "") + (behind[0] if behind else "")
