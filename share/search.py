"""What a person types becomes a query of the index, and Datasette's own search boxes use it.

The index holds single characters (`crawler.store.search`), so `escape_fts`, the SQL function through which Datasette passes what stands
in a search box, is replaced by `match`. Every table of sections is told where its index is by `tables`; the views that it names are
temporary ones of each connection: nothing is added to the file.
"""

# ruff: noqa: S608 - names in statements are constants or ids of the domain files

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from crawler.store.search import DOCS, INDEX, tag, tokens
from crawler.store.tables import section_tables

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

LONGEST = 200  # characters of a query that are read, and words that are searched for: a longer query is shortened, and says so
WORDS = 12
NOTHING = '""'  # an FTS5 query that finds nothing

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_QUOTES = str.maketrans(dict.fromkeys("“”„〝〞＂「」『』", '"'))
_WORD = re.compile(r'"([^"]*)"?|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class Word:
    """What must stand in a text side by side: as typed, and the same in the other script."""

    typed: str
    variants: tuple[str, ...]

    @property
    def match(self) -> str:
        """The word as FTS5 reads it: a phrase of its characters, in either script."""
        phrases = ['"' + " ".join(tokens(variant)) + '"' for variant in self.variants]
        return phrases[0] if len(phrases) == 1 else f"({' OR '.join(phrases)})"


@dataclass(frozen=True, slots=True)
class Query:
    """The words of a query, all of which must be found; `shortened` where not all that was typed is searched for."""

    words: tuple[Word, ...]
    shortened: bool = False

    def match(self, **filters: object) -> str:
        """The query as FTS5 reads it, with filters by year, kind, level and province; those that are None are left out."""
        if not self.words:
            return NOTHING
        found = "{text} : (" + " AND ".join(word.match for word in self.words) + ")"
        wanted = [tag(name, value) or "_" for name, value in filters.items() if value is not None]
        return f"{found} AND {{tags}} : ({' AND '.join(map(_quoted, wanted))})" if wanted else found


def _quoted(word: str) -> str:
    return f'"{word}"'


def parse(typed: str) -> Query:
    """The query that a person typed. Words are parted by spaces; what stands in quotation marks is one word. Never raises."""
    clean = _UNPRINTABLE.sub(" ", typed.translate(_QUOTES))
    pieces = [quoted or bare for quoted, bare in _WORD.findall(clean[:LONGEST])]
    words = dict.fromkeys(" ".join(piece.split()) for piece in pieces if tokens(piece))
    return Query(tuple(_word(one) for one in list(words)[:WORDS]), len(clean.strip()) > LONGEST or len(words) > WORDS)


def _word(typed: str) -> Word:
    """A text is simplified where its page was in traditional script as a whole; a quotation in the other script is as it was printed."""
    forms = (_converter("t2s")(typed), typed, _converter("s2t")(typed))
    return Word(typed, tuple(dict.fromkeys(forms)))


@cache
def _converter(name: str) -> Callable[[str], str]:
    from opencc_pyo3 import OpenCC  # heavy

    convert: Callable[[str], str] = OpenCC(name).convert
    return convert


def match(typed: Any) -> str:
    """What `escape_fts` gives: the FTS5 query of what was typed. Never raises."""
    return parse(typed).match() if isinstance(typed, str) else NOTHING


# ------------------------------------------------------------------------------------------------ Datasette's own search boxes


def view_of(kind: str) -> str:
    """The view that finds sections of a kind by a word, by the name that Datasette is told."""
    return f"search_{kind}"


def tables() -> dict[str, dict[str, Any]]:
    """Metadata of every table of sections and of the view of all: where Datasette finds its full-text index."""
    return {name: {"fts_table": view_of(name), "fts_pk": "id"} for name in (*section_tables(), "sections")}


def prepare(connection: sqlite3.Connection) -> None:
    """Make a connection ready for search: the function `escape_fts`, and a view for each kind where the database has the index.

    A view is named like the column through which it is searched, as an FTS5 table is.
    """
    connection.create_function("escape_fts", 1, match, deterministic=True)
    if not connection.execute("select 1 from sqlite_master where name = ?", [DOCS]).fetchone():
        return
    for kind in (*section_tables(), "sections"):
        name, condition = view_of(kind), "" if kind == "sections" else f"where {INDEX}.tags match '{_quoted(tag('kind', kind))}'"
        connection.execute(
            f'create temp view if not exists "{name}" as select docs.section_id as rowid, {INDEX}.{INDEX} as "{name}" '
            f"from {INDEX} join {DOCS} docs on docs.docid = {INDEX}.rowid {condition}"
        )
