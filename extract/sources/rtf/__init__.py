"""RTF: text and tables. The kept libraries (striprtf and those like it) run the cells of a row together; so this reads them itself."""

from extract.sources.rtf.reader import read

__all__ = ["read"]
