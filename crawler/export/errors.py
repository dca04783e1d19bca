"""What can go wrong in an export: every message one line with its cure."""

from crawler.errors import CrawlError


class ExportError(CrawlError):
    """The export cannot be made as it was asked for: no database, an older one, a folder that cannot be written, a package that lacks."""
