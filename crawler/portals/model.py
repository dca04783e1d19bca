"""What an entry of the portal files says, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from crawler.portals.addresses import host_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

LEVELS = ("ministry", "province", "prefecture", "county", "township", "department")

STATUSES: Mapping[str, str] = {
    "unverified": "nobody has read the listing by a live run yet",
    "verified": "a live run has read the listing; `last_ok` says when. Only these are crawled when no portal is named",
    "moved": "the listing has gone elsewhere; the note says where, if that is known",
    "gone": "the address answers, but the listing is no longer there (404, soft 404, sent to the home page)",
    "blocked": "the host turns us away (403, a challenge, robots.txt); the note names the obstacle",
    "unreachable": "no answer from where we are",
}
"""What became of a listing (PORTALS.md section 16, Drift); drift is the norm, so an entry says when it was last right."""


@dataclass(frozen=True, slots=True)
class HostException:
    """What one host (and what lies below it) needs beside the common rules; PORTALS.md section 16.

    `tls` relaxed: old cipher suites, legacy renegotiation and certificates that do not fit are borne. `ip`: the IP family that answers.
    `render` browser: the pages are drawn by script only. `cookies`: a server-set cookie must come back (its script is not run).
    """

    host: str
    tls: Literal["relaxed"] | None = None
    ip: Literal[4, 6] | None = None
    render: Literal["browser"] | None = None
    cookies: bool = False


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a full walk must find: at least so many agencies, reports from this year on. None: not known."""

    agencies: int | None = None
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal and the listings of annual reports on it. `hosts` is what may be fetched: these and what lies below them.

    `division_code` is None for ministries, for the Production and Construction Corps, and where it is not known. `family` None: found on
    the page. `enabled`: verified, so that a run which names no portal walks it. `scheme`: the only one its hosts answer, None for as
    linked. `status` and `area` (the file's name: hebei, ministries) are None for a portal that stands in no file.
    """

    id: str
    name: str
    level: str
    division_code: str | None
    listings: tuple[str, ...]
    hosts: tuple[str, ...]
    family: str | None = None
    enabled: bool = False
    note: str | None = None
    status: str | None = None
    last_ok: date | None = None
    scheme: str | None = None
    exceptions: tuple[HostException, ...] = ()
    expect: Expectation = Expectation()
    area: str | None = None

    @property
    def url(self) -> str:
        """The first listing: what the database shows as the portal's address."""
        return self.listings[0]

    def allows(self, url: str) -> bool:
        """Whether the address is a web address on one of the portal's hosts or below one."""
        host = host_of(url)
        return host is not None and any(is_below(host, own) for own in self.hosts)

    def exception(self, url: str) -> HostException | None:
        """What the host of this address needs, by the longest host that fits; None where nothing was said of it."""
        host = host_of(url) or ""
        fitting = [one for one in self.exceptions if is_below(host, one.host)]
        return max(fitting, key=lambda one: len(one.host), default=None)

    def with_scheme(self, url: str) -> str:
        """The address with the portal's scheme; as it is where the portal has none, on other hosts, and with a port of its own."""
        if self.scheme is None or not self.allows(url) or urlsplit(url).port is not None:
            return url
        return f"{self.scheme}:{url.partition(':')[2]}"


def is_below(host: str, own: str) -> bool:
    """Whether `host` is `own` or a subdomain of it."""
    return host == own or host.endswith("." + own)
