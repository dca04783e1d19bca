"""Pages that somebody has already: what `scrapy crawl saved_pages -a folder=DIR` reads."""

from crawler.saved.collections import Collection, SavedFile, files_in

__all__ = ["Collection", "SavedFile", "files_in"]
