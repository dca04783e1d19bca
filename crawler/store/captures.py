"""Which of the captures that hold a report is the report: a decision that does not depend on the order in which they arrived.

For one address the later fetch counts, and what it showed before are its earlier versions. Of several addresses the agency's own host
comes before others, then the fuller tables, then the later date of publication, then the address itself (SCHEMA.md).
Pure: candidates in, an election out.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Candidate:
    """A capture that holds the report. `state` and `facts` are digests; `held` is true where its rows can be had; `linked_from` are
    the addresses of pages that attach it: a file is its page's, wherever it lies.

    Captures that say what another capture of their address says (a page that only counts its visits) are not held.
    """

    page_id: str
    url: str
    cells: int
    published_on: str | None
    state: str
    facts: str
    held: bool
    linked_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Election:
    """`page_id` is the capture the report is read from, `versions` the superseded captures of its address, oldest first.

    `others` are the captures of other addresses that show the report today, in the order of their addresses. `kept` are the captures
    whose rows must be kept, so that any later election can be held: the first of each address to say what it says.
    """

    page_id: str
    versions: tuple[str, ...]
    others: tuple[str, ...]
    kept: frozenset[str]

    def role(self, page_id: str) -> str:
        """report, other or earlier."""
        return "report" if page_id == self.page_id else "other" if page_id in self.others else "earlier"


def elect(candidates: Iterable[Candidate], history: Mapping[str, Sequence[str]], own_hosts: Collection[str]) -> Election:
    """The election among `candidates` (at least one of them held). `history` is for each address its captures in the order of fetching."""
    by_page = {candidate.page_id: candidate for candidate in candidates}
    chains = {url: [by_page[page] for page in pages] for url, pages in history.items()}
    states = {url: _states(chain) for url, chain in chains.items()}
    latest = {url: versions[-1] for url, versions in states.items() if versions}
    best = min(latest, key=lambda url: _rank(latest[url], own_hosts))
    return Election(
        latest[best].page_id,
        tuple(version.page_id for version in states[best][:-1]),
        tuple(latest[url].page_id for url in sorted(latest) if url != best),
        frozenset(capture.page_id for chain in chains.values() for capture in _first_held(chain).values()),
    )


def _first_held(captures: list[Candidate]) -> dict[str, Candidate]:
    """By the digest of what is said, the first capture that says it and whose rows can be had."""
    held: dict[str, Candidate] = {}
    for capture in captures:
        if capture.held:
            held.setdefault(capture.facts, capture)
    return held


def _states(captures: list[Candidate]) -> list[Candidate]:
    """The capture that stands for each state an address went through, in order: the first one that says what the state's last one says."""
    held = _first_held(captures)
    states = [list(group) for _, group in groupby((one for one in captures if one.facts in held), key=lambda one: one.state)]
    return [held[group[-1].facts] for group in states]


def _rank(candidate: Candidate, own_hosts: Collection[str]) -> tuple[int, int, int, str]:
    """Smaller is better. Hosts below gov.cn come before the rest: copies on other domains abound (ARCHITECTURE.md, hosts)."""
    tier = min(_tier(host_of(url), own_hosts) for url in (candidate.url, *candidate.linked_from))
    published = int("".join(filter(str.isdigit, candidate.published_on or "")) or 0)
    return tier, -candidate.cells, -published, candidate.url


def _tier(host: str, own_hosts: Collection[str]) -> int:
    return 0 if host in own_hosts else 1 if host.endswith(".gov.cn") else 2


def host_of(url: str) -> str:
    """The host of an address in lower case, '' where there is none (saved:folder/file.html)."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def in_order(pages: Sequence[str], fetched: Sequence[str]) -> list[str]:
    """Captures of one address in the order of fetching.

    `pages` are the captures in the order of arrival, `fetched` those of all its fetches by time (one that came back stands twice).
    Where a capture has no fetch on record, the order of arrival is all that is known.
    """
    if not set(pages) <= set(fetched):
        return list(pages)
    return [page for page, _ in groupby(page for page in fetched if page in set(pages))]
