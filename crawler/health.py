"""Whether what a portal gave can be believed: this run against the runs before it (RELIABILITY.md 3.1).

A listing that shrinks, falls silent or loses its dates is more often a new template, a challenge or a broken page than a fact. So the
portal is `suspect`, what it no longer lists is not taken for gone, and the run ends with a status that a scheduler sees.
Pure: counts in, reasons out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FALL = 0.2  # of a count, or of a share: more than this is no chance
FEWEST = 5  # entries or reports of which a share is worth a comparison
WALKS = 3  # whole walks a count is held against: one that stays low as long is believed


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier finished runs found at a portal. `walks`: entries of its last whole walks, the latest first; `listed`: entries of the
    last run, None where there was none; `fill`: shares of the last run that had any."""

    walks: tuple[int, ...] = ()
    listed: int | None = None
    fill: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """What a run found at a portal. `whole`: it was asked for all of it; `walked`: every listing to its end. `agencies` and `since`: of
    its reports in the database, None where there are none; `expect_agencies`, `expect_since`: of its file."""

    listed: int
    whole: bool
    walked: bool
    fill: Mapping[str, float] = field(default_factory=dict)
    agencies: int | None = None
    since: int | None = None
    expect_agencies: int | None = None
    expect_since: int | None = None


def doubts(now: Found, past: Past) -> list[str]:
    """Why what was found is doubtful, a line each; none where nothing speaks against it."""
    return [*_silence(now, past), *_fewer(now, past), *_emptier(now.fill, past.fill), *_expected(now)]


def _silence(now: Found, past: Past) -> list[str]:
    if now.whole and not now.listed and past.listed:
        return [f"lists nothing; the run before found {past.listed} entries"]
    return []


def _fewer(now: Found, past: Past) -> list[str]:
    before = max(past.walks[:WALKS], default=0)
    if now.walked and now.listed and now.listed < (1 - FALL) * before:
        return [f"lists {now.listed} entries; a walk before found {before}"]
    return []


def _emptier(now: Mapping[str, float], past: Mapping[str, float]) -> list[str]:
    """Shares that fell, of entries and of reports; each counted over at least FEWEST on both sides."""
    enough = {kind for kind in ("entries", "reports") if min(now.get(kind, 0), past.get(kind, 0)) >= FEWEST}
    return [
        f"{now[name]:.0%} of the {kind} have {what}; it was {past[name]:.0%}"
        for name, (kind, what) in SHARES.items()
        if kind in enough and name in now and name in past and now[name] < past[name] - FALL
    ]


SHARES: Mapping[str, tuple[str, str]] = {
    "accepted": ("entries", "a title that names a report"),
    "listed_on": ("entries", "a date"),
    "published_on": ("reports", "a date of publication"),
    "title": ("reports", "a title of their own"),
    "cells": ("reports", "a statutory table"),
    "requests": ("reports", "a section on requests"),
}
"""Each share that is watched: of what, and what it says they have."""


def _expected(now: Found) -> list[str]:
    """What the portal's file says a full walk must find."""
    found = []
    if now.walked and now.expect_agencies is not None and (now.agencies or 0) < now.expect_agencies:
        found.append(f"has reports of {now.agencies or 0} agencies; its file expects {now.expect_agencies}")
    if now.walked and now.expect_since is not None and (now.since is None or now.since > now.expect_since):
        found.append(f"has reports since {now.since or 'no year'}; its file expects {now.expect_since}")
    return found


def entries_fill(entries: Sequence[Mapping[str, object]]) -> dict[str, float]:
    """The shares of what a listing named; empty where it named nothing."""
    if not entries:
        return {}
    count = len(entries)
    dated, accepted = sum(1 for one in entries if one["listed_on"]), sum(1 for one in entries if one["verdict"] == "accepted")
    return {"entries": count, "listed_on": round(dated / count, 4), "accepted": round(accepted / count, 4)}
