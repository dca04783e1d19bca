"""One entry of a portal file: every key checked, then made a `Portal`."""

from __future__ import annotations

import re
from datetime import date, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from crawler.cms import families
from crawler.portals import places
from crawler.portals.addresses import host_fault, host_of, listing_fault, repeated, same_address
from crawler.portals.model import LEVELS, STATUSES, Expectation, HostException, Portal, is_below
from crawler.portals.problems import Fault, brief

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_RESERVED = ("all", "samples")  # what -a portal= means by them is no portal
_FIRST_YEAR = 2008  # the Regulations are in force since 2008-05-01 (DOMAIN.md section 3)
_LAST_YEAR = 2100
_REQUIRED = ("id", "name", "level", "listings", "hosts", "status")


def faults(entry: dict[Any, Any], area: str) -> Iterator[Fault]:
    """What is wrong with an entry of the file of `area`, key by key, then between keys."""
    unknown = [key for key in entry if key not in _CHECKS]
    missing = [key for key in _REQUIRED if entry.get(key) in (None, "", [])]
    yield from (_unknown(str(key), tuple(_CHECKS)) for key in unknown)
    yield from (Fault(key, "is missing", f"give {_MEANINGS[key]}") for key in missing)
    wrong = [fault for key, check in _CHECKS.items() if key in entry and key not in missing for fault in check(entry[key])]
    yield from wrong
    bad = {fault.key for fault in wrong}.union(missing)
    if not bad & {"name", "level"}:
        yield from places.faults(entry, area)
    if not bad & {"listings", "hosts"}:
        yield from _beside_hosts(entry, bad)
    if not bad & {"status", "last_ok"}:
        yield from _status_and_date(entry)


def portal(entry: dict[str, Any], area: str) -> Portal:
    """The portal that an entry without faults describes."""
    exceptions = tuple(HostException(host, **said) for host, said in (entry.get("exceptions") or {}).items())
    made = {"listings": tuple(entry["listings"]), "hosts": tuple(entry["hosts"]), "exceptions": exceptions}
    kept = {key: value for key, value in entry.items() if value is not None}
    expect = Expectation(**(entry.get("expect") or {}))
    return Portal(**{"division_code": None, **kept, **made, "expect": expect, "area": area, "enabled": entry["status"] == "verified"})


def _unknown(key: str, known: Sequence[str], inside: str = "") -> Fault:
    close = get_close_matches(key, known, 1)
    cure = f"did you mean {close[0]}?" if close else f"the keys are {', '.join(known)}"
    return Fault(inside or key, f"unknown key {key}" if inside else "unknown key", cure)


# ------------------------------------------------------------------------------------------------ between keys


def _beside_hosts(entry: dict[str, Any], bad: set[str]) -> Iterator[Fault]:
    """Listings and exceptions must be on the hosts, listings in the portal's scheme."""
    hosts = entry["hosts"]
    for listing in entry["listings"]:
        if not _on(host_of(listing) or "", hosts):
            yield Fault("listings", f"{listing} is on none of the hosts", f"add {host_of(listing)} to hosts, if it is the portal's")
        scheme = entry.get("scheme")
        if scheme and "scheme" not in bad and not listing.startswith(f"{scheme}:"):
            yield Fault("scheme", f"is {scheme}, but {listing} is not", "write the listing with the scheme that the host answers")
    for host in (entry.get("exceptions") or {}) if "exceptions" not in bad else ():
        if not _on(host, hosts):
            yield Fault("exceptions", f"{host} is on none of the hosts", "name one of hosts, or what lies below it")


def _on(host: str, hosts: Sequence[str]) -> bool:
    return any(is_below(host, own) for own in hosts)


def _status_and_date(entry: dict[str, Any]) -> Iterator[Fault]:
    status, last_ok = entry["status"], entry.get("last_ok")
    if status == "verified" and last_ok is None:
        yield Fault("last_ok", "is missing of a verified portal", "give the day on which a live run read the listing, as 2026-03-31")
    if status == "unverified" and last_ok is not None:
        yield Fault("last_ok", "stands at an unverified portal", "write `status: verified`, or leave it out")
    if status not in ("verified", "unverified") and not entry.get("note"):
        yield Fault("note", f"is missing of a portal that is {status}", "say what was seen, and when")


# ------------------------------------------------------------------------------------------------ key by key


def _wrong(key: str, value: object) -> Fault:
    return Fault(key, f"cannot be {brief(value)}", f"give {_MEANINGS[key]}")


def _simple(key: str, fits: Callable[[Any], object]) -> Callable[[Any], Iterator[Fault]]:
    """A check of a single value."""

    def check(value: Any) -> Iterator[Fault]:
        if not fits(value):
            yield _wrong(key, value)

    return check


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and bool(_ID.fullmatch(value)) and value not in _RESERVED and not value.startswith("sample-")


def _is_line(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value == value.strip() and value.isprintable()


def _is_one_of(known: Callable[[], Any]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in known()


def _family(value: Any) -> Iterator[Fault]:
    if value is not None and not _is_one_of(families)(value):
        known = ", ".join(families())
        yield Fault("family", f"cannot be {brief(value)}", f"give one of {known}, or null: found on the page")


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _texts(key: str, one: Callable[[str], Fault | None]) -> Callable[[Any], Iterator[Fault]]:
    """A check of a list of texts, each of which `one` looks at."""

    def check(value: Any) -> Iterator[Fault]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            yield _wrong(key, value)
        else:
            yield from (fault for item in value if (fault := one(item)))

    return check


def _listings(value: Any) -> Iterator[Fault]:
    wrong = list(_texts("listings", listing_fault)(value))
    yield from wrong
    if not wrong:
        again = repeated(tuple(same_address(url) for url in value))
        yield from (Fault("listings", f"{key.rstrip('?#')} stands twice", "leave one of them") for key in again)


def _hosts(value: Any) -> Iterator[Fault]:
    wrong = list(_texts("hosts", host_fault)(value))
    yield from wrong
    if not wrong:
        yield from (Fault("hosts", f"{host} stands twice", "leave one of them") for host in repeated(tuple(value)))


def _mapping(key: str, value: Any, fits: dict[str, Callable[[Any], bool]]) -> Iterator[Fault]:
    """A check of a mapping whose keys and values `fits` names."""
    if not isinstance(value, dict) or not value:
        yield _wrong(key, value)
        return
    for name, said in value.items():
        if name not in fits:
            yield _unknown(str(name), tuple(fits), key)
        elif not fits[name](said):
            yield Fault(key, f"{name} cannot be {brief(said)}", f"give {_MEANINGS[key]}")


def _expect(value: Any) -> Iterator[Fault]:
    if value is not None:
        yield from _mapping("expect", value, _EXPECT)


def _exceptions(value: Any) -> Iterator[Fault]:
    if value is None:
        return
    if not isinstance(value, dict):
        yield _wrong("exceptions", value)
        return
    for host, said in value.items():
        fault = host_fault(host) if isinstance(host, str) else _wrong("exceptions", value)
        if fault:
            yield fault._replace(key="exceptions")
        yield from _mapping("exceptions", said, _EXCEPTION)


def _is_whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


_EXPECT: dict[str, Callable[[Any], bool]] = {
    "agencies": lambda value: _is_whole(value, 1, 100_000),
    "since": lambda value: _is_whole(value, _FIRST_YEAR, _LAST_YEAR),
}
_EXCEPTION: dict[str, Callable[[Any], bool]] = {
    "tls": lambda value: value == "relaxed",
    "ip": lambda value: _is_whole(value, 4, 6) and value != 5,
    "render": lambda value: value == "browser",
    "cookies": lambda value: value is True,
}
_MEANINGS = {
    "id": "small letters, digits and hyphens, as hebei-gxt; not all or samples",
    "name": "one line, as 青禾市财政局",
    "level": f"one of {', '.join(LEVELS)}",
    "division_code": 'six digits between quotes, as "130400"',
    "listings": "a list of addresses, as [http://www.qinghe.example/zfxxgknb/]",
    "hosts": "a list of hosts, as [qinghe.example]",
    "status": f"one of {', '.join(STATUSES)}",
    "last_ok": "a day, as 2026-03-31",
    "scheme": "http or https, where the hosts answer no other",
    "exceptions": "by host: tls: relaxed, ip: 4 or 6, render: browser, cookies: true",
    "expect": f"agencies: a number, since: a year from {_FIRST_YEAR}",
    "note": "one line: where the address was seen, what is odd about it",
}
_CHECKS: dict[str, Callable[[Any], Iterator[Fault]]] = {
    "id": _simple("id", _is_id),
    "name": _simple("name", _is_line),
    "level": _simple("level", _is_one_of(lambda: LEVELS)),
    "division_code": lambda _: iter(()),  # read together with the file it stands in
    "listings": _listings,
    "hosts": _hosts,
    "family": _family,
    "status": _simple("status", _is_one_of(lambda: STATUSES)),
    "last_ok": _simple("last_ok", lambda value: value is None or _is_day(value)),
    "scheme": _simple("scheme", lambda value: value in (None, "http", "https")),
    "exceptions": _exceptions,
    "expect": _expect,
    "note": _simple("note", lambda value: value is None or _is_line(value)),
}
