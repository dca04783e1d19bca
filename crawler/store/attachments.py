"""Files that pages link, and the captures of the files themselves: joined by address, whichever of the two came first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.store import sql
from crawler.store.tables import ATTACHMENTS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

_COLUMNS = tuple(ATTACHMENTS.columns)
_SAID = slice(_COLUMNS.index("url"), _COLUMNS.index("text_source"))  # what the page says; the rest is known once the file was read

# The latest capture of the file; how its text came to be is part of the evidence that extraction stores (extract.Extraction.decoded).
_LINK = """
update attachments set page_id = file.id, text_source = file.source from (
  select pages.id, case when outcome in ('unsupported', 'unreachable') then null when encoding is not null then 'text'
    when encoding_evidence like '%recognised from pictures%' then 'ocr' when outcome = 'needs_ocr' then null else 'text layer' end as source
  from pages left join fetches on fetches.url = pages.url and fetches.sha256 = pages.sha256
  where pages.url = :url order by fetched_at desc, pages.id limit 1) as file
where attachments.url = :url and (page_id is not file.id or text_source is not file.source)
"""


def write(connection: sqlite3.Connection, page_id: str, wanted: Sequence[tuple[Any, ...]]) -> None:
    """Store what a page links; rows that say the same are left alone."""
    held = connection.execute("select * from attachments where parent_page_id = ? order by url", [page_id]).fetchall()
    rows = sorted(wanted, key=lambda row: row[_SAID])
    if [row[_SAID] for row in rows] == [row[_SAID] for row in held]:
        return
    connection.execute("delete from attachments where parent_page_id = ?", [page_id])
    sql.insert_all(connection, ATTACHMENTS.name, _COLUMNS, rows)
    for row in rows:
        link(connection, row[_SAID.start])


def link(connection: sqlite3.Connection, url: str) -> None:
    """Join the rows of a file with its latest capture, if there are both."""
    connection.execute(_LINK, {"url": url})
