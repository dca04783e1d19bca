"""No request leaves the portals' hosts, none reaches a private address.

A page can lead anywhere: by a redirect, a link to 127.0.0.1, 2130706433 or [::ffff:127.0.0.1], or a name that resolves to 10.0.0.1.
`AllowedHosts` refuses what can be seen in the address; `GuardedResolver` refuses what a name turns out to be, and since the address it
returns is the one that is dialled, a name that changes its answer gains nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet import defer
from twisted.internet.error import DNSLookupError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from twisted.internet.defer import Deferred

HOSTS = "allowed_hosts"  # the key in Request.meta: hosts the request and its redirects may go to, None for any public host


class RefusedAddressError(IgnoreRequest):
    """The address is not one this crawl may ask; raised by `AllowedHosts`."""


class RefusedNameError(DNSLookupError):
    """The name resolves to a private address; raised by `GuardedResolver`. A DNSLookupError, so that Twisted logs no traceback."""


@lru_cache(1024)
def is_public(address: str, loopback: bool = False) -> bool:
    """Whether an IP address may be asked: global ones, and with `loopback` those of this machine."""
    ip = ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return (loopback and ip.is_loopback) or (ip.is_global and not ip.is_multicast)


@lru_cache(1024)
def literal(host: str) -> str | None:
    """The IP address a host name spells, in any notation dialling accepts (2130706433, 0x7f.1); None for a real name."""
    try:
        return str(ip_address(host.strip("[]")))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeEncodeError):
        return None


def is_loopback(url: str) -> bool:
    """Whether the address names this machine: localhost, 127.0.0.0/8, ::1. What is no address names nothing."""
    try:
        return _is_this_machine(urlsplit(url).hostname or "")
    except ValueError:
        return False


@lru_cache(1024)
def _is_this_machine(host: str) -> bool:
    address = literal(host)
    return _is_local_name(host) or bool(address and ip_address(address).is_loopback)


def _is_local_name(host: str) -> bool:
    """RFC 6761 section 6.3: localhost and all names below it are this machine."""
    return host == "localhost" or host.endswith(".localhost")


@lru_cache(1024)
def _is_private(host: str) -> bool:
    """Whether the name itself says that the host is not public."""
    address = literal(host)
    return _is_local_name(host) or bool(address and not is_public(address))


class AllowedHosts:
    """Refuses requests to foreign hosts and to private addresses written as such. Loopback is allowed to a spider that was sent there."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Built by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises RefusedAddressError, which ends the request; its errback makes an outcome of it."""
        host = urlparse_cached(request).hostname or ""  # in lower case
        hosts: Sequence[str] | None = request.meta.get(HOSTS)
        if hosts is not None and not any(host == own or host.endswith("." + own) for own in hosts):
            raise RefusedAddressError(f"{host} is not a host of the portal")
        if _is_private(host) and not (GuardedResolver.loopback and _is_this_machine(host)):
            raise RefusedAddressError(f"{host} is a private address")


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's resolver, which fails for a name that leads to a private address.

    `loopback` is set by a run that was sent to this machine (the samples); it holds for the process, as the reactor's resolver does.
    """

    loopback = False

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802 - the name of Twisted
        """The address of a name; fails with RefusedNameError for a private one. Names below localhost are not asked of any server."""
        if self.loopback and _is_local_name(name):
            return defer.succeed("127.0.0.1")
        return super().getHostByName(name, timeout).addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        if not is_public(address, self.loopback):
            raise RefusedNameError(f"{name} leads to the private address {address}")
        return address


async def resolved(names: Iterable[str]) -> dict[str, str]:
    """The first address of each name that has one; found in threads, all at once."""
    loop = asyncio.get_running_loop()

    async def address(name: str) -> tuple[str, str] | None:
        with contextlib.suppress(OSError, UnicodeError):
            return name, str((await loop.getaddrinfo(name, None, type=socket.SOCK_STREAM))[0][4][0])
        return None

    return dict(found for found in await asyncio.gather(*map(address, names)) if found)
