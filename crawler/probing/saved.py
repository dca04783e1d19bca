"""A saved page: its bytes, and the address it had."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import extract
from crawler.cms.model import parse
from crawler.errors import ConfigurationError
from crawler.portals.addresses import host_of

if TYPE_CHECKING:
    from pathlib import Path

UNKNOWN = "http://saved.invalid/"  # RFC 2606 section 2: no such host; links need an address to be resolved against
_SAVED_FROM = re.compile(r"<!--\s{0,9}saved from url=\(\d{1,9}\)(https?://[^\s<>\"]{1,2000})")  # written by browsers
_HEAD = 100_000  # characters in which a page says where it stands


def read(path: Path, limit: int) -> bytes:
    """The bytes of a file. Raises ConfigurationError for one that is not there, cannot be read, is empty or larger than `limit` bytes."""
    try:
        if path.stat().st_size > limit:
            raise ConfigurationError(f"{path}: {path.stat().st_size} bytes, more than PAGE_SIZE_LIMIT ({limit})")
        body = path.read_bytes()
    except FileNotFoundError:
        raise ConfigurationError(f"{path}: there is no such file; a web address begins with http:// or https://") from None
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if not body.strip():
        raise ConfigurationError(f"{path}: is empty")
    return body


def address_in(body: bytes) -> str:
    """The address a page says it has (the browser that saved it, canonical, og:url, base), else `UNKNOWN`."""
    text = extract.decode(body[: 4 * _HEAD]).text[:_HEAD]
    saved_from = _SAVED_FROM.search(text)
    tree = None if saved_from else parse(text)
    if tree is None:
        return saved_from[1] if saved_from and host_of(saved_from[1]) else UNKNOWN
    said = [
        *(link.get("href") for link in tree.iter("link") if link.get("rel", "").casefold() == "canonical"),
        *(meta.get("content") for meta in tree.iter("meta") if meta.get("property", "").casefold() == "og:url"),
        *(base.get("href") for base in tree.iter("base")),
    ]
    return next((url.strip() for url in said if url and host_of(url.strip())), UNKNOWN)
