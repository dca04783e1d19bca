"""JEECMS (and systems made after it): `.jhtml` addresses, `index.jhtml` and then `index_2.jhtml`.

Preferred: the pages that the pager links or lists in its select (共 26 条记录 1/3 页).
Other way: the numbering `index_n.jhtml` as far as the pager counts, for pagers that link only 下一页 and 尾页.
Traps: 南威 IGS has `.jhtml` addresses too, but its rows come by script (`/igs/front/`): such a page is reported as one for a browser.
A single `.jhtml` link of a friendly site is no sign: links to other hosts do not count.
"""

from __future__ import annotations

import re

from crawler.cms import pagers
from crawler.cms.model import ListingPage, Rows, Signal

FAMILY = "jeecms"
LISTING = (
    Signal.url(6, "address of .jhtml", r"\.jhtml(?:[?#]|$)"),
    Signal.text(
        6, "links within the site to .jhtml", r"""(?:href|value)\s{0,9}=\s{0,9}["'](?!https?:|//)[^"'<>\s]{1,200}\.jhtml["'?]""", ".jhtml"
    ),
    Signal.text(6, "pager index_2.jhtml", r"/?index_\d{1,5}\.jhtml", ".jhtml"),
)
ARTICLE = (Signal.url(6, "address n.jhtml", r"/\d+\.jhtml(?:[?#]|$)"),)

_SOURCE = "PORTALS.md section 12: index.jhtml, index_2.jhtml"
NUMBERINGS = (
    pagers.Numbering(_SOURCE, re.compile(r"/([A-Za-z][\w-]{0,60}?)(?:_(?P<n>\d+))?\.jhtml$"), r"/\1_{n}.jhtml"),
    pagers.Numbering(_SOURCE, re.compile(r"/$"), "/index_{n}.jhtml"),
)


def read(page: ListingPage) -> Rows:
    """Rows of any markup, and the pages that the pager links or counts."""
    return pagers.read(page, NUMBERINGS)
