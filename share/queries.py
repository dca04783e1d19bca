"""The canned queries as Datasette asks for them; `queries.yaml` holds them, and says what the SQL must keep to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml
from datasette import hookimpl

if TYPE_CHECKING:
    from datasette.app import Datasette

_PIECE = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True, slots=True)
class Query:
    """A canned query: its name in the address, its words in both languages, for whom it is, its parameters in order, its SQL."""

    name: str
    title: dict[str, str]
    about: dict[str, str]
    who: str
    parameters: tuple[str, ...]
    sql: str

    @property
    def metadata(self) -> dict[str, Any]:
        """The query as Datasette takes it: a title and a description in both languages, since metadata knows no visitor."""
        asked = "".join(f"<li><code>{name}</code>: {words['zh']} / {words['en']}</li>" for name, words in self._asked())
        about = f"<p lang='zh-Hans'>{self.about['zh']}</p><p lang='en'>{self.about['en']}</p>"
        return {
            "sql": self.sql,
            "title": f"{self.title['zh']} / {self.title['en']}",
            "description_html": about + (f"<ul>{asked}</ul>" if asked else ""),
            "params": list(self.parameters),
            "hide_sql": False,
        }

    def _asked(self) -> list[tuple[str, dict[str, str]]]:
        return [(name, _content()["parameters"][name]) for name in self.parameters]


@cache
def _content() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(files("share").joinpath("queries.yaml").read_text(encoding="utf-8"))
    return content


@cache
def queries() -> dict[str, Query]:
    """All canned queries by name, in the order of the file."""
    return {name: _query(name, one) for name, one in _content()["queries"].items()}


def _query(name: str, one: dict[str, Any]) -> Query:
    title, about = ({language: one[prefix + language] for language in ("zh", "en")} for prefix in ("", "about_"))
    return Query(name, title, about, one["who"], tuple(one["parameters"]), _filled(one["sql"]).strip())


def _filled(sql: str) -> str:
    """The SQL with its pieces, which may hold others, put in."""
    while _PIECE.search(sql):
        sql = _PIECE.sub(lambda found: _content()["pieces"][found[1]], sql)
    return sql


@hookimpl
def canned_queries(datasette: Datasette, database: str) -> dict[str, dict[str, Any]]:
    """The queries of the database that the site is about."""
    if database.startswith("_") or database != getattr(datasette, "name", database):
        return {}
    return {name: query.metadata for name, query in queries().items()}
