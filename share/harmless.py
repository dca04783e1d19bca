"""Markup of an archived page made harmless: its text and layout, nothing that runs, loads or leads elsewhere.

The answer that carries it is sandboxed and has a policy that forbids scripts and loading (`guard.ARCHIVED_POLICY`); what is left
out here is left out all the same, so that neither has to be perfect.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    Element = etree._Element

PLACE = "gongkai-place"

_DROPPED = frozenset(
    ("script", "style", "noscript", "template", "iframe", "frame", "frameset", "object", "embed", "applet", "param", "link", "meta", "base",
     "svg", "math", "canvas", "audio", "video", "source", "track",
     "portal", "input", "select", "textarea", "button", "dialog", "map", "area")
)  # fmt: skip
_BLOCKS = frozenset(
    ("html", "body", "div", "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "center",
     "hr", "br", "table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "td", "th", "section", "article", "main", "header",
     "footer", "aside")
)  # fmt: skip
_INLINE = frozenset(
    ("span", "b", "i", "u", "em", "strong", "font", "big", "small", "sub", "sup", "s", "strike", "del", "ins", "mark", "wbr")
)  # fmt: skip
_KEPT = frozenset(
    ("align", "valign", "width", "height", "border", "cellpadding", "cellspacing", "bgcolor", "color", "size", "face", "colspan",
     "rowspan", "nowrap", "style", "dir", "start", "type", "value")
)  # fmt: skip
_STYLE = re.compile(
    r"url\s*\(|expression|@import|behavior|position\s*:|display\s*:\s*none|visibility\s*:|\\|z-index|opacity|<", re.IGNORECASE
)

SHEET = """
:root { color-scheme: light; }
body { font: 15px/1.7 system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #222; background: #fff;
  margin: 1rem auto; max-width: 60rem; padding: 0 1rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; max-width: 100%; } td, th { border: 1px solid #bbb; padding: .2rem .45rem; }
ol.lines { padding-left: 4.5rem; } ol.lines li { white-space: pre-wrap; } ol.lines li::marker { color: #999; font-size: .8em; }
.gongkai-place { background: #ffe27a !important; color: #000 !important; outline: 3px solid #d1361b; outline-offset: 1px;
  scroll-margin: 40vh; border-radius: 2px; }
"""


def clean(root: Element, keep: tuple[str, ...] = ()) -> None:
    """Leave text, its layout and nothing that runs, loads or leads elsewhere; the marked element gets its id. `keep`: attributes more."""
    for element in [one for one in root.iter() if not isinstance(one.tag, str) or one.tag.lower() in _DROPPED]:
        if element is not root and element.getparent() is not None:
            _drop(element)
    for element in root.iter():
        marked = PLACE in element.attrib
        for name in list(element.attrib):
            if (name not in _KEPT and name not in keep) or (name == "style" and _STYLE.search(element.get(name) or "")):
                del element.attrib[name]
        if str(element.tag).lower() not in _BLOCKS | _INLINE:
            element.tag = "span"  # links, forms, pictures, what pages invent, and what a browser reads as raw text (xmp, plaintext)
        if marked:
            element.set("id", PLACE)
            element.set("class", PLACE)
            element.set("tabindex", "-1")


def _drop(element: Element) -> None:
    parent, tail = element.getparent(), element.tail
    assert parent is not None
    if tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + tail
        else:
            parent.text = (parent.text or "") + tail
    parent.remove(element)


def printable(text: str) -> str:
    """Text that XML can hold."""
    return "".join(
        one if one in "\t\n" or (one >= " " and not 0xD800 <= ord(one) <= 0xDFFF and one not in "\ufffe\uffff") else "\ufffd"
        for one in text
    )


def document(element: Element | None) -> str:
    """A document with our style sheet and nothing else in its head."""
    root = etree.Element("html", {"lang": "zh"})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "meta", {"charset": "utf-8"})
    etree.SubElement(head, "title").text = "archived page"
    etree.SubElement(head, "style").text = SHEET
    body = etree.SubElement(root, "body")
    if element is not None:
        element.tag = "div" if element.tag in ("html", "body") else element.tag
        body.append(element)
    return "<!DOCTYPE html>\n" + etree.tostring(root, encoding="unicode", method="html")
