"""Bytes that were compressed though nobody asked for it, and that no header says so of: `1f 8b` tells (PORTALS.md section 15)."""

from __future__ import annotations

import zlib

from extract.errors import Corrupt, TooLarge

_GZIP = 31  # zlib's window size of 2**15 with a gzip header


def plain(body: bytes, bound: int) -> bytes:
    """The bytes in a gzip stream. Raises TooLarge over `bound`, without unpacking the rest, and Corrupt for a broken stream."""
    stream = zlib.decompressobj(_GZIP)
    try:
        unpacked = stream.decompress(body, bound + 1)
    except zlib.error as error:
        raise Corrupt(f"gzip: {error}") from error
    if len(unpacked) > bound:
        raise TooLarge(f"gzip: more than {bound:,} bytes unpacked")
    if not stream.eof:
        raise Corrupt("gzip: cut off")
    return unpacked
