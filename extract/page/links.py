"""What the article links: its files, wherever they are named, and the further pages of a long article (PORTALS.md sections 2 to 7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qs, unquote, unquote_to_bytes, urljoin, urlsplit

from extract import html
from extract.data.pages import pages
from extract.html import Element
from extract.model import Attachment
from extract.normalize import squeeze

_DOWNLOAD = re.compile(r"(?:download|downfile|downloadattach\w*)\.(?:jsp|do|action|aspx|php)\b", re.IGNORECASE)
_FILE = r"pdf|docx?|wps|et|xlsx?|rtf|ofd|ceb|zip|rar|7z"
_IN_SCRIPT = re.compile(rf"[\"'=(\\]((?:https?:/)?[^\"'<>()\s\\]{{1,400}}?\.(?:{_FILE}))(?=[\"'?#\\)])", re.IGNORECASE)
_EVIDENCE = re.compile(rf"\.(?:(?:{_FILE}|png|jpe?g|gif|tiff?|bmp|txt|pptx?)[\"'\s?#\\)>]|(?:jsp|do|action|aspx|php)\b)", re.IGNORECASE)
"""What a page without any of it links no files, as most articles do. It begins with a dot, for that is a fast search."""
_EVIDENCE_IN_SCRIPT = re.compile(rf"\.(?:{_FILE})(?![a-z])", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b[^>]*>(.*?)</script", re.IGNORECASE | re.DOTALL)
_VIEWER = re.compile(rf"<(?:iframe|embed|object)\b[^>]{{0,600}}?(?:src|data)\s*=\s*[\"']?([^\"'\s>]{{1,400}}\.(?:{_FILE}))", re.IGNORECASE)
_ARTICLE_PAGES = re.compile(r"createPageHTML\(\s*(\d{1,3})\s*,\s*\d+\s*,\s*[\"'](t\d[\w]*)[\"']\s*,\s*[\"'](\w{2,6})[\"']")
_NEXT_NAMED = re.compile("下一?页")
_NEXT = frozenset(["下一页", "下页", "下一页>", "下一页>>", "后一页"])
_OWN_FILE = re.compile(r"[PW]020\d{6}|/__local/|/[Aa]ttach|/files/|down(?:load|file)", re.ASCII)
_DESIGN = re.compile(r"(?:^|/)(?:images?|imgs?|icons?|skins?|css|themes?|static|templates?)/|/picture/-1/|_files/|\.gif$", re.IGNORECASE)
_UPLOADED = re.compile(r"upload|/20\d{4}|W020\d{6}", re.IGNORECASE)
_IMAGES_MAX = 100
_PAGES_MAX = 100


def attachments(container: Element, root: Element, markup: str, url: str, with_images: bool) -> tuple[Attachment, ...]:
    """The files of an article, each once, in page order; `with_images` adds the pictures of an article that is nothing but scans.

    A file counts where the article links it, where its address is one that a CMS gives to an article's files, or where script writes
    the link.
    """
    found: dict[str, Attachment] = {}
    if _EVIDENCE.search(markup):
        for address, name in (*_linked(container, root), *_written(markup)):
            _keep(found, url, address, name)
    if with_images:
        for image in list(container.iter("img"))[:_IMAGES_MAX]:
            if (address := (image.get("src") or "").strip()) and not address.startswith("data:") and not _is_icon(address):
                _keep(found, url, address, image.get("alt") or image.get("title") or "")
    return tuple(found.values())


def _is_icon(address: str) -> bool:
    """Pictures of the page's own design; uploads and dated folders hold those of articles."""
    return bool(_DESIGN.search(address)) and not _UPLOADED.search(address)


def _keep(found: dict[str, Attachment], url: str, address: str, name: str) -> None:
    absolute = _join(url, address)
    kind = _kind(absolute, name)
    if absolute and kind and absolute not in found:
        found[absolute] = Attachment(absolute, file_name(absolute, name), kind)


def _linked(container: Element, root: Element) -> Iterator[tuple[str, str]]:
    """Addresses and texts of links to files: all inside the container, those of an article's files elsewhere."""
    inside = set(container.iter("a"))
    for link in root.iter("a"):
        address = (link.get("href") or "").strip()
        if not address or address.startswith(("javascript:", "#", "mailto:")):
            continue
        if link in inside or _OWN_FILE.search(address):
            yield address, squeeze(html.text(link)) or link.get("title") or ""


def _written(markup: str) -> Iterator[tuple[str, str]]:
    """Addresses of files in script text and in viewers."""
    if not _EVIDENCE_IN_SCRIPT.search(markup):
        return
    for script in _SCRIPT.finditer(markup):
        for match in _IN_SCRIPT.finditer(script[1][:200_000]):
            yield match[1], ""
    for match in _VIEWER.finditer(markup):
        yield match[1], ""


def _kind(url: str, name: str) -> str | None:
    """The format of a file by its extension: the address's, else the one of a download link's parameters or of its text."""
    kinds = pages().file_kinds
    parts = urlsplit(url)
    if kind := kinds.get(_extension(parts.path)):
        return kind
    if not _DOWNLOAD.search(parts.path):
        return None
    values = [value for values in parse_qs(parts.query, errors="replace").values() for value in values]
    return next((kind for text in (*values, name) if (kind := kinds.get(_extension(text)))), "unknown")


def _extension(name: str) -> str:
    return name.rstrip("】]）) ").rpartition(".")[2].lower()


def file_name(url: str, name: str = "") -> str:
    """The name a person would see: what the link says where it looks like a name, else `showname`, else the end of the address."""
    if name and len(name) <= 200:
        return name
    query = re.search(r"(?:^|&)showname=([^&]*)", urlsplit(url).query)
    return _unquoted(query[1]) if query else _unquoted(urlsplit(url).path.rpartition("/")[2])


def _unquoted(text: str) -> str:
    """Percent-encoded text, in UTF-8 or GBK (Hanweb quotes in either)."""
    try:
        return unquote_to_bytes(text).decode("utf-8")
    except UnicodeDecodeError:
        return unquote(text, encoding="gb18030", errors="replace")


def _join(url: str, address: str) -> str:
    """The absolute address; "" for what is no address. Pages of a folder have no base: their links stay as written."""
    try:
        return urljoin(url, address.replace("\\", "/")) if urlsplit(url).scheme in ("http", "https", "file") else address
    except ValueError:
        return ""


# ------------------------------------------------------------------------------------------------ further pages


def more_pages(root: Element, markup: str, url: str) -> tuple[str, ...]:
    """Addresses of the further parts of the article, in order; () for an article on one page.

    TRS writes `createPageHTML(3,0,"t20190918_693227","shtml")`, whose parts are t20190918_693227_1.shtml and _2.shtml; a first argument in
    quotation marks is another product's list (PORTALS.md section 3). Elsewhere a link 下一页 counts if it leads to the same name.
    """
    if "createPageHTML" in markup and (match := _ARTICLE_PAGES.search(markup)):
        count = min(int(match[1]), _PAGES_MAX)
        return tuple(_join(url, f"{match[2]}_{number}.{match[3]}") for number in range(1, count))
    return tuple(dict.fromkeys(_next_parts(root.iter("a"), url))) if _NEXT_NAMED.search(markup) else ()


def _next_parts(links: Iterable[Element], url: str) -> Iterator[str]:
    stem = urlsplit(url).path.rpartition("/")[2].rpartition(".")[0]
    for link in links:
        address = (link.get("href") or "").strip()
        if address and stem and squeeze(html.text(link)).replace(" ", "") in _NEXT:
            following = _join(url, address)
            name = urlsplit(following).path.rpartition("/")[2].rpartition(".")[0]
            if _is_part(name, stem):
                yield following


def _is_part(name: str, stem: str) -> bool:
    """Whether `name` is a later part of the page `stem`: post_12_2 of post_12, post_12_3 of post_12_2; post_13 is another article."""
    base, _, part = name.rpartition("_")
    if not (part.isdecimal() and len(part) <= 2):
        return False
    own_base, _, own_part = stem.rpartition("_")
    return base == stem or (
        base == own_base and any(char.isdigit() for char in base) and own_part.isdecimal() and int(part) > int(own_part)
    )
