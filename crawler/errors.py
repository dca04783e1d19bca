"""What can go wrong in a crawl, one base and a named child for each case."""


class CrawlError(Exception):
    """Base of every error of this package; `str(error)` is the one line a person reads."""


class ConfigurationError(CrawlError):
    """The run cannot start as it was asked for: arguments, folders, settings; raised by spiders and extensions before any request."""


class PortalFileError(ConfigurationError):
    """A file in `crawler/portals` is wrong; raised by its loader, names file, entry and key."""


class AmbiguousFamilyError(CrawlError):
    """Two CMS families claim one listing with the same weight; raised by `crawler.cms.recognise`, names both."""


class ArchiveError(CrawlError):
    """A record of the archive cannot be written or read back; raised by `crawler.archive`."""


class WorkersError(CrawlError):
    """The worker processes are gone, by failure or because the run ends; raised by `crawler.worker`. No page is to blame."""
