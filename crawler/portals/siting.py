"""Whether a page stands on a site of its portal's place, by the code that government sites carry (PORTALS.md section 1, SiteIDCode)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from extract.data.divisions import gazetteer, relation

if TYPE_CHECKING:
    from crawler.portals.model import Portal

# In the meta, in the footer, on the script for reporting errors. Attributes of the meta come in either order.
_META = re.compile(r"<meta\b[^>]{0,300}>", re.IGNORECASE)
_IS_CODE = re.compile(r"\bname\s*=\s*[\"']?\s*SiteIDCode\b", re.IGNORECASE)
_CONTENT = re.compile(r"\bcontent\s*=\s*[\"']?\s*([0-9a-z]{10})\b", re.IGNORECASE)
_PRINTED = re.compile(
    r"网站标识码(?:\s|&nbsp;|<[^>]{0,200}>|[:：]){0,8}([0-9a-z]{10})\b|sitecode\s*=\s*[\"']([0-9a-z]{10})[\"']", re.IGNORECASE
)
_LOCAL = re.compile(r"[0-9]{10}")
_CENTRAL = re.compile(r"bm[0-9]{8}", re.IGNORECASE)


class SiteCheck(NamedTuple):
    """What a page's site code says of its portal. `unknown`: the page or the portal does not say enough. `reason` is one line."""

    verdict: Literal["fits", "conflict", "unknown"]
    site_code: str | None
    reason: str


def site_code_in(markup: str) -> str | None:
    """The ten characters of the meta SiteIDCode, else of 网站标识码 or sitecode="" on the page; None where it has none of them.

    >>> site_code_in('<a href="#">网站标识码：9901000002</a>')
    '9901000002'
    """
    for meta in _META.finditer(markup):
        if _IS_CODE.search(meta[0]) and (content := _CONTENT.search(meta[0])):
            return content[1]
    printed = _PRINTED.search(markup)
    return (printed[1] or printed[2]) if printed else None


def check_site(site_code: str | None, portal: Portal) -> SiteCheck:
    """Whether a page with this site code can be one of the portal's.

    The first six of ten digits are the division of the site, `bm` and eight digits mean a body of the central government. The same place,
    one within it (a county's page listed by its city) and one that holds it (a department on its city's site) fit; any other place
    is a conflict: the seed's code is wrong, or the page is somebody else's.
    """
    if site_code is None or not (_LOCAL.fullmatch(site_code) or _CENTRAL.fullmatch(site_code)):
        return SiteCheck("unknown", site_code, "the page names no site code" if site_code is None else f"{site_code} is no site code")
    if _CENTRAL.fullmatch(site_code):
        return _central(site_code, portal)
    division = site_code[:6]
    if gazetteer().province(division) is None:
        return SiteCheck("unknown", site_code, f"site code {site_code} belongs to no province")
    if portal.level == "ministry":
        return SiteCheck("conflict", site_code, f"site code {site_code} is that of {_named(division)}, the portal is a ministry's")
    if portal.division_code is None:
        return SiteCheck("unknown", site_code, f"site code {site_code} is that of {_named(division)}, the portal has no division code")
    return _local(site_code, portal.division_code)


def _central(site_code: str, portal: Portal) -> SiteCheck:
    """Bodies of the centre have branches in every place (tax, customs, weather), so that a department may well be one."""
    said = f"site code {site_code} is that of a central body"
    if portal.level == "ministry":
        return SiteCheck("fits", site_code, said)
    if portal.level == "department" or portal.division_code is None:
        return SiteCheck("unknown", site_code, f"{said}; the portal may be its branch")
    return SiteCheck("conflict", site_code, f"{said}, the portal is that of {_named(portal.division_code)}")


def _local(site_code: str, own: str) -> SiteCheck:
    place = relation(site_code[:6], own)
    said = f"site code {site_code} is that of {_named(site_code[:6])}"
    if place == "apart":
        return SiteCheck("conflict", site_code, f"{said}, the portal's code {own} that of {_named(own)}")
    words = {"same": "the portal's place", "within": f"which lies in {_named(own)}", "holds": f"which holds {_named(own)}"}
    return SiteCheck("fits", site_code, f"{said}, {words[place]}")


def _named(code: str) -> str:
    """The division's name, else the nearest one above it with the code."""
    by_code = gazetteer().by_code
    if code in by_code:
        return f"{by_code[code][-1].name} ({code})"
    above = next((by_code[one] for one in (code[:4] + "00", code[:2] + "0000") if one in by_code), None)
    return f"a part of {above[-1].name} ({code})" if above else code
