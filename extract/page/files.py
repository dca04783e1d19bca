"""An article that is a file: what its name and its listing say about it, and its blocks."""

from __future__ import annotations

import re

from extract.errors import NeedsOcr, NotReport
from extract.model import Article, Attachment, Carried, Page
from extract.page import links, metadata

_HAN = re.compile("[一-鿿]")
_ENDING = re.compile(r"\.\w{2,4}$")
_LEAD = re.compile(r"^(?:附件|附)\s*\d{0,2}\s*[.:：、-]?\s*")


def read(carried: Carried, page: Page, name: str | None = None, attachments: tuple[Attachment, ...] = ()) -> Article:
    """The article that a file is. `name` is the file's where it came out of a package, else the end of the address is its name.

    A name in Chinese characters is a title as good as that of a page; one that a CMS gave (P020230131.pdf) is none. Raises NeedsOcr for
    a file that shows nothing but pictures, NotReport for an empty one.
    """
    if not carried.blocks:
        if carried.pictures:
            raise NeedsOcr(f"the file holds no text, only pictures: {carried.pictures}")
        raise NotReport("the file holds no text")
    title = _title(name or links.file_name(page.url))
    evidence = metadata.Evidence({}, (), (title,) if title else (), None, "")
    return Article(metadata.of_article(evidence, page.entry, page.url), carried.blocks, attachments, container="file")


def _title(name: str) -> str | None:
    """A file's name as a title: without folder and ending, nor the word that it is an attachment."""
    bare = _LEAD.sub("", _ENDING.sub("", re.split(r"[/\\\\]", name)[-1]))
    return bare if _HAN.search(bare) else None
