"""Whether an address is one of an article or a file, by the form the products give theirs (PORTALS.md sections 2 to 12).

It decides on rows that print no date. A column's own address (a directory, a list, a slug) has none of these forms.
"""

from __future__ import annotations

import re

FILE = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|rtf|ofd|zip|rar)(?:[?#]|$)|/down(?:load|file)\w*\.(?:jsp|do|aspx?)\b", re.IGNORECASE)
_ARTICLE = re.compile(
    r"/t(?:20\d{6}|0\d{3})_\d+|/art[/_]|/(?:m?post)_\d+|/content\.s?html?|/content/.{0,80}\.html?$"
    r"|/info/\d+/\d+|wbnewsid=\d|/(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.s?html?|/public/\d+/\d+\.html"
    r"|/\d{3,}\.jhtml|/item/\d+\.aspx|/contents/\d+/\d+\.s?html|/20\d{6}/\w+\.html|/20\d\d-\d\d-\d\d/\w[\w-]*\.html|/info\d+\.html?$"
    r"|/c\d+a\d+/page\.html?|/openness\w+/show/\d+|/doc_[0-9a-f]{24}\.html|(?:show|detail|view|content|article)\w*\.(?:aspx?|jsp|php|do|action)\?",
    re.IGNORECASE,
)
_IN_COLUMN = re.compile(r"/c\d+\w{0,3}[_/].{0,80}\.s?html?$", re.IGNORECASE)  # an article of a column c100013, or a page of the column
_LIST = re.compile(r"(?:index|default|list|column|category|channel|class)", re.IGNORECASE)
_LIST_FOLDER = re.compile(r"/(?:lists?|category|channel)/[^/]{0,80}$", re.IGNORECASE)
_SHOWN = re.compile(r"[?&](?:a|m|act|action|do|mod)=\w{0,20}(?:show|detail|view|article|content)\w{0,20}&", re.IGNORECASE)
_PAGE = re.compile(r"\.(?:s?html?|jhtml|aspx?|jsp|php|do|action)$", re.IGNORECASE)
_NUMBERED = re.compile(r"[?&]\w{0,20}id=\d", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_NUMBER = re.compile(r"\d")
_HAS_YEAR = re.compile(r"20[0-4]\d")
_YEAR_ALONE = re.compile(r"^20\d\d\s?年?\s?度?(?:政府|政务)?(?:信息)?公开")  # also what a column of one year is called
_REPORT = re.compile(r"信息公开.{0,12}(?:年报|报告)")
_LONGEST = 300  # characters of an address


def is_article(href: str) -> bool:
    """Whether an address has the form of an article or a file, of any product."""
    return bool(_ARTICLE.search(f"/{href}") or FILE.search(href)) or _is_in_column(f"/{href}")


def names_report(title: str, href: str) -> bool:
    """Whether a link without a date is a report all the same: its title says of which year, and it leads neither to a directory nor a list.

    A title that begins with its year may be the name of that year's column; its address needs a number besides the year.
    """
    return bool(_HAS_YEAR.search(title) and _REPORT.search(title)) and _is_page(f"/{href}", bool(_YEAR_ALONE.match(title)))


def _is_in_column(href: str) -> bool:
    """Whether an address below a column c100013 is one of its articles: neither its index or list, nor a slug without a number."""
    found = _IN_COLUMN.search(href)
    if not found:
        return False
    file = found[0].rpartition("/")[2].rpartition("_")[2]
    return bool(_NUMBER.search(file)) and not _LIST.search(found[0].rpartition("/")[2])


def _is_page(href: str, may_be_column: bool) -> bool:
    path, _, query = href.partition("?")
    file = path.rpartition("/")[2]
    if len(href) > _LONGEST or not file or _LIST_FOLDER.search(path):
        return False
    if query and _NUMBERED.search(f"?{query}"):
        return not _LIST.search(file) or bool(_SHOWN.search(f"?{query}&"))
    bare = _YEAR.sub("", file) if may_be_column or not _PAGE.search(file) else file
    return not _LIST.search(file) and bool(_NUMBER.search(bare)) and (bool(_PAGE.search(file)) or file.isdigit())
