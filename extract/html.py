"""Markup becomes a tree: bounded, without what is never text, and with a way to name a place in it.

lxml reads the page once. The bounds are those of RELIABILITY H16 and H17: too many cells cost no object, and a tree that the parser cut
off is an error instead of a page without its end.
"""

from __future__ import annotations

import re

from lxml import etree

from extract.errors import TooLarge, Unparsed

Element = etree._Element

MAX_MARKUP = 16 * 1024 * 1024
"""Characters of markup in a page; the largest report page known has a tenth of it."""

MAX_CELLS = 200_000
"""Table cells in a page, counted before any is built (RELIABILITY H17)."""

_CELL = re.compile(r"<t[dh][\s>/]", re.IGNORECASE)
_INLINE = re.compile(r"</?(?:font|span|b|i|u|em|strong|big|small|o:p|st1:\w+)\b[^>]{0,2000}>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_NEVER_TEXT = ("script", "style", "textarea", "select", "template", "noscript", "iframe", "object", "button", "datalist", "svg", "math")


def parse(markup: str) -> Element:
    """The root of the page, with html and body around a fragment; comments, scripts and form controls are gone.

    Raises TooLarge over `MAX_MARKUP` characters or `MAX_CELLS` table cells, Unparsed where elements are nested deeper than the parser
    goes (2,048) or nothing came back for a page that is not empty.
    """
    if len(markup) > MAX_MARKUP:
        raise TooLarge(f"{len(markup):,} characters of markup; the bound is {MAX_MARKUP:,}")
    if len(markup) > 4 * MAX_CELLS and (cells := sum(1 for _ in _CELL.finditer(markup))) > MAX_CELLS:
        raise TooLarge(f"{cells:,} table cells; the bound is {MAX_CELLS:,}")
    root, cut_off = _tree(markup)
    if cut_off:
        # thousands of font elements that nobody closed are old editors' debris: without them the page may well be shallow
        root, cut_off = _tree(_INLINE.sub("", markup))
    if root is None or cut_off:
        raise Unparsed("elements are nested deeper than 2,048, so the parser gave up" if cut_off else "the parser found no element")
    etree.strip_elements(root, *_NEVER_TEXT, with_tail=False)
    return root


def _tree(markup: str) -> tuple[Element | None, bool]:
    """The tree, None for nothing; and whether the parser stopped at its depth limit, so that the end of the page is missing."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True)
    if "\0" in markup:
        markup = markup.replace("\0", "")  # libxml2 would put U+FFFD in its place
    try:
        root: Element | None = etree.fromstring(markup.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None, False
    return root, any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)


def body(root: Element) -> Element:
    """The body of the page; the root where a frameset has none."""
    found = root.find("body")
    return root if found is None else found


def text(element: Element) -> str:
    """All text of an element as it stands in the source, white space too."""
    return str(etree.tostring(element, method="text", encoding="unicode", with_tail=False))


def visible(markup: str) -> bool:
    """Whether anything but tags and white space is left of `markup`; scripts count as text here."""
    return bool(_TAG.sub("", markup).strip())


def name(element: Element) -> str:
    """An element as a selector a person knows: `div#zoom`, `div.TRS_Editor`, `body`."""
    if identity := element.get("id"):
        return f"{tag(element)}#{identity.strip()}"
    classes = (element.get("class") or "").split()
    return f"{tag(element)}.{classes[0]}" if classes else tag(element)


def tag(element: Element) -> str:
    """The tag of an element; comments and instructions, whose tags are no strings, never reach the tree."""
    return str(element.tag)
