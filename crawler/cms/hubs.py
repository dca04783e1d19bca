"""Pages that lead to many listings: a column by years, a county's page of its agencies (PORTALS.md section 13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.cms.model import ListingPage, SubListing


def listings(page: ListingPage) -> tuple[SubListing, ...]:  # noqa: ARG001
    """The listings of years or agencies that a hub names; none for any other page."""
    return ()
