"""Reading WordprocessingML by the names of its elements: whatever the namespace, strict or transitional."""

from __future__ import annotations

from lxml import etree

from extract.html import Element
from extract.sources.zipped import local

_MAX = 9999

NOTHING: Element = etree.Element("nothing")
"""What stands for an element that is not there."""


def child(element: Element | None, name: str) -> Element | None:
    """The first child of that name; None for none, and for no element."""
    return None if element is None else next((one for one in element if local(one) == name), None)


def value(element: Element | None, name: str = "val") -> str | None:
    """An attribute by its name without namespace; None where there is none, and for no element."""
    return None if element is None else next((text for key, text in element.items() if key.rpartition("}")[2] == name), None)


def child_value(element: Element | None, name: str) -> str | None:
    """The `val` of the first child of that name; None where there is none."""
    return value(child(element, name))


def switch(element: Element | None, name: str) -> bool | None:
    """Whether a property is on: one without a value is; None where it is not said."""
    found = child(element, name)
    return None if found is None else (value(found) or "1").lower() not in ("0", "false", "off", "none")


def whole(text: str | None, otherwise: int) -> int:
    """A whole number of an attribute, `otherwise` for none or nonsense."""
    try:
        return max(-_MAX, min(int(text or ""), _MAX))
    except ValueError:
        return otherwise


def content(control: Element) -> Element:
    """What a content control holds."""
    found = child(control, "sdtContent")
    return NOTHING if found is None else found
