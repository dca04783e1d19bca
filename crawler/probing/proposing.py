"""The entry for the list of portals that a probed listing asks for: what the page says of itself, and what is missing still.

Name from SiteName or the title, place from SiteIDCode (its first six digits are the division, `bm` means a central body; PORTALS.md section
1) or else from the name, level from what the name says beside the place.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import yaml

from crawler import portals
from crawler.portals import entries, places
from crawler.portals.addresses import host_of, is_shared
from crawler.portals.areas import CORPS, MINISTRIES, PROVINCES
from crawler.probing.saved import UNKNOWN
from extract.data.divisions import gazetteer

if TYPE_CHECKING:
    from crawler.portals import Portal
    from crawler.probing.findings import Found
    from extract.data.divisions import Division

_SITE = re.compile(r"(?:(?<!人民)政府)?(?:门户|官方|政务|公众|信息)*(?:网站|官网|网)$")
_TITLE_PARTS = re.compile(r"\s*[-_|—–·>«»]+\s*")
_GOVERNMENT = re.compile(r"(?:人民)?(?:政府)?(?:办公厅|办公室)?")
_TOWN = re.compile(r"(?:镇|乡|街道|苏木)(?:人民政府|办事处|政府)?$")
_ZONE = re.compile("开发区|高新区|经开区|园区|新区|新城|示范区|保税区|度假区|[试实]验区|管理区|管委会")
_KIND = re.compile(r"([省市州盟县区旗])(?:人民政府|政府)?$")  # of a place that the table does not have
_KINDS = {"省": "province", **dict.fromkeys("市州盟", "prefecture"), **dict.fromkeys("县区旗", "county")}
_CORPS = "生产建设兵团"


@dataclass(frozen=True, slots=True)
class Proposal:
    """The entry as YAML, the file it belongs to (None: nothing on the page says where), and what a person must mend before it can stand
    there (nothing: the reader of the portal files takes it as it is)."""

    text: str
    file: str | None
    lacking: tuple[str, ...]


def propose(found: Found) -> Proposal:
    """The entry for a probed listing; a portal that is known keeps what is known of it."""
    known = found.portal if found.portal.area else None
    area, entry = (known.area, _of_known(known)) if known else _of_page(found)
    entry |= {"family": _family(found), **_status(found)}
    if area is None:
        lacking: tuple[str, ...] = ("division_code: the page names no known place; give its code, and put it into its province's file",)
    else:
        lacking = tuple(f"{fault.key}: {fault.what}; {fault.cure}" for fault in entries.faults(entry, area))
    if found.portal.url.startswith(UNKNOWN):
        lacking = ("listings: the address of the saved page is not known; give it with --url", *lacking)
    return Proposal(_yaml(entry), f"crawler/portals/{area}.yaml" if area else None, lacking)


# ------------------------------------------------------------------------------------------------ its keys


def _of_known(portal: Portal) -> dict[str, Any]:
    told = {"id": portal.id, "name": portal.name, "level": portal.level, "division_code": portal.division_code}
    return {**told, "listings": list(portal.listings), "hosts": list(portal.hosts)}


def _of_page(found: Found) -> tuple[str | None, dict[str, Any]]:
    """Area and keys of an entry for a page that no portal file names."""
    assert found.look is not None
    url = found.portal.url
    name, code = _name(found), found.look.site_code or ""
    division = _division(code, name)
    area = next((area for area, own in PROVINCES.items() if division and own[:2] == division.code[:2]), None)
    if division is None and code.lower().startswith("bm"):
        area = MINISTRIES
    if _CORPS in name:
        area, division = CORPS, None
    level = "ministry" if area == MINISTRIES else _level(name, division)
    if division and area and _misses_place(name, level, division, area):
        name = f"{division.name}{name}"
    place = {"level": level, "division_code": division.code if division else None}
    return area, {"id": _id(url), "name": name, **place, "listings": [url], "hosts": _hosts(found)}


def _name(found: Found) -> str:
    """What the site calls itself, without the words for a web site; its host where it says nothing."""
    assert found.look is not None
    title = _TITLE_PARTS.split(found.look.title or "")[-1]
    names = (_SITE.sub("", text).strip() for text in (found.look.site_name or "", title))
    return next((name for name in names if name), found.portal.name)


def _division(site_code: str, name: str) -> Division | None:
    """The place of the site: by its code, or the one above that is in the table (zones are not); else the only one its name begins with."""
    by_code = gazetteer().by_code
    if re.fullmatch(r"\d{10}", site_code):
        for code in (site_code[:6], site_code[:4] + "00", site_code[:2] + "0000"):
            if code in by_code:
                return by_code[code][-1]
    named = [divisions for full, divisions in gazetteer().by_name.items() if name.startswith(full)]
    longest = max(named, key=lambda divisions: len(divisions[0].name), default=())
    return longest[-1] if len({one.code for one in longest}) == 1 else None


def _level(name: str, division: Division | None) -> str:
    rest = name.partition(division.name)[2] if division and division.name in name else name
    if division and division.name in name and _GOVERNMENT.fullmatch(rest):
        return division.level
    if division and division.level == "prefecture" and _ZONE.search(name):
        return "county"
    kind = None if division else _KIND.search(name)
    return "township" if _TOWN.search(rest) else _KINDS[kind[1]] if kind else "department"


def _misses_place(name: str, level: str, division: Division, area: str) -> bool:
    tried = {"name": name, "level": level, "division_code": division.code}
    return any(fault.key == "name" for fault in places.faults(tried, area))


def _id(url: str) -> str:
    """The host without what many sites share, from its greater part to the lesser: czj.qinghe.gov.cn is qinghe-czj."""
    labels = (host_of(url) or "").removeprefix("www.").split(".")
    own = next((labels[:end] for end in range(1, len(labels)) if is_shared(".".join(labels[end:]))), labels[:-1] or labels)
    base = re.sub(r"[^a-z0-9]+", "-", "-".join(reversed(own))).strip("-") or "portal"
    taken = {portal.id for portal in portals.load()}
    return next(name for name in (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))) if name not in taken)


def _hosts(found: Found) -> list[str]:
    """The portal's host, and others of the same site that accepted entries lead to (the articles of a county's page)."""
    own = _reach(host_of(found.portal.url) or "")
    site = ".".join(own.split(".")[1:]) if own.count(".") > 1 else own
    site = own if is_shared(site) or "." not in site else site
    beside = {host_of(one.entry.url) or "" for one in found.judged if one.verdict.accepted}
    return [own, *sorted(host for host in beside if host.endswith("." + site) and host != own and not host.endswith("." + own))]


def _reach(host: str) -> str:
    """The host with those beside its `www`, unless these are all the world's."""
    bare = host.removeprefix("www.")
    return host if is_shared(bare) or "." not in bare else bare


def _family(found: Found) -> str | None:
    return next((walk.family for walk in reversed(found.own) if walk.family), None)


def _status(found: Found) -> dict[str, Any]:
    """`verified` takes a live run that walked the listing to its end and found reports."""
    if found.whole and found.accepted:
        return {"status": "verified", "last_ok": datetime.now(UTC).date()}
    why = "probed on a saved file" if not found.live else "no entry was accepted" if not found.accepted else "not walked to its end"
    return {"status": "unverified", "note": f"{why}: probe it again"}


# ------------------------------------------------------------------------------------------------ as text


def _yaml(entry: dict[str, Any]) -> str:
    """The entry as it stands in a portal file: a key a line, lists within theirs."""
    lines = [f"{key}: {_flow(value)}" for key, value in entry.items()]
    return "".join(f"  {'- ' if number == 0 else '  '}{line}\n" for number, line in enumerate(lines))


def _flow(value: Any) -> str:
    text: str = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=10_000)
    return text.removesuffix("\n").removesuffix("\n...")


def elsewhere(found: Found) -> dict[str, int]:
    """Hosts beside the portal's that accepted entries lead to, with how many do: a crawl would not follow them."""
    away = (one.entry.url for one in found.judged if one.verdict.accepted and not found.portal.allows(one.entry.url))
    return dict(Counter(host_of(url) or url for url in away).most_common())
