"""A folder with a site.yaml becomes a sample site: its rows made and numbered, its routes in the order in which they are tried."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit
from uuid import UUID

import yaml

from crawler.samples import world
from crawler.samples.sites import checking
from crawler.samples.sites.attachments import FORMS
from crawler.samples.sites.filling import RESERVED, Markup, Scope
from crawler.samples.sites.matching import pattern
from crawler.samples.sites.model import Attachment, Expect, Route, Row, SampleSite, SampleSiteError, Selection, When
from crawler.samples.world import Agency, SamplePage

FOLDER = Path(__file__).parent
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's, where PyYAML was built with it
_WE = {"ministry": "我部", "province": "我省", "prefecture": "我市", "county": "我县", "township": "我镇", "department": "我局"}
_ANSWER = {"body", "status", "headers", "headers_in", "type", "header", "meta", "form", "token", "bom", "gzip", "delay", "cut", "drop"}


def site(folder: Path) -> SampleSite:
    """The site of a folder. Raises SampleSiteError, naming file and key, for a site.yaml that is wrong."""
    path = folder / "site.yaml"
    content = checking.folder(path, _yaml(path))
    pieces = {**_shared(), **_files(folder), **content.get("pieces", {})}
    made = _Maker(path, content, pieces)
    try:
        rows = made.rows()
        routes = (*made.routes(), *made.article_routes(rows))
    except (KeyError, ValueError) as error:
        raise SampleSiteError(f"{path}: there is no name {error}") from error
    for name in sorted(pieces.keys() & (RESERVED | rows[0].values.keys())):
        raise SampleSiteError(f"{path}: pieces: {name} is the name of a value")
    return SampleSite(
        **{key: content[key] for key in ("name", "level", "division_code")},
        id=folder.name,
        family=content.get("family"),
        listings=tuple(content["listings"]),
        charset=content.get("bytes", "utf-8"),
        traps=tuple(content["traps"]),
        pieces=pieces,
        rows=rows,
        routes=routes,
        expect=_expect(content),
    )


def _yaml(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - a safe loader in either case
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SampleSiteError(f"{path}: cannot be read: {error}") from error


@cache
def _shared() -> dict[str, str]:
    pieces: dict[str, str] = {name: markup.rstrip("\n") for name, markup in _yaml(FOLDER / "_pieces.yaml").items()}
    return pieces


def _files(folder: Path) -> dict[str, str]:
    """The other files of the folder: each is a piece with the name of the file."""
    files = [file for file in sorted(folder.iterdir()) if file.name != "site.yaml" and file.is_file()]
    pieces = {file.stem: file.read_text(encoding="utf-8") for file in files}
    for file in files:
        if not Markup(pieces[file.stem]).is_valid():
            raise SampleSiteError(f"{file}: a dollar sign of the page's own is written $$")
    return pieces


def _expect(content: Mapping[str, Any]) -> Expect:
    said, family = content["expect"], content.get("family")
    return Expect(
        family,
        said.get("article_family", family),
        said["pages"],
        said.get("declared"),
        said.get("incomplete", False),
        said.get("outcome", "ok"),
        said.get("found"),
        tuple(said.get("never", ())),
    )


class _Maker:
    """The parts of one site from its checked content."""

    def __init__(self, file: Path, content: Mapping[str, Any], pieces: Mapping[str, str]) -> None:
        self.file = file
        self.host = f"{file.parent.name}.localhost"
        self.content = content
        self.pieces = pieces

    # -------------------------------------------------------------------------------------------- rows

    def rows(self) -> tuple[Row, ...]:
        """Every row, newest first, numbered from the oldest."""
        found = [*self._reports(), *self._noise()]
        found.sort(key=lambda one: (one[0].listed_on, one[0].title), reverse=True)
        return tuple(self._row(replace(sample, number=1000 + len(found) - place), entry) for place, (sample, entry) in enumerate(found))

    def _reports(self) -> Iterator[tuple[SamplePage, Mapping[str, Any]]]:
        for entry in self.content["reports"]:
            level = entry.get("level") or (self.content["level"] if entry["agency"].endswith("人民政府") else "department")
            first, last = entry["years"]
            names = (entry["agency"], entry.get("name", entry["agency"]), level, entry.get("we", _WE[level]))
            agency = Agency(*names, range(first, last + 1), entry.get("volume", 20), entry.get("quirks", {}))
            yield from ((sample, entry) for sample in world.pages_of(agency))

    def _noise(self) -> Iterator[tuple[SamplePage, Mapping[str, Any]]]:
        for entry in self.content["noise"]:
            listed = entry.get("listed")
            day = date.fromisoformat(listed) if listed else world.noise_day(entry["title"])
            yield SamplePage(0, entry["title"], day, entry.get("kind", "guide")), entry

    def _row(self, sample: SamplePage, entry: Mapping[str, Any]) -> Row:
        named = entry.get("as", "plain")
        report = sample.reports[0] if sample.reports else None
        name = named.get(report.year if report else None, "plain") if isinstance(named, dict) else named
        article = self.content["articles"][name]
        values = self._values(sample, entry)
        scope = Scope(self.pieces, {**values, "port": "$port"})
        path = scope.fill(article["path"])
        host = scope.fill(article["host"]) if "host" in article else None
        link = scope.fill(article.get("link", f"http://{host}.{self.host}:$port{path}" if host else path))
        outcome = entry.get("outcome", article.get("outcome", "ok" if report else "not_report"))
        files = {key: self._attachment(scope, path, one) for key, one in article.get("attachments", {}).items()}
        return Row(sample, values, name, path, link, entry.get("reason"), outcome, host, files)

    def _attachment(self, scope: Scope, article: str, entry: Mapping[str, Any]) -> Attachment:
        path = scope.fill(entry["path"])
        name = scope.fill(entry.get("name", urlsplit(path).path.rpartition("/")[2]))
        link = scope.fill(entry.get("link", path))
        if "link" in entry and urljoin(f"http://{self.host}{article}", link) != f"http://{self.host}{path}":
            raise SampleSiteError(f"{self.file}: attachments: the link {link} of {article} does not lead to {path}")
        return Attachment(path, link, name, entry.get("outcome", "ok"))

    def _values(self, sample: SamplePage, entry: Mapping[str, Any]) -> dict[str, str]:
        """What markup can say of a row."""
        report = sample.reports[0] if sample.reports else None
        fixed = {
            **_days(sample.listed_on),
            **_ids(self.host + sample.title),
            "number": str(sample.number),
            "agency": report.agency.agency if report else entry.get("agency", f"{self.content['name']}人民政府办公室"),
            "report_year": str(report.year) if report else str(sample.listed_on.year - 1),
            "group": entry.get("group", ""),
            "full_title": sample.title,
        }
        title = Scope({}, fixed).fill(entry["title"]) if report and "title" in entry else sample.title
        return {**fixed, "title": title, "shown": title if len(title) < 26 else title[:24] + "…"}

    # -------------------------------------------------------------------------------------------- routes

    def routes(self) -> Iterator[Route]:
        """Those of the site.yaml, a path that is a list once for each."""
        for entry in self.content["routes"]:
            lists = {"rows": entry["rows"]} if "rows" in entry else entry.get("lists", {})
            rows = {name: Selection(**one) for name, one in lists.items()}
            links = {"next_link": entry.get("next", ""), "previous_link": entry.get("previous", "")}
            for path in entry["path"] if isinstance(entry["path"], list) else [entry["path"]]:
                yield Route(pattern(path), rows=rows, when=When(**entry.get("when", {})), **links, **self._answer(entry))

    def article_routes(self, rows: tuple[Row, ...]) -> Iterator[Route]:
        """The articles, their further parts and their files; an article of two rows that share an address is that of the first."""
        for row in rows:
            article = self.content["articles"][row.article]
            for answer in article.get("answers", ()):
                yield self._fixed(row, row.path, {"type": article.get("type", "text/html"), **answer}, answer.get("when", {}))
            whole = self._fixed(row, row.path, {"body": "$plain_article", **article})
            parts = article.get("parts", 1)
            for path in (row.path, *map(Scope(self.pieces, row.values).fill, article.get("also", ()))):
                yield replace(whole, path=re.compile(re.escape(urlsplit(path).path)), parts=parts)
            for part in range(1, parts):
                path = Scope(self.pieces, {**row.values, "part": part}).fill(article["part_path"])
                yield replace(whole, path=re.compile(re.escape(path)), part=part, parts=parts)
            for name, entry in article.get("attachments", {}).items():
                yield self._fixed(row, row.attachments[name].path, entry)

    def _fixed(self, row: Row, path: str, entry: Mapping[str, Any], when: Mapping[str, Any] | None = None) -> Route:
        """A route at a whole address, its query included."""
        parts = urlsplit(path)
        conditions = {"host": row.host, **(when or {})}
        query = {name: re.sub(r"[{}]", "", value) for name, value in parse_qsl(parts.query)}
        met = When(**{**conditions, "query": {**query, **conditions.get("query", {})}})
        return Route(re.compile(re.escape(parts.path)), when=met, row=row, **self._answer(entry))

    def _answer(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """The keys of an answer, with the site's own where it has none."""
        site = self.content
        found: dict[str, Any] = {"header": site.get("header"), "meta": site.get("meta", "utf-8"), "charset": site.get("bytes", "utf-8")}
        if "form" in entry:
            found |= {"header": None, "type": FORMS[entry["form"]][1]}
        found |= {key: value for key, value in entry.items() if key in _ANSWER}
        found |= {"charset": entry["bytes"]} if "bytes" in entry else {}
        if "redirect" in entry:
            found |= {"status": entry.get("status", 302), "headers": {**entry.get("headers", {}), "Location": entry["redirect"]}}
        if "drip" in entry:
            found["drip"] = (int(entry["drip"][0]), float(entry["drip"][1]))
        return found


def _days(day: date) -> dict[str, str]:
    """A day in the forms in which lists and addresses write it."""
    early = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=7, minutes=30)  # 00:30 in Beijing
    return {
        "date": f"{day}",
        "dotted": f"{day:%Y.%m.%d}",
        "slashed": f"{day.year}/{day.month}/{day.day}",
        "chinese": f"{day.year}年{day.month}月{day.day}日",
        "monthday": f"{day:%m-%d}",
        "ymd": f"{day:%Y%m%d}",
        "ym": f"{day:%Y%m}",
        "year": f"{day.year}",
        "mm": f"{day:%m}",
        "dd": f"{day:%d}",
        "month": f"{day.month}",
        "day": f"{day.day}",
        "epoch": f"{int(early.timestamp())}",
    }


def _ids(text: str) -> dict[str, str]:
    """Made-up ids in the forms of the products: hex of 8, 24 or 32 digits, a UUID."""
    digits = sha256(text.encode()).hexdigest()
    return {"hex": digits[:32], "hexa": digits[:24], "short": digits[:8], "uuid": str(UUID(digits[:32]))}
