"""What a probe finds out, gathered while the listing is walked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.middlewares.robots import rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.robotstxt import RobotParser

    from crawler.portals import Portal
    from crawler.probing.looking import Look
    from crawler.walks import Walk
    from crawler.worker import Judged

# Outcomes of a page in whose place something else stands, or that cannot be opened; challenges and blocks have a colon in theirs.
UNREADABLE = frozenset(("soft_404", "js_redirect", "js_only", "shell", "corrupt", "unsupported", "encrypted", "too_large", "unparsed"))


@dataclass(slots=True)
class Robots:
    """What one host answered for robots.txt: `status` None while it is silent, `rules` None until they are read."""

    status: int | None = None
    is_file: bool = True
    rules: RobotParser | None = None

    def answered(self, status: int, body: bytes) -> None:
        """Keeps the answer."""
        self.status, self.is_file = status, bool(rules(status, body)) or not body.strip()

    def says(self, url: str, agent: str, longest: float) -> str:
        """Whether the address may be asked for, and how fast; `longest` is the greatest Crawl-delay that is kept."""
        if self.status is None:
            return "silent: no answer, so nothing is asked of the host"
        if self.rules is None or (self.status >= 400 and not self.rules.allowed(url, agent)):
            return f"denied for now: HTTP {self.status}, so nothing is asked of the host in this run"
        if self.status >= 400:
            return f"none: HTTP {self.status}, so there are no rules"
        if not self.is_file:
            return "none: a page stands in its place, so there are no rules"
        delay = self.rules.crawl_delay(agent)
        kept = f", kept as {longest:g} s" if delay and delay > longest else ""
        return ("allowed" if self.rules.allowed(url, agent) else "denied") + (f"; Crawl-delay: {delay:g} s{kept}" if delay else "")


@dataclass(slots=True)
class Found:
    """All of it. `walks` begins with the listing's own; `skipped` are listings below it that were not walked. `live`: not a saved file."""

    portal: Portal
    live: bool = True
    look: Look | None = None
    walks: list[Walk] = field(default_factory=list)
    skipped: list[Walk] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    by_walk: Counter[int] = field(default_factory=Counter)
    redirects: list[str] = field(default_factory=list)
    robots: dict[str, Robots] = field(default_factory=dict)
    further: int = 0

    def took(self, walk: Walk, judged: tuple[Judged, ...]) -> None:
        """Keeps the new entries of a page."""
        self.judged += judged
        self.by_walk[id(walk)] += len(judged)

    def robots_of(self, url: str) -> Robots:
        """What the host of an address says; the same object each time."""
        return self.robots.setdefault(urlsplit(url).netloc, Robots())

    @property
    def own(self) -> list[Walk]:
        """The walks of the listing itself: of the page that was asked for, and of the frame it shows its listing in."""
        return [walk for walk in self.walks if walk.depth == 0]

    @property
    def below(self) -> list[Walk]:
        """The walks of the listings below it: of years, of agencies."""
        return [walk for walk in self.walks if walk.depth]

    @property
    def problems(self) -> list[str]:
        """Why the walks are incomplete; those of the listing itself first."""
        return [problem for walk in (*self.own, *self.below) for problem in walk.problems]

    @property
    def accepted(self) -> int:
        """Entries whose title is that of an annual report."""
        return sum(one.verdict.accepted for one in self.judged)

    @property
    def rejected(self) -> Mapping[str, int]:
        """How many entries were turned away, by reason, the commonest first."""
        reasons = Counter(one.verdict.reason for one in self.judged if not one.verdict.accepted)
        return dict(reasons.most_common())

    @property
    def whole(self) -> bool:
        """Whether a live run walked everything to its end."""
        return self.live and not self.problems and not self.skipped and all(walk.over for walk in self.walks)

    def failure(self, target: str) -> str | None:
        """Why nothing could be read, in a line; None where the page is a listing with rows, or an article that could be."""
        why = self._failure(target)
        return why.replace(self.look.url, target) if why and self.look and not self.live else why

    def _failure(self, target: str) -> str | None:
        look = self.look
        if look is None:
            return self.problems[0] if self.problems else f"{target}: no answer"
        if look.kind == "article" and look.article:
            article = look.article
            return f"{target}: {article.outcome}: {article.reason}" if article.outcome in UNREADABLE or ":" in article.outcome else None
        if look.kind == "listing" and (self.judged or self.below or self.skipped):
            return None
        if look.kind == "listing":
            return self.problems[0] if self.problems else f"{target}: the listing names nothing"
        why = f"; as an article: {look.article.outcome}: {look.article.reason}" if look.article else ""
        return f"{look.reading.reason or f'{target}: the listing names nothing'}{why}"
