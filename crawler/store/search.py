"""The full-text index over the text of all sections, kept in step by the transaction that writes a report.

FTS5 finds words, and Chinese prints none: so the text is split into single characters, and a query, split alike, is a phrase of them. That
finds every place in which the characters stand side by side, of one character and longer, in any SQLite and without a dictionary
(a trigram index silently finds nothing for two characters; an index of segmented words misses what the segmenter cut otherwise).

`section_search` keeps no copy of the text. Its column `tags` holds the filters as words (`year_2023 kind_requests level_county
province_江苏省`), so that a filter is part of the query. Its rowid, `docid`, is the report's year and a number within it: SQLite walks the
hits of a word from the newest report backwards and stops where it is told to. Small docids also make the index half as large as the ids
of sections, which are digests, would. `section_search_docs` says which section a docid is; both are made anew by `rebuild`, and neither
is part of what was read of a report.
"""

# ruff: noqa: S608 - names in statements are constants or ids of the domain files, values are bound

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from crawler.store.tables import REPORTS, content_tables, section_tables

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from crawler.store.prepare import Content

INDEX = "section_search"
DOCS = "section_search_docs"
TABLES = (
    f"""create virtual table if not exists {INDEX}
using fts5(text, tags, content='', columnsize=0, tokenize="unicode61 remove_diacritics 0 tokenchars '_'")""",
    f"create table if not exists {DOCS} (docid integer primary key, section_id integer not null unique, kind text not null)",
)
DROP = tuple(f"drop table if exists {name}" for name in (INDEX, DOCS))
YEAR = 1 << 32  # docids of a year: more than there will be sections

HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(f"[{HAN}]|[^\\W{HAN}]+")
_WIDE = re.compile("[\uff10-\uff5a\uf900-\ufaff\u2e80-\u2fdf]")  # full-width letters and digits, compatibility characters

Section = tuple[int, str, str]  # id, kind, text


def tokens(text: str) -> list[str]:
    """The words of the index in their order: each Chinese character is one, so is a run of other letters and digits."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text) if _WIDE.search(text) else text)


def split(text: str) -> str:
    """The text as FTS5 gets it, on writing, on taking away and in a query: its tokens with a space between them."""
    return " ".join(tokens(text))


def tags(kind: str, year: int, level: str | None, province: str | None) -> str:
    """The filters of a section as words."""
    return " ".join(filter(None, (tag("kind", kind), tag("year", year), tag("level", level), tag("province", province))))


def tag(name: str, value: object) -> str:
    """One filter as a word; empty for None and for what holds no letter or digit."""
    word = "".join(tokens(str(value))) if value is not None else ""
    return f"{name}_{word}" if word else ""


# ------------------------------------------------------------------------------------------------ in step with the sections


def add(connection: sqlite3.Connection, content: Content) -> None:
    """Index the sections of a report's content."""
    columns = content_tables()[REPORTS.name]
    report = dict(zip(columns, content[REPORTS.name][0], strict=True))
    found: list[Section] = []
    for kind in section_tables():
        if rows := content[kind]:
            names = content_tables()[kind]
            section_id, text = names.index("id"), names.index("text")
            found += [(row[section_id], kind, row[text]) for row in rows if row[text]]
    _insert(connection, found, report["year"], report["level"], report["province"])


def _insert(connection: sqlite3.Connection, sections: Iterable[Section], year: int, level: str | None, province: str | None) -> None:
    last = f"select max(docid) from {DOCS} where docid between ? and ?"
    used = connection.execute(last, [year * YEAR, (year + 1) * YEAR - 1]).fetchone()[0] or year * YEAR
    for docid, (section_id, kind, text) in enumerate(sections, used + 1):
        connection.execute(f"insert into {DOCS} values (?, ?, ?)", [docid, section_id, kind])
        words = split(text), tags(kind, year, level, province)
        connection.execute(f"insert into {INDEX} (rowid, text, tags) values (?, ?, ?)", [docid, *words])


def remove(connection: sqlite3.Connection, report_id: str) -> None:
    """Take the sections of a report, as they are stored now, out of the index; before they are deleted or replaced.

    An index without a copy of the text must be told what to forget: the same words that it was given.
    """
    report = connection.execute("select year, level, province from reports where id = ?", [report_id]).fetchone()
    for section_id, kind, text in stored(connection, report_id):
        found = connection.execute(f"delete from {DOCS} where section_id = ? returning docid", [section_id]).fetchall()
        for (docid,) in found:
            words = split(text), tags(kind, *report)
            connection.execute(f"insert into {INDEX} ({INDEX}, rowid, text, tags) values ('delete', ?, ?, ?)", [docid, *words])


def stored(connection: sqlite3.Connection, report_id: str) -> Iterator[Section]:
    """The sections of a report that have a text, by kind and place."""
    for kind in section_tables():
        find = f"select id, text from \"{kind}\" where report_id = ? and text <> '' order by position, sub_position"
        for section_id, text in connection.execute(find, [report_id]).fetchall():
            yield section_id, kind, text


# ------------------------------------------------------------------------------------------------ making it anew


def rebuild(connection: sqlite3.Connection) -> int:
    """Make the index anew from the sections that are stored, in the transaction of the caller; how many sections it holds."""
    for statement in (*DROP, *TABLES):
        connection.execute(statement)
    _tune(connection, hash_size=64 << 20)
    reports = connection.execute("select id, year, level, province from reports order by year, division_code, agency_id")
    for report_id, year, level, province in reports:
        _insert(connection, stored(connection, report_id), year, level, province)
    _tune(connection, hash_size=1 << 20)
    connection.execute(f"insert into {INDEX} ({INDEX}) values ('optimize')")
    count: int = connection.execute(f"select count(*) from {DOCS}").fetchone()[0]
    return count


def _tune(connection: sqlite3.Connection, *, hash_size: int) -> None:
    """How many bytes FTS5 gathers in memory before it writes them; it keeps the number in the file."""
    connection.execute(f"insert into {INDEX} ({INDEX}, rank) values ('hashsize', ?)", [hash_size])
