"""The database of reports: rows in, one SQLite file out that Datasette opens as it is.

A worker process makes the rows of a page ready (`prepare`), the crawl process hands them to a `Writer`, whose one thread holds the
`Store`; every page is one transaction. `tables.py` says what the file holds.
"""

from crawler.store.errors import (
    BadRows,
    DatabaseFailed,
    DatabaseFull,
    DatabaseLocked,
    NewerDatabase,
    NoSuchVersion,
    NotOurDatabase,
    OlderDatabase,
    StoreError,
    UnusablePath,
)
from crawler.store.prepare import Prepared, prepare
from crawler.store.store import Store, Written
from crawler.store.summary import Summary
from crawler.store.writer import Writer

__all__ = [
    "BadRows",
    "DatabaseFailed",
    "DatabaseFull",
    "DatabaseLocked",
    "NewerDatabase",
    "NoSuchVersion",
    "NotOurDatabase",
    "OlderDatabase",
    "Prepared",
    "Store",
    "StoreError",
    "Summary",
    "UnusablePath",
    "Writer",
    "Written",
    "prepare",
]
