"""The families together: each claims its own pages and nobody else's."""

import ast
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from crawler import cms
from crawler.cms.model import ListingPage, Signal
from crawler.errors import AmbiguousFamilyError
from tests.shared import shared

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "families.yaml").read_text("utf-8"))
URL = "http://www.qinghe.example/zwgk/xxgknb/"


def check(case: dict[str, Any], *, article: bool) -> None:
    page = ListingPage(case["url"], case["text"])
    found = cms.claims(page, article=article)
    assert found, "nobody claims it"
    assert found[0][0] == case["family"]
    assert all(match.weight < found[0][1].weight or match.support < found[0][1].support for _, match in found[1:])
    recognised = cms.recognise(page, article=article)
    assert recognised is not None
    assert recognised[0] == case["family"]


@pytest.mark.parametrize("case", CASES["listings"], ids=lambda case: f"{case['family']}: {case['text'][:40]}")
def test_a_listing_is_claimed_by_its_family(case: dict[str, Any]) -> None:
    check(case, article=False)


@pytest.mark.parametrize("case", CASES["articles"], ids=lambda case: f"{case['family']}: {case['url'][-40:]}")
def test_an_article_is_claimed_by_its_family(case: dict[str, Any]) -> None:
    check(case, article=True)


@pytest.mark.parametrize("text", CASES["nobody"])
def test_what_is_no_signal(text: str) -> None:
    page = ListingPage(URL, text)
    assert cms.claims(page) == []
    assert cms.claims(page, article=True) == []


def test_every_family_says_what_it_is() -> None:
    for name, family in cms.families().items():
        assert family.__doc__, name
        assert name == "generic" or family.LISTING, name


def test_unknown_page_has_no_family() -> None:
    assert cms.read(ListingPage(URL, "<p>" + "这里什么也没有。" * 300 + "</p>")) is None


def test_equal_claims_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Twin:
        FAMILY = "twin"
        LISTING = ARTICLE = (Signal.text(9, "everything", "x"),)

    monkeypatch.setattr(cms, "families", lambda: {"one": Twin, "two": Twin})
    with pytest.raises(AmbiguousFamilyError, match="one and two both claim"):
        cms.recognise(ListingPage(URL, "<p>x</p>"))


@pytest.mark.parametrize("text", ["<record><![CDATA[" * 50_000, "<a href=x>" * 50_000, "jpage/" * 100_000, "<meta " * 100_000])
def test_hostile_pages_cost_no_square(text: str) -> None:
    cms.read(ListingPage(URL, text))


@pytest.mark.parametrize(
    ("name", "url", "pages", "entries"),
    [
        ("handan-list.html", "http://a.example/zfwj/jqxxgk/", 56, 1),
        ("shanxi-gov.html", "http://a.example/yw/201909/t20190918_693227.shtml", 1, 0),
    ],
)
def test_saved_pages_of_real_portals(name: str, url: str, pages: int, entries: int) -> None:
    listing = cms.read(ListingPage(url, shared(f"real/{name}").read_text("utf-8")))
    assert listing is not None
    assert (listing.family, listing.pages, len(listing.entries)) == ("trs", pages, entries)
    assert [request.url.rpartition("/")[2] for request in listing.further] == [f"index_{number}.html" for number in range(1, pages)]


def test_families_do_not_know_each_other() -> None:
    """What two families need stands in a module of its own, which is no family (the list at the head of `crawler.cms`)."""
    modules = {module.__name__.rpartition(".")[2]: Path(str(module.__file__)) for module in map(_module, cms.families().values())}
    known = {name: _imported(path) & modules.keys() - {name} for name, path in modules.items()}
    assert {name: found for name, found in known.items() if found} == {}


def test_the_head_of_the_package_names_every_shared_module() -> None:
    shared_modules = {path.stem for path in Path(str(cms.__file__)).parent.glob("*.py")} - {"__init__"} - set(cms.families())
    assert {name for name in shared_modules if f"`{name}`" not in str(cms.__doc__)} == set()


def _module(family: object) -> ModuleType:
    assert isinstance(family, ModuleType)
    return family


def _imported(path: Path) -> set[str]:
    """The modules of `crawler.cms` that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "crawler.cms":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("crawler.cms."):
            found.add(str(node.module).split(".")[2])
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[2] for alias in node.names if alias.name.startswith("crawler.cms.")}
    return found
