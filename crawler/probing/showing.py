"""What a probe found, in words: tables on a terminal, elsewhere a line a fact, which `grep` finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.portals import check_site
from crawler.probing.proposing import elsewhere, propose
from crawler.probing.saved import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console

    from crawler.cms import Match
    from crawler.probing.findings import Found
    from crawler.probing.looking import Article, Look
    from crawler.walks import Walk
    from crawler.worker import Judged

ENTRIES = 10  # entries shown
BELOW = 30  # listings below it that are shown
AGENT = "gongkai"  # who the rules of robots.txt are read for: ROBOTSTXT_USER_AGENT


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with what is to be said under them; a label without text is left out."""

    title: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """A table: `name` begins each of its lines where there is no table. `more` is said below it."""

    title: str
    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: str = ""


def parts(found: Found, longest_delay: float) -> Iterator[Facts | Rows]:
    """What is to be shown of a page that was looked at. `longest_delay` is the greatest Crawl-delay that is kept."""
    look = found.look
    assert look is not None
    yield Facts("Page", tuple(_page(found, look, longest_delay)))
    if look.kind == "listing":
        yield Facts("Listing", tuple(_listing(found, look)))
        yield _entries(found)
        yield _below(found)
    elif look.article:
        yield Facts("Article", tuple(_article(look, look.article)))


def _page(found: Found, look: Look, longest_delay: float) -> Iterator[tuple[str, str]]:
    yield "address", "not known: give it with --url" if look.url.startswith(UNKNOWN) else look.url
    yield from (("redirect", redirect) for redirect in found.redirects)
    if found.live:
        yield "robots.txt", found.robots_of(look.url).says(look.url, AGENT, longest_delay)
    yield "title", look.title or ""
    yield "site", look.site_name or ""
    yield "site code", check_site(look.site_code, found.portal).reason if look.site_code else "the page names none"
    yield "encoding", f"{look.encoding}: {'; '.join(look.evidence)}" if look.encoding else "no text"
    if look.declared and look.declared.lower() != (look.encoding or "").lower():
        yield "declared as", look.declared
    for role, claims in (("a listing of", look.listings), ("an article of", look.articles)):
        yield role, "; ".join(_claim(*claim) for claim in claims) or "no family"


def _claim(family: str, match: Match) -> str:
    return f"{family} (weight {match.weight}, support {match.support}: {', '.join(match.evidence)})"


def _listing(found: Found, look: Look) -> Iterator[tuple[str, str]]:
    listing, walk = look.reading.listing, found.own[-1]
    assert listing is not None
    yield "family", f"{listing.family} ({', '.join(listing.evidence) or 'no signal'})"
    yield "column", listing.column or ""
    yield "pages", _counted(walk.pages, walk.declared_pages, "walked") + (f", {found.further} further named" if found.further else "")
    yield "entries", _counted(found.by_walk[id(walk)], walk.declared, "seen")
    yield "accepted", str(found.accepted)
    yield "rejected", ", ".join(f"{count} {reason}" for reason, count in found.rejected.items()) or "0"
    yield "other hosts", ", ".join(f"{count} entries lead to {host}" for host, count in elsewhere(found).items())
    yield from (("problem", problem) for problem in found.problems)
    if look.article:
        yield "as an article", _outcome(look.article)


def _counted(seen: int, declared: int | None, done: str) -> str:
    return f"{declared if declared is not None else 'not'} declared, {seen} {done}"


def _outcome(article: Article) -> str:
    return article.outcome + (f": {article.reason}" if article.reason else "")


def _entries(found: Found) -> Rows:
    rows = tuple(_entry(one) for one in found.judged[:ENTRIES])
    left = len(found.judged) - len(rows)
    heads = ("date", "agency", "verdict", "title", "address")
    return Rows("First entries", "entry", heads, rows, f"{left} more entries" if left else "")


def _entry(judged: Judged) -> tuple[str, ...]:
    entry, verdict = judged.entry, judged.verdict
    said = f"accepted ({verdict.reason}, {verdict.year or 'no year'})" if verdict.accepted else f"rejected: {verdict.reason}"
    return entry.listed_on.isoformat() if entry.listed_on else "no date", entry.agency_hint or "-", said, entry.title, entry.url


def _below(found: Found) -> Rows:
    walks = [*((walk, _walked(found, walk)) for walk in found.below), *((walk, "not walked") for walk in found.skipped)]
    rows = tuple((walk.agency or "-", walk.family or "-", said, walk.start.url) for walk, said in walks[:BELOW])
    left = len(walks) - len(rows)
    return Rows("Listings below", "below", ("agency", "family", "what came", "address"), rows, f"{left} more listings" if left > 0 else "")


def _walked(found: Found, walk: Walk) -> str:
    said = f"{walk.pages} pages, {found.by_walk[id(walk)]} entries"
    return f"{said}, {len(walk.problems)} problems" if walk.problems else said


def _article(look: Look, article: Article) -> Iterator[tuple[str, str]]:
    yield "family", look.articles[0][0] if look.articles else "not known"
    yield "outcome", _outcome(article)
    yield "headline", article.title or ""
    yield "column", article.column or ""
    yield "published", article.published_on or ""
    for held in article.reports:
        yield "report", f"{held.agency}, {held.year}: {held.title}"
        yield "form", held.era
        yield "holds", f"{held.sections} sections, {held.tables} tables, {held.cells} cells, {held.quantities} quantities in prose"
        yield "findings", ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in held.findings.items()) or "none"
    yield from (("attachment", url) for url in article.attachments)
    yield from (("further page", url) for url in article.more_pages)
    if not look.encoding:
        yield "read as", "; ".join(article.evidence)


# ------------------------------------------------------------------------------------------------ on the screen


def show(found: Found, console: Console, longest_delay: float) -> None:
    """Prints what was found, and for a listing the entry that the list of portals wants."""
    for part in parts(found, longest_delay):
        if console.is_terminal:
            _draw(part, console)
        else:
            _write(_lines(part), console)
    if found.look is not None and found.look.kind == "listing" and found.judged:
        _write(_proposal(found), console)


def _draw(part: Facts | Rows, console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    facts = isinstance(part, Facts)
    table = Table(title=part.title, title_justify="left", show_header=not facts)
    for head in ("", "") if isinstance(part, Facts) else part.heads:
        table.add_column(head, overflow="fold")
    for row in [pair for pair in part.pairs if pair[1]] if isinstance(part, Facts) else part.rows:
        table.add_row(*(Text(_clean(cell)) for cell in row))
    if table.row_count:
        console.print(table)
    if isinstance(part, Rows) and part.more:
        _write([part.more], console)


def _lines(part: Facts | Rows) -> Iterator[str]:
    if isinstance(part, Facts):
        yield from (f"{label}: {text}" for label, text in part.pairs if text)
    else:
        yield from (f"{part.name}: {' | '.join(row)}" for row in part.rows)
        yield from [f"{part.name}: {part.more}"] if part.more else []


def _proposal(found: Found) -> Iterator[str]:
    proposal = propose(found)
    yield f"# for {proposal.file or 'the file of its province in crawler/portals'}"
    yield from proposal.text.splitlines()
    yield from (f"# to mend: {lack}" for lack in proposal.lacking)


def _write(lines: Iterable[str], console: Console) -> None:
    for line in lines:
        console.print(_clean(line), markup=False, highlight=False, soft_wrap=True, emoji=False)


def _clean(text: str) -> str:
    """The text without what would move a terminal's cursor or colour it; pages may say anything."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
