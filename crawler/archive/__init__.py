"""The archive: what servers answered, as WARC 1.1 files that pywb, warcio and every other tool of web archives read.

`records` makes records (in worker processes, for bodies are large), `files` appends them, `reading` reads them back, `facts` is what a
crawl knew beside the answer. docs/archive.md tells how to move, check and mend an archive.
"""

from crawler.archive.files import Archive
from crawler.archive.model import Capture, Place, Sent, Unread
from crawler.archive.reading import Damage, Record, capture_of, names, read, record_at, records
from crawler.archive.records import member, note, revisit

__all__ = [
    "Archive",
    "Capture",
    "Damage",
    "Place",
    "Record",
    "Sent",
    "Unread",
    "capture_of",
    "member",
    "names",
    "note",
    "read",
    "record_at",
    "records",
    "revisit",
]
