"""Office files that are nothing but scans: a Word file or an OFD with a picture a page. Their pictures are read as any other picture."""

from __future__ import annotations

import re
from dataclasses import replace

from extract.errors import Corrupt, TooLarge, Unsupported
from extract.model import Block, Carried, Grid
from extract.sources.zipped import Package

MAX_PICTURES = 40
"""Pictures of a file that are read."""

_TEXT = 200
"""Characters below which a file that shows pictures is a scan with a title over it at most."""
_SMALL = 20_000
"""Bytes below which a picture is a seal or an emblem."""
_PICTURE = re.compile(r"\.(?:jpe?g|png|tiff?|bmp|gif)$", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")


def with_pictures(carried: Carried, package: Package) -> Carried:
    """What a file carries, with what its pictures show where it has next to no text of its own; unchanged for every other file.

    Raises NeedsOcr where the recogniser is not installed. A picture that cannot be read is a warning.
    """
    names = _pictures(package) if carried.pictures and _length(carried) < _TEXT else []
    if not names:
        return carried
    from extract.sources import image

    blocks: list[Block] = list(carried.blocks)
    warnings = list(carried.warnings)
    read = 0
    for number, name in enumerate(names[:MAX_PICTURES], 1):
        try:
            blocks += (_in_picture(block, number) for block in image.read(package.read(name)).blocks)
            read += 1
        except (Corrupt, TooLarge, Unsupported) as error:
            warnings.append(f"picture {number} was not read: {error}")
    if len(names) > MAX_PICTURES:
        warnings.append(f"{len(names) - MAX_PICTURES} pictures were not read; the bound is {MAX_PICTURES}")
    return Carried(tuple(blocks), bool(read), max(carried.pictures - read, 0), tuple(warnings))


def _pictures(package: Package) -> list[str]:
    """The pictures of a package that are large enough for a page, in the order of their numbers: image2 before image10."""
    names = [name for name, info in package.members.items() if _PICTURE.search(name) and info.file_size >= _SMALL]
    return sorted(names, key=lambda name: ([int(digits) for digits in _NUMBER.findall(name)], name))


def _length(carried: Carried) -> int:
    """Characters that a file carries."""
    cells = [cell.text for block in carried.blocks if isinstance(block, Grid) for row in block.rows for cell in row]
    return len("".join([*cells, *(block.text for block in carried.blocks if not isinstance(block, Grid))]))


def _in_picture(block: Block, number: int) -> Block:
    """A block with the picture in its places."""
    if not isinstance(block, Grid):
        return replace(block, locator=f"picture {number}, {block.locator}")
    rows = tuple(tuple(cell._replace(locator=f"picture {number}, {cell.locator}") for cell in row) for row in block.rows)
    return replace(block, rows=rows, locator=f"picture {number}, {block.locator}")
