"""`scrapy coverage`: the view `coverage`, chosen from, counted, written as table, CSV, JSON or picture."""

from crawler.coverage.picture import picture
from crawler.coverage.reading import Line, Wanted, read
from crawler.coverage.showing import as_csv, as_json, as_table

__all__ = ["Line", "Wanted", "as_csv", "as_json", "as_table", "picture", "read"]
