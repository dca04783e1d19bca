"""The reports on a page: one, several with strange matter between them, or none, and then why not."""

from extract.documents.split import split

__all__ = ["split"]
