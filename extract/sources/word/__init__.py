"""Word files of all ages: DOCX, and the DOC and WPS of the old compound format."""

from extract.sources.word.doc import read_doc
from extract.sources.word.docx import read_docx

__all__ = ["read_doc", "read_docx"]
