"""Listings and hosts of an entry: what may stand there, and when two listings are the same."""

from __future__ import annotations

import re
from functools import cache
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.portals.problems import Fault, brief

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tldextract import TLDExtract

_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_UNPRINTABLE = re.compile(r"[\s\x00-\x1f\x7f<>\"]")
_INDEX = re.compile(r"/(?:index|default)\.\w{2,5}$")


def host_of(url: str) -> str | None:
    """The host of a web address in lower case; None for what is no web address."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        return None
    return parts.hostname.lower() if parts.scheme in ("http", "https") and parts.hostname else None


def same_address(url: str) -> str:
    """A key that two addresses of one listing share: http and https, www and bare, `index.html` and its folder (PORTALS.md section 1).

    The order of a query does not count; a fragment does, since it names the column on some portals (section 8).
    """
    from w3lib.url import canonicalize_url

    parts = urlsplit(canonicalize_url(url, keep_fragments=True))
    host = (parts.hostname or "").removeprefix("www.")
    port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    path = _INDEX.sub("/", parts.path).rstrip("/")
    return f"{host}{port}{path}?{parts.query}#{parts.fragment}"


def listing_fault(url: str) -> Fault | None:
    """Why an address cannot be a listing; None where it can."""
    if host_of(url) is None or _UNPRINTABLE.search(url):
        return Fault("listings", f"{brief(url)} is no web address", "write it whole, as http://www.qinghe.example/zfxxgknb/")
    if "@" in urlsplit(url).netloc:
        return Fault("listings", f"{brief(url)} names a user", "leave out what stands before the @")
    return None


def host_fault(host: str) -> Fault | None:
    """Why a host cannot be allowed; None where it can. An allowed host opens all that lies below it."""
    if not _HOST.fullmatch(host):
        return Fault("hosts", f"{brief(host)} is no host", "write the name alone, in small Latin letters, as www.qinghe.example")
    if address := _address(host):
        return address
    if "." not in host:
        return Fault("hosts", f"{host} is no full name of a host", "write it as www.qinghe.example")
    if is_shared(host):
        return Fault("hosts", f"{host} is shared by many sites", "name the portal's own host below it")
    return None


def _address(host: str) -> Fault | None:
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return None if address.is_global else Fault("hosts", f"{host} is a private address", "name the host that the public reaches")


def is_shared(host: str) -> bool:
    """Whether anybody may register names below the host (gov.cn, com.cn), by the Public Suffix List as tldextract ships it."""
    return _suffixes()(host).suffix == host


@cache
def _suffixes() -> TLDExtract:
    from tldextract import TLDExtract  # reads a list of 10,000 suffixes

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def repeated(values: tuple[str, ...]) -> Iterator[str]:
    """What stands a second time."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            yield value
        seen.add(value)
