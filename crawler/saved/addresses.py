"""Which address a saved page had: as the browser that saved it wrote into it, or as the folders of a mirror spell it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from w3lib.url import safe_url_string

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tldextract import TLDExtract

HEAD = 4096  # bytes in which a browser's note stands: before the page's own first element
# Internet Explorer, Edge, Chrome: the four digits are the length of the address. (0014)about:internet marks a download and is no address.
_SAVED_FROM = re.compile(rb"<!--\s{0,9}saved from url=\((\d{4})\)([^\s<>]{1,2083})")
_SINGLE_FILE = re.compile(rb"<!--\s{0,9}Page saved with SingleFile\s{1,9}url:\s{0,9}(\S{1,2083})(?:\s{1,9}saved date: ([^\r\n]{1,80}))?")
_JAVASCRIPT_DATE = re.compile(r"\w{3} (\w{3} \d{1,2} \d{4} \d\d:\d\d:\d\d) GMT([+-]\d{4})")
# Folders that hold the parts of a page beside it: `page.html` and `page_files` (Chrome, Firefox), `page.files` (Internet Explorer).
_PARTS = ("_files", ".files", "_Files")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_PLAIN_SUFFIXES = frozenset(
    {"cn", "com", "net", "org", "gov"}
)  # of a host with two labels; notes.py and pages.md are folders of somebody's
_INDEX = re.compile(r"(^|/)index\.html?$")  # what wget calls the page of an address that ends with a slash


def noted_in(body: bytes) -> tuple[str | None, str | None]:
    """The web address that whoever saved the page wrote into it, and when, as ISO text in UTC; None for what it does not say.

    >>> noted_in(b'<!DOCTYPE html><!-- saved from url=(0029)http://www.qinghe.example/nb/ --><html>')
    ('http://www.qinghe.example/nb/', None)
    """
    head = body[:HEAD]
    if found := _SAVED_FROM.search(head):
        return _web(found[2].decode("utf-8", "replace")[: int(found[1])]), None
    if found := _SINGLE_FILE.search(head):
        return _web(found[1].decode("utf-8", "replace")), _date((found[2] or b"").decode("ascii", "replace"))
    return None, None


def _web(text: str) -> str | None:
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return safe_url_string(text) if parts.scheme in ("http", "https") and parts.hostname else None


def _date(text: str) -> str | None:
    if not (found := _JAVASCRIPT_DATE.match(text)):
        return None
    try:
        return datetime.strptime("".join(found.groups()), "%b %d %Y %H:%M:%S%z").astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return None


def of_mirror(path: str, schemes: dict[str, str]) -> str | None:
    """The address of a file in a mirror (wget --mirror: `host/path`, a query behind `?`); None for a path that begins with no host.

    `schemes` are those of known hosts, others are http: a mirror does not say it.
    """
    host, _, rest = path.partition("/")
    if not rest or not is_host(host):
        return None
    scheme = schemes.get(host.partition(":")[0], "http")
    return safe_url_string(f"{scheme}://{host}/{_INDEX.sub(chr(92) + '1', rest)}".replace("#", "%23"))


@cache
def is_host(name: str) -> bool:
    """Whether a folder's name is that of a host: a name below a public suffix, or a numeric address, each with or without a port."""
    name, colon, port = name.partition(":")
    labels = name.split(".")
    if len(labels) < 2 or (colon and not port.isdecimal()) or not all(map(_LABEL.fullmatch, labels)):
        return False
    try:
        return bool(ip_address(name))
    except ValueError:
        pass
    suffix = _suffixes()(name).suffix or ("example" if labels[-1] == "example" else "")  # RFC 2606: what documents and tests use
    return name != suffix and bool(suffix) and (len(labels) > 2 or suffix in _PLAIN_SUFFIXES)


@cache
def _suffixes() -> TLDExtract:
    """The list of public suffixes that the library brings along: nothing is fetched or kept."""
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def without_parts(paths: Iterable[str]) -> list[str]:
    """The paths without those inside a folder of parts of a saved page that stands beside it."""
    paths = list(paths)
    stems = {path.rpartition(".")[0] for path in paths if path.lower().endswith((".html", ".htm"))}
    owned = {f"{stem}{suffix}/" for stem in stems for suffix in _PARTS}
    return [path for path in paths if not any(f"{folder}/" in owned for folder in _folders(path))]


def _folders(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
