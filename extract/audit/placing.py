"""Does a report come from where its portal lies: the site's code and the agency's division against the portal's (PORTALS.md section 1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extract.data.divisions import gazetteer, relation
from extract.model import Document, Finding

_SITE_CODE = re.compile(r"([0-9]{6})[0-9]{4}")  # bodies of the central government have bm and eight digits: no place


def check(document: Document) -> Iterator[Finding]:
    """A finding for each of site and agency that lies elsewhere than the portal; none where one of the two codes is not known.

    A county's report on its city's portal, and the other way round, is in its place.
    """
    site = _SITE_CODE.fullmatch(document.site_code or "")
    for subject, code in (("site_code", site[1] if site else None), ("agency", document.agency.division_code)):
        if code and document.portal_code and _elsewhere(code, document.portal_code):
            evidence = {"portal": document.portal_code, subject: document.site_code if subject == "site_code" else code}
            yield Finding("place_of_portal", subject, "violated", "plausibility", None, None, evidence)


def _elsewhere(code: str, portal: str) -> bool:
    """Codes of no province (0000000000 in an unfilled template) say nothing."""
    known = gazetteer().province(code) is not None and gazetteer().province(portal) is not None
    return known and relation(code, portal) == "apart"
