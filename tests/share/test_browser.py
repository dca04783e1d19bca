"""The site in a real browser, wide and narrow, light and dark: no message of the console, nothing axe-core calls serious, and the click
from a number to the place it came from. Skips where Playwright or Chromium is not installed."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from share.serving import listening
from share.site import Site
from tests.shared import ROOT

playwright = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [pytest.mark.soak, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]  # the site is being built

SECONDS = 120
PICTURES = ROOT / "docs" / "pictures"


@pytest.fixture(scope="module")
def address(sample: tuple[Path, Path]) -> Iterator[str]:
    """A site on the made-up portals, served from a thread."""
    import uvicorn

    listener = listening("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(Site(*sample).app(), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)


class Browser:
    """Chromium, driven from a loop in a thread of its own: that of the test run belongs to Scrapy."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._run(self._start())

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(SECONDS)

    async def _start(self) -> None:
        self._made = await playwright.async_playwright().start()
        self._chromium = await self._made.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

    async def _stop(self) -> None:
        await self._chromium.close()
        await self._made.stop()

    def close(self) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()

    def do(
        self, home: str, work: Callable[[Any], Coroutine[Any, Any, Any]], width: int = 1440, scheme: str = "light", **options: Any
    ) -> Any:
        """What `work(page)` gives on a page of the site at `home`; the console must have said nothing."""
        return self._run(self._do(home, work, {"viewport": {"width": width, "height": 900}, "color_scheme": scheme, **options}))

    async def _do(self, home: str, work: Callable[[Any], Coroutine[Any, Any, Any]], options: dict[str, Any]) -> Any:
        context = await self._chromium.new_context(base_url=home, locale="zh-CN", **options)
        page, said = await context.new_page(), []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        try:
            found = await work(page)
        finally:
            await context.close()
        assert said == []
        return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    made = Browser()
    yield made
    made.close()


@pytest.fixture(scope="module")
def paths(sample: tuple[Path, Path]) -> dict[str, str]:
    """A page of each kind."""
    from share import addresses

    with closing(sqlite3.connect(sample[0])) as connection:
        find = "select report_id from findings where status = 'violated' and rule_id = 'review_sum' limit 1"
        (report,) = connection.execute(find).fetchone()
        (agency,) = connection.execute("select agency_id from reports where id = ?", [report]).fetchone()
        (repaired,) = connection.execute("select report_id from overview where original_text <> text limit 1").fetchone()
        agencies = [
            one for (one,) in connection.execute("select distinct agency_id from reports where level = 'department' order by 1 limit 4")
        ]
    return {
        "home": "/",
        "agencies": "/agencies?q=局",
        "agency": addresses.agency(agency),
        "report": addresses.report(report),
        "repaired": addresses.report(repaired),
        "compare": addresses.compare([("agency", one) for one in agencies]),
        "findings": "/findings",
        "dictionary": "/dictionary",
        "source": addresses.cell(report, "review_litigation", "cases", "review_total"),
        "search": "/search?q=复议",
    }


async def loaded(page: Any, path: str) -> None:
    await page.goto(path)
    for picture in await page.locator("figure.chart img").all():
        await picture.scroll_into_view_if_needed()
    await page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(
    "name", ["home", "agencies", "agency", "report", "repaired", "compare", "findings", "dictionary", "source", "search"]
)
@pytest.mark.parametrize(("width", "scheme", "language"), [(1440, "light", "zh"), (360, "dark", "en")])
def test_every_page_is_for_everybody(
    browser: Browser, address: str, paths: dict[str, str], name: str, width: int, scheme: str, language: str
) -> None:
    path = f"{paths[name]}{'&' if '?' in paths[name] else '?'}lang={language}"

    async def look(page: Any) -> tuple[int, list[str], list[str]]:
        await loaded(page, path)
        broken = await page.eval_on_selector_all("figure.chart img", "all => all.filter(one => !one.naturalWidth).map(one => one.src)")
        axe = pytest.importorskip("axe_playwright_python.async_playwright", reason="axe-playwright-python is not installed")
        results = (await axe.Axe().run(page)).response["violations"]
        found = [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in results if one["impact"] in ("serious", "critical")]
        return await page.evaluate("document.documentElement.scrollWidth"), broken, found

    wide, broken, found = browser.do(address, look, width, scheme)
    assert found == []
    assert broken == []
    assert wide <= width  # nothing makes the page scroll sideways


def test_a_click_on_a_number_ends_at_its_place(browser: Browser, address: str, paths: dict[str, str]) -> None:
    async def click(page: Any) -> tuple[str, str, bool]:
        await page.goto(paths["report"])
        link = page.locator("#cell-review_litigation-cases-review_corrected a").first
        figure = await link.inner_text()
        await link.click()
        place = page.frame_locator("iframe.archived").locator("#gongkai-place")
        await place.wait_for(state="visible")
        box, frame = await place.bounding_box(), await page.locator("iframe.archived").bounding_box()
        inside = frame["y"] <= box["y"] <= frame["y"] + frame["height"]
        return figure, await place.inner_text(), inside

    figure, marked, inside = browser.do(address, click)
    assert figure == marked
    assert inside  # the frame has scrolled to it


def test_a_click_on_a_number_in_prose_ends_at_its_words(browser: Browser, address: str, paths: dict[str, str]) -> None:
    async def click(page: Any) -> tuple[str, str]:
        await page.goto(paths["report"])
        link = page.locator("a.quantity.known").first
        words = await link.inner_text()
        await link.click()
        place = page.frame_locator("iframe.archived").locator("#gongkai-place")
        await place.wait_for(state="visible")
        return words, await place.inner_text()

    words, marked = browser.do(address, click)
    assert "".join(words.split()) == "".join(marked.split())


def test_a_flag_leads_to_its_finding_and_back_to_the_cells(browser: Browser, address: str, paths: dict[str, str]) -> None:
    async def click(page: Any) -> str:
        await page.goto(paths["report"])
        await page.locator("td.broken a.flag").first.click()
        return str(await page.evaluate("document.querySelector(':target').className"))

    assert "finding violated" in browser.do(address, click)


def test_the_language_is_remembered(browser: Browser, address: str) -> None:
    async def switch(page: Any) -> tuple[str, str]:
        await page.goto("/compare")
        first = await page.evaluate("document.documentElement.lang")
        await page.locator("a.language").click()
        await page.goto("/findings")
        return first, await page.evaluate("document.documentElement.lang")

    assert browser.do(address, switch) == ("zh-Hans", "en")


def test_agencies_are_added_to_a_comparison_without_a_script(browser: Browser, address: str, paths: dict[str, str]) -> None:
    async def add(page: Any) -> tuple[int, int]:
        await page.goto(paths["compare"])
        before = await page.locator(".chips li").count()
        await page.fill("#add", "云溪县人民政府")
        await page.locator("form.filters button").click()
        await page.locator(".list a").first.click()
        return before, await page.locator(".chips li").count()

    before, after = browser.do(address, add, java_script_enabled=False)
    assert after == before + 1


def test_hostile_values_run_nothing(browser: Browser, hostile: Path) -> None:
    import uvicorn

    listener = listening("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(Site(hostile).app(), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()

    async def open_all(page: Any) -> list[str]:
        dialogs: list[str] = []
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        for path in ("/", "/agencies", "/findings", "/compare"):
            await page.goto(path)
        await page.goto("/agencies")
        await page.locator(".list a").first.click()
        await page.locator("table a").first.click()
        await page.wait_for_load_state("networkidle")
        return dialogs

    try:
        assert browser.do(f"http://127.0.0.1:{listener.getsockname()[1]}", open_all) == []
    finally:
        server.should_exit = True
        thread.join(20)


@pytest.mark.parametrize("name", ["report", "compare"])
def test_pictures_for_the_readme(browser: Browser, address: str, paths: dict[str, str], name: str, tmp_path: Path) -> None:
    """Made anew into docs/pictures where they are missing; always made, so that they can be."""
    target = PICTURES / f"{name}.png"

    async def shoot(page: Any) -> None:
        await loaded(page, f"{paths[name]}{'&' if '?' in paths[name] else '?'}lang=zh")
        if name == "report":
            await page.locator("#table-form2021_requests").scroll_into_view_if_needed()
            await page.evaluate(
                "scrollTo(0, document.querySelector('#table-form2021_requests').getBoundingClientRect().top + scrollY - 90)"
            )
        else:
            await page.evaluate("scrollTo(0, 0)")
        await page.wait_for_timeout(300)
        await page.screenshot(path=str(tmp_path / "picture.png"))

    browser.do(address, shoot, 1200)
    made = (tmp_path / "picture.png").read_bytes()
    assert len(made) > 20_000
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(made)
