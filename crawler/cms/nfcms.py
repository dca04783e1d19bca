"""NFCMS (南方网): the main sites of Guangdong beside gkmlpt; articles `content/post_123.html`, listings `index_N.html`.

Preferred: the links of the pager, whatever number the second page has (it differs), so nothing is computed.
Other way: none; a pager that is drawn by script only says how many pages there are, which shows the walk as incomplete.
Traps: the mobile twin of an article is `mpost_123.html`, the same report; rows may lead into the catalogue platform of the same host
(`/gkmlpt/content/...`), another product.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.cms import pagers
from crawler.cms.model import Rows, Signal

if TYPE_CHECKING:
    from crawler.cms.model import ListingPage

FAMILY = "nfcms"
LISTING = (
    Signal.text(8, "name NFCMS_", r"\bNFCMS_", "NFCMS_"),
    Signal.text(8, "article links content/post_n", r"/content/m?post_\d", "post_"),
)
ARTICLE = (
    Signal.url(8, "address content/post_n", r"/content/m?post_\d{1,12}\.s?html?"),
    Signal.text(8, "name NFCMS_", r"\bNFCMS_", "NFCMS_"),
    Signal.text(5, "body news_cont_d_wrap", r"""class\s*=\s*["']?[^"'<>]{0,80}news_cont_d_wrap""", "news_cont_d_wrap"),
)

_TWIN = re.compile(r"/content/mpost_(\d)")


def read(page: ListingPage) -> Rows:
    """Rows of any markup (a mobile twin of another row is left out), and the pages after this one."""
    rows = pagers.read(page)
    held = {entry.url for entry in rows.entries}
    return replace(rows, entries=tuple(entry for entry in rows.entries if (post := _post(entry.url)) == entry.url or post not in held))


def _post(url: str) -> str:
    """The address of the article itself where `url` is that of its mobile twin."""
    return _TWIN.sub(r"/content/post_\1", url)
