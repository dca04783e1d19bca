"""VSB (西安博达 Visual SiteBuilder): static listings `/zfxxgk/zfxxgknb.htm` with rows `li#line_u6_0`, articles `/info/<tree>/<id>.htm`.

Preferred: the href of 下页. Older pages are numbered backwards (page 2 of 144 is `zfxxgknb/143.htm`, the last is `1.htm`), so a number
says nothing by itself. Other way: columns that were never published are drawn by `list.jsp?...&PAGENUM=2`; their link is followed as well.
Where the pager has no link but says 1/144, the address is computed.
Traps: `wbtreeid` is not the number of the folder; a column may stand behind a login wall (系统提示, with status 200); links to single
articles of a VSB portal stand on portals of other products, so only relative ones are a mark.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.cms import links, pagers
from crawler.cms.model import ListingPage, NextRequest, Rows, Signal

FAMILY = "vsb"

_CONTENT = Signal.text(5, "body vsb_content", r"""(?:id|class)\s*=\s*["']?[^"'<>]{0,80}(?:vsb_content|v_news_content)""", "_content")
_CLICKS = Signal.text(5, "counter _showDynClicks", r"_showDynClicks", "_showDynClicks")
_EDITOR = Signal.text(5, "editor comment webber.wbst.com", r"webber\.wbst\.com", "webber.wbst.com")
_GRAY = Signal.text(5, "script _sitegray", r"_sitegray", "_sitegray")
_TREE_ID = Signal.text(5, "parameter wbtreeid", r"wbtreeid=", "wbtreeid=")
LISTING = (
    Signal.text(5, "row line_u", r"\bline_u\d{1,9}_\d{1,6}\b", "line_u"),
    Signal.text(5, "relative links info/n/n.htm", r"""href\s*=\s*["']?[./\w-]{0,80}\binfo/\d{1,9}/\d{1,9}\.htm""", "info/"),
    _CONTENT,
    _CLICKS,
    _EDITOR,
    _GRAY,
    _TREE_ID,
)
ARTICLE = (
    Signal.url(5, "address info/n/n.htm", r"/info/\d{1,9}/\d{1,9}\.htm$"),
    Signal.url(5, "address content.jsp", r"/content\.jsp\?(?:[^#]*&)?(?:wbnewsid=|urltype=news\.)"),
    Signal.text(5, "form _newscontent_fromname", r"_newscontent_fromname", "_newscontent_fromname"),
    _CONTENT,
    _CLICKS,
    _EDITOR,
    _GRAY,
)

_WALL = re.compile(r"系统提示")
_NUMBERED = re.compile(r"(?P<column>/[\w-]{1,100})/\d{1,5}\.html?$")
_COLUMN = re.compile(r"(?P<column>/[\w-]{1,100})\.html?$")


def read(page: ListingPage) -> Rows:
    """Rows of any markup and the pages the pager links; `blocked:captcha` for a login wall in place of rows."""
    entries = links.rows(page)
    if not entries and _WALL.search(page.text):
        return Rows(problem=("blocked:captcha", "a login wall (系统提示) stands before the listing"))
    counted = pagers.counts(page)
    further = pagers.further(page, counted)
    if not further and (url := _computed(page.url, counted)):
        further = (NextRequest(url),)
    return Rows(entries, further, counted.declared, counted.pages)


def _computed(url: str, counted: pagers.Counts) -> str | None:
    """The page after this one where no link leads there: page P of T is T-P+1 in static columns, PAGENUM=P in dynamic ones."""
    if counted.current is None or counted.pages is None or counted.current >= counted.pages:
        return None
    parts = urlsplit(url)
    if parts.path.endswith(".jsp"):
        kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "PAGENUM"]
        return parts._replace(query=urlencode([*kept, ("PAGENUM", str(counted.current + 1))])).geturl()
    found = _NUMBERED.search(parts.path) or _COLUMN.search(parts.path)
    return urljoin(url, f"{parts.path[: found.start()]}{found['column']}/{counted.pages - counted.current}.htm") if found else None
