"""The database as files that other programs read: CSV, JSON Lines, Parquet, Excel, with a Frictionless data package and a citation.

`export` reads the database as it was at one moment, also while a crawl writes to it, row by row, and puts the files in their place when
all of them are complete.
"""

from crawler.export.errors import ExportError
from crawler.export.export import Exported, export
from crawler.export.formats import FORMATS
from crawler.export.tables import EXPORTED, Selection, exported_tables

__all__ = ["EXPORTED", "FORMATS", "ExportError", "Exported", "Selection", "export", "exported_tables"]
