"""Portals whose pages are drawn by script only: a browser draws them, where the portal's entry says `render: browser` of a host.

Needs the extra `render` (scrapy-playwright) and a Chromium of the system; no browser is downloaded. The browser says who we are as all
our requests do, loads documents, scripts and their data from the portal's own hosts and nothing else: no pictures, no foreign host, no
private address. A challenge that wants a browser is no reason to use one: it is recorded and left alone.
"""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.middlewares.addresses import GuardedResolver, is_loopback, is_public, resolved

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.async_api import Request as BrowserRequest
    from scrapy.settings import BaseSettings

    from crawler.portals import Portal

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = "pip install 'gongkai[render]' and install Chromium, for example apt install chromium"
_LOADED = frozenset({"document", "script", "xhr", "fetch"})
_HANDLER = "scrapy_playwright.handler.ScrapyPlaywrightDownloadHandler"
_WAIT = 15_000  # milliseconds until a page that is still busy is taken as it is


def browser() -> str | None:
    """The Chromium of this machine; None where there is none, or the extra is not installed."""
    if find_spec("scrapy_playwright") is None:
        return None
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def advice() -> str:
    """What a person can do about a page that only a browser draws."""
    return f"for a browser: {INSTALL}" if browser() is None else "say `render: browser` of the host in the portal's entry to have it drawn"


def hosts(portals: Iterable[Portal]) -> frozenset[str]:
    """The hosts whose pages a browser must draw."""
    return frozenset(one.host for portal in portals for one in portal.exceptions if one.render == "browser")


def install(settings: BaseSettings, portals: Iterable[Portal]) -> bool:
    """Puts the browser to work for the run, if a portal needs it and there is one; whether it did."""
    portals = tuple(portal for portal in portals if hosts([portal]))
    path = browser() if portals else None
    if path is None:
        return False
    allowed = frozenset(host for portal in portals for host in portal.hosts)

    async def refused(request: BrowserRequest) -> bool:
        return request.resource_type not in _LOADED or not await _may_ask(request.url, allowed)

    own = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # Chromium refuses to sandbox for root
    settings.set("DOWNLOAD_HANDLERS", {**settings.getdict("DOWNLOAD_HANDLERS"), "http": _HANDLER, "https": _HANDLER}, priority="spider")
    settings.set("PLAYWRIGHT_LAUNCH_OPTIONS", {"executable_path": path, "args": own}, priority="spider")
    settings.set("PLAYWRIGHT_ABORT_REQUEST", refused, priority="spider")
    settings.set("PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT", settings.getfloat("DOWNLOAD_TIMEOUT") * 1000, priority="spider")
    settings.set("PLAYWRIGHT_MAX_PAGES_PER_CONTEXT", 4, priority="spider")
    return True


def meta() -> dict[str, Any]:
    """What the meta of a request says so that a browser draws its page: loaded, and quiet for half a second."""
    from scrapy_playwright.page import PageMethod

    return {"playwright": True, "playwright_page_methods": [PageMethod("wait_for_load_state", "networkidle", timeout=_WAIT)]}


async def _may_ask(url: str, allowed: frozenset[str]) -> bool:
    host = (urlsplit(url).hostname or "").lower()
    if not any(host == own or host.endswith("." + own) for own in allowed):
        return False
    if is_loopback(url):
        return GuardedResolver.loopback
    address = (await resolved([host])).get(host)
    return address is not None and is_public(address)
