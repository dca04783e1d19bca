"""What the fork server loads once for all workers: their modules, and by reading a made-up page all that is loaded at first use.

No thread may be started here, since a fork has only the one that forks, and OpenCC starts some: so the page is a healthy one, and no title
is judged. Nothing but the fork server imports this module (see `crawler.worker`).
"""

import gc

from crawler import archive, cms, titles  # noqa: F401 - titles for the workers
from crawler.store import prepare
from extract import Page, extract
from extract.rows import page_rows

PAGE = "<html><body><h1>青禾市2023年政府信息公开工作年度报告</h1><p>一、总体情况</p><p>2023年主动公开政府信息12条。</p></body></html>"

cms.families()
_page = Page(PAGE.encode(), "about:preload")
prepare(page_rows(extract(_page)))
archive.member(archive.Capture(_page, "", "2025-01-01T00:00:00Z"))
gc.freeze()  # what is here now stays shared with the workers: a collection would write to it
