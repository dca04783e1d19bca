"""The list of portals: data files beside this one, a file a province (`ministries.yaml` for the State Council's), read and validated here.

portals:
  - id: qinghe-mzj                 lower case, digits, hyphens; never changes, other tables refer to it
    name: 青禾市民政局
    level: department              ministry, province, prefecture, county, township, department
    division_code: "990100"        GB/T 2260, null for ministries
    listings: [http://mzj.qinghe.example/zfxxgk/zfxxgknb/]
    hosts: [mzj.qinghe.example]    what may be fetched: these and their subdomains
    family: trs                    null: found on the page
    enabled: false                 true once a live run has read the listing
    note: where the address was seen
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import yaml

from crawler.cms import families
from crawler.errors import ConfigurationError, PortalFileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LEVELS = ("ministry", "province", "prefecture", "county", "township", "department")
FOLDER = Path(__file__).parent

_KEYS = {"id", "name", "level", "division_code", "listings", "hosts", "family", "enabled", "note"}
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_CODE = re.compile(r"\d{6}")


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal and the listings of annual reports on it. `family` None: found on the page. `hosts` is what may be fetched."""

    id: str
    name: str
    level: str
    division_code: str | None
    listings: tuple[str, ...]
    hosts: tuple[str, ...]
    family: str | None = None
    enabled: bool = False
    note: str | None = None

    @property
    def url(self) -> str:
        """The first listing: what the database shows as the portal's address."""
        return self.listings[0]

    def allows(self, url: str) -> bool:
        """Whether the address is on one of the portal's hosts or below one."""
        host = (urlsplit(url).hostname or "").lower()
        return any(host == own or host.endswith("." + own) for own in self.hosts)


def load(folder: Path = FOLDER) -> tuple[Portal, ...]:
    """Every portal of every file, in the order of their ids. Raises PortalFileError for a wrong file, naming file, entry and key."""
    portals = [portal for path in sorted(folder.glob("*.yaml")) for portal in _read(path)]
    ids = [portal.id for portal in portals]
    for twice in sorted({name for name in ids if ids.count(name) > 1}):
        raise PortalFileError(f"{folder}: two portals have the id {twice}")
    return tuple(sorted(portals, key=lambda portal: portal.id))


def select(wanted: str | None, portals: Iterable[Portal]) -> tuple[Portal, ...]:
    """The portals a run is asked for: every enabled one for None and `all`, else those named (separated by commas), enabled or not.

    Raises ConfigurationError for an unknown id, and where none is enabled.
    """
    known = {portal.id: portal for portal in portals}
    if wanted not in (None, "all"):
        names = list(dict.fromkeys(str(wanted).split(",")))
        if "samples" in names:
            raise ConfigurationError("the sample portals have a database of their own: give -a portal=samples alone, without other ids")
        unknown = [name for name in names if name not in known]
        if unknown:
            raise ConfigurationError(
                f"no portal {', '.join(unknown)}: the ids stand in {_shown(FOLDER)}/*.yaml; -a portal=samples needs none"
            )
        return tuple(known[name] for name in names)
    enabled = tuple(portal for portal in known.values() if portal.enabled)
    if not enabled:
        raise ConfigurationError(
            f"none of the {len(known)} portals in {_shown(FOLDER)}/*.yaml is enabled. Set `enabled: true` on one "
            "whose listing you have seen, name one with -a portal=ID, give its listing with -a listing=URL, or try the made-up ones with "
            "-a portal=samples"
        )
    return enabled


def from_listing(url: str) -> Portal:
    """A portal for a listing given by its address. Raises ConfigurationError for what is no web address."""
    host = _host(url)
    if host is None:
        raise ConfigurationError(f"{url!r} is not a web address: it must begin with http:// or https:// and name a host")
    return Portal(re.sub(r"[^a-z0-9]+", "-", host).strip("-"), host, "department", None, (url,), (host.removeprefix("www."),))


def _host(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.hostname.lower() if parts.scheme in ("http", "https") and parts.hostname else None


def _shown(path: Path) -> str:
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def _read(path: Path) -> list[Portal]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PortalFileError(f"{path}: cannot be read: {error}") from error
    if not isinstance(data, dict) or not isinstance(data.get("portals"), list):
        raise PortalFileError(f"{path}: must hold a list under the key portals")
    return [_portal(f"{path}: entry {number}", entry) for number, entry in enumerate(data["portals"], 1)]


def _portal(where: str, entry: Any) -> Portal:
    """One validated entry. `where` names file and entry for the error."""
    if not isinstance(entry, dict):
        raise PortalFileError(f"{where}: must be a mapping")
    for key in sorted(entry.keys() - _KEYS):
        raise PortalFileError(f"{where}: unknown key {key}")
    for key in ("id", "name", "level", "listings", "hosts", "enabled"):
        if entry.get(key) in (None, "", []):
            raise PortalFileError(f"{where}: {key} is missing")
    for key, fits in _CHECKS:
        if not fits(entry.get(key)):
            raise PortalFileError(f"{where}: {key} cannot be {entry.get(key)!r}")
    portal = Portal(**{**entry, "listings": tuple(entry["listings"]), "hosts": tuple(entry["hosts"])})
    for listing in portal.listings:
        if not portal.allows(listing):
            raise PortalFileError(f"{where}: listings: {listing} is on none of the hosts")
    return portal


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


_CHECKS: tuple[tuple[str, Callable[[Any], object]], ...] = (
    ("id", lambda value: isinstance(value, str) and _ID.fullmatch(value)),
    ("name", lambda value: isinstance(value, str)),
    ("level", lambda value: value in LEVELS),
    ("division_code", lambda value: value is None or (isinstance(value, str) and _CODE.fullmatch(value))),
    ("listings", lambda value: _texts(value) and all(_host(url) for url in value)),
    ("hosts", lambda value: _texts(value) and all(host == host.lower() and "/" not in host for host in value)),
    ("family", lambda value: value is None or value in families()),
    ("enabled", lambda value: isinstance(value, bool)),
    ("note", lambda value: value is None or isinstance(value, str)),
)
