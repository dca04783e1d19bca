"""Which portals a run walks: all that are verified, those of a province, those named, or one made of an address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.errors import ConfigurationError
from crawler.portals.addresses import host_of
from crawler.portals.areas import area_of, title_of
from crawler.portals.model import Portal
from crawler.portals.problems import shown
from crawler.portals.reading import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable


def select(wanted: str | None, portals: Iterable[Portal], province: str | None = None) -> tuple[Portal, ...]:
    """The portals a run is asked for: every enabled one for None and `all`, else those named (separated by commas), enabled or not.

    `province` (河北, hebei, 130000; ministries for the State Council's) keeps the enabled ones of its file. Raises ConfigurationError
    for an id or a province that is unknown, for both at once, and where none is enabled.
    """
    known = {portal.id: portal for portal in portals}
    if wanted is not None and province is not None:
        raise ConfigurationError("give one of -a portal= and -a province=: a portal named by its id needs no province")
    if province is not None:
        area = area_of(province)
        return _enabled([portal for portal in known.values() if portal.area == area], f"{area}.yaml", f" of {title_of(area)}")
    if wanted is None or wanted.strip() == "all":
        return _enabled(list(known.values()), "*.yaml", "")
    return _named(wanted, known)


def from_listing(url: str) -> Portal:
    """A portal for a listing given by its address. Raises ConfigurationError for what is no web address."""
    host = host_of(url)
    if host is None:
        raise ConfigurationError(f"{url!r} is not a web address: it must begin with http:// or https:// and name a host")
    return Portal(re.sub(r"[^a-z0-9]+", "-", host).strip("-"), host, "department", None, (url,), (host.removeprefix("www."),))


def _named(wanted: str, known: dict[str, Portal]) -> tuple[Portal, ...]:
    names = list(dict.fromkeys(name for given in wanted.split(",") if (name := given.strip())))
    for name, cure in (("samples", "the sample portals have a database of their own"), ("all", "it means every enabled portal")):
        if name in names:
            raise ConfigurationError(f"{cure}: give -a portal={name} alone, without other ids")
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        raise ConfigurationError(
            f"no portal {', '.join(unknown) or repr(wanted)}: the ids stand in {shown(FOLDER)}/*.yaml; -a portal=samples needs none"
        )
    return tuple(known[name] for name in names)


def _enabled(portals: list[Portal], file: str, of: str) -> tuple[Portal, ...]:
    enabled = tuple(portal for portal in portals if portal.enabled)
    if not enabled:
        raise ConfigurationError(
            f"none of the {len(portals)} portals{of} in {shown(FOLDER)}/{file} is enabled. Name one with -a portal=ID and, once its "
            "listing was read, write `status: verified` and `last_ok` there; or give a listing with -a listing=URL, or try the made-up "
            "ones with -a portal=samples"
        )
    return enabled
