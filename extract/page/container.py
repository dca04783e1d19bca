"""Where the article stands on the page: a container that a CMS family is known for, else the element that holds most of the text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache

from lxml import etree

from extract import html
from extract.data.pages import Names, Pages, pages
from extract.html import Element

_LINKED = frozenset(["a", "option", "button"])
_CHROME = frozenset(["nav", "header", "footer"])
_LEAVES = frozenset(["p", "span", "font", "strong", "b"])

_SHARE = 0.72
"""A child that holds this share of its parent's text is where the article is; measured on generated portal pages."""

_ENOUGH = 200
"""Characters from which on a known container is believed without looking for a fuller element."""


@dataclass(slots=True)
class Named:
    """Elements whose names mean something: `containers` with their family, `titles` in page order."""

    containers: list[tuple[Element, str]] = field(default_factory=list)
    titles: list[Element] = field(default_factory=list)


def named(root: Element) -> Named:
    """Known containers and title elements, by id, class attribute and tag; what a style sheet says of a class does not count."""
    roles = _Roles(pages())
    found = Named()
    for element in _with_names()(root):
        # one key for all: the same few combinations come again and again
        if role := roles[element.tag, element.get("id"), element.get("class")]:
            if role == _TITLE:
                found.titles.append(element)
            else:
                found.containers.append((element, role))
    return found


_NAMED = frozenset(["div", "td", "span", "section", "article", "form", "h2", "h3"])
"""Elements that carry the names of containers and titles; rows, paragraphs and links never do."""


@cache
def _with_names() -> Callable[[Element], list[Element]]:
    """Finds, in page order, the elements that may be known by a name. It looks at attributes: most elements have none of the two."""
    tags = (*pages().containers.tags, *pages().titles.tags)
    return etree.XPath("|".join([".//@id/..", ".//@class/..", *(f".//{tag}" for tag in tags)]))


_TITLE = "title"


class _Roles(dict[tuple[object, str | None, str | None], str | None]):
    """What tag, id and class attribute make an element: the family of a container, or `_TITLE`; each combination looked up once."""

    def __init__(self, data: Pages) -> None:
        super().__init__()
        self.data = data

    def __missing__(self, key: tuple[object, str | None, str | None]) -> str | None:
        role = _role(self.data.containers, *key)
        self[key] = role = role or (_TITLE if _role(self.data.titles, *key) else None)
        return role


def _role(names: Names, tag: object, identity: str | None, classes: str | None) -> str | None:
    if by_tag := names.tags.get(str(tag)):
        return by_tag
    if tag not in _NAMED:
        return None
    key = (identity or "").strip().lower()
    by_prefix = (family for prefix, family in names.id_prefixes.items() if key.startswith(prefix))
    by_class = (family for one in (classes or "").lower().split() if (family := names.classes.get(one)))
    return names.ids.get(key) or next(by_prefix, None) or next(by_class, None)


def choose(body: Element, candidates: list[tuple[Element, str]]) -> tuple[Element, str]:
    """The element of the article and how it was found: `trs div.TRS_Editor`, `density div.main`.

    Of the known containers the outermost ones count, and of those the one with most text; one that is nearly empty gives way to the
    densest element. Whatever was chosen is widened until it holds every statutory heading and label of the page, so that no part of a
    report is lost with a container that holds only half of it.
    """
    chosen, found_by = body, "density"
    text, length = "", 0
    for element, family in _outermost(candidates):
        own = html.text(element)
        if (own_length := _count(own)) > length or chosen is body:
            chosen, found_by, text, length = element, family, own, own_length
    if length < _ENOUGH:
        dense = _densest(body)
        if _count(dense_text := html.text(dense)) > 3 * length:
            chosen, found_by, text = dense, "density", dense_text
    chosen = _widened(body, chosen, text)
    return chosen, f"{found_by} {html.name(chosen)}"


def _outermost(candidates: list[tuple[Element, str]]) -> list[tuple[Element, str]]:
    known = {element for element, _ in candidates}
    return [(element, family) for element, family in candidates if known.isdisjoint(element.iterancestors())]


# ------------------------------------------------------------------------------------------------ by density


def _densest(body: Element) -> Element:
    """The deepest element that still holds the share `_SHARE` of its parent's text, level by level; links and menus do not count.

    An element that holds every statutory word of the page is followed whatever its share. A table is entered only where one of its
    cells is the article: a table of figures is part of one.
    """
    weights = _weights(body)
    markers = _markers_in(html.text(body))
    element = body
    while True:
        child = _followed(_inner(element), weights, weights[element], markers)
        if child is not None and child.tag == "table":
            cells = [cell for cell in child.iter("td") if next(cell.iterancestors("table")) is child]
            child = _followed(cells, weights, weights[element], markers)
        if child is None or child.tag in _LEAVES:
            return element
        element = child


def _followed(elements: list[Element], weights: dict[Element, int], weight: int, markers: set[str]) -> Element | None:
    """The heaviest of the elements if it has the share, or all statutory words; None where the text lies in several of them."""
    element = max(elements, key=weights.__getitem__, default=None)
    if element is None or not weights[element]:
        return None
    share = weights[element] >= _SHARE * weight
    return element if share or (len(markers) > 1 and _markers_in(html.text(element)) == markers) else None


def _inner(element: Element) -> list[Element]:
    """Children that may hold the article: no menus, no links."""
    return [child for child in element if child.tag not in _CHROME and child.tag not in _LINKED]


def _weights(body: Element) -> dict[Element, int]:
    """Characters outside links, by element. Children come before their parents, so that each text is counted once."""
    weights = dict.fromkeys(body.iter(), 0)
    for element in reversed(weights):
        weights[element] = 0 if element.tag in _LINKED else weights[element] + _count(element.text)
        parent = element.getparent()
        if parent in weights:
            weights[parent] += weights[element] + _count(element.tail)
    return weights


def _count(text: str | None) -> int:
    """Characters that are no white space."""
    return len("".join(text.split())) if text else 0


def _markers_in(text: str) -> set[str]:
    return _among(pages().markers, text)


def _among(markers: Iterable[str], text: str) -> set[str]:
    return {marker for marker in markers if marker in text}


# ------------------------------------------------------------------------------------------------ nothing of the report outside


def _widened(body: Element, chosen: Element, inside: str) -> Element:
    """`chosen`, whose text is `inside`, or what holds it together with the statutory words of the page that it lacks."""
    if chosen is body:
        return body
    absent = [marker for marker in pages().markers if marker not in inside]
    missing = _among(absent, html.text(body)) if absent else set()
    if not missing:
        return chosen
    places = [element for marker in missing for element in _holding(body, marker)]
    return _common_ancestor(chosen, places) if places else chosen


def _holding(body: Element, marker: str) -> Iterable[Element]:
    """Elements whose own text holds the marker, outside links and menus (a menu may name the sections of other pages)."""
    found = body.xpath(".//*[text()[contains(., $marker)]]", marker=marker)
    assert isinstance(found, list)
    for element in found:
        assert isinstance(element, Element)
        around = {element.tag, *(ancestor.tag for ancestor in element.iterancestors())}
        if around.isdisjoint(_LINKED) and around.isdisjoint(_CHROME):
            yield element


def _common_ancestor(chosen: Element, places: list[Element]) -> Element:
    paths = [set(place.iterancestors()) | {place} for place in places]
    return next(one for one in (chosen, *chosen.iterancestors()) if all(one in path for path in paths))
