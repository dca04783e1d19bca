"""The parts of an OFD file: its documents, their pages in order, the templates and fonts that pages refer to."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from extract.errors import Corrupt, Encrypted, Rejected
from extract.html import Element
from extract.sources.word.parts import child
from extract.sources.zipped import Package, local

A4 = (0.0, 0.0, 210.0, 297.0)
"""Left, top, width and height of a page in millimetres where none is stated."""

_BOLD = ("bold", "black", "heavy", "hei", "黑", "小标宋")


class Page(NamedTuple):
    """A page: its content with those of its templates, those that lie behind first, and its box in millimetres."""

    contents: tuple[Element, ...]
    box: tuple[float, float, float, float]


class Ofd:
    """An open file. Raises Corrupt where it has no document, Encrypted where its parts are encrypted."""

    def __init__(self, package: Package) -> None:
        self._package = package
        if any(posixpath.basename(name) == "Encryptions.xml" for name in package.members):
            raise Encrypted("the file is encrypted")
        self._names = {name.lower(): name for name in package.members}
        self.bold: set[str] = set()
        self.pages = [page for root in self._roots() for page in self._document(root)]
        if not self.pages:
            raise Corrupt("the file has no page")

    def _roots(self) -> Iterator[str]:
        for body in (one for one in self._package.xml("OFD.xml") if local(one) == "DocBody"):
            root = child(body, "DocRoot")
            if root is not None and root.text:
                yield root.text.strip().lstrip("/")

    def _document(self, path: str) -> Iterator[Page]:
        document = self._xml(path)
        folder = posixpath.dirname(path)
        common = child(document, "CommonData")
        self._fonts(common, folder)
        box = _box(child(common, "PageArea")) or A4
        templates = {one.get("ID"): _joined(folder, one.get("BaseLoc") or "") for one in _each(common, "TemplatePage")}
        for page in _each(child(document, "Pages"), "Page"):
            yield self._page(self._xml(_joined(folder, page.get("BaseLoc") or "")), templates, box)

    def _page(self, page: Element, templates: dict[str | None, str], box: tuple[float, float, float, float]) -> Page:
        used = [templates[one.get("TemplateID")] for one in _each(page, "Template") if one.get("TemplateID") in templates]
        contents = [child(self._xml(path), "Content") for path in used] + [child(page, "Content")]
        return Page(tuple(one for one in contents if one is not None), _box(child(page, "Area")) or box)

    def _fonts(self, common: Element | None, folder: str) -> None:
        """The ids of bold fonts; a resource that is broken costs only that knowledge."""
        for resource in (*_each(common, "PublicRes"), *_each(common, "DocumentRes")):
            try:
                root = self._xml(_joined(folder, (resource.text or "").strip()))
            except Rejected:
                continue
            for font in root.iter():
                name = f"{font.get('FontName', '')} {font.get('FamilyName', '')}".lower()
                if local(font) == "Font" and (font.get("Bold") == "true" or any(word in name for word in _BOLD)):
                    self.bold.add(font.get("ID") or "")

    def _xml(self, path: str) -> Element:
        """A part by its path; programs differ in capital letters."""
        return self._package.xml(path if path in self._package else self._names.get(path.lower(), path))


def _each(element: Element | None, name: str) -> Iterator[Element]:
    return (one for one in element if local(one) == name) if element is not None else iter(())


def _joined(folder: str, path: str) -> str:
    """A path inside the package: one with a slash in front begins at its root."""
    return posixpath.normpath(path.lstrip("/") if path.startswith("/") else posixpath.join(folder, path)).lstrip("/")


def _box(area: Element | None) -> tuple[float, float, float, float] | None:
    """The physical box of a page; None where it is not stated or makes no sense."""
    box = child(area, "PhysicalBox")
    values = numbers(box.text if box is not None else None)
    return (values[0], values[1], values[2], values[3]) if len(values) == 4 and min(values[2:]) > 1 else None


def numbers(text: str | None) -> list[float]:
    """The numbers of an attribute, [] for one that is missing or holds anything else."""
    try:
        values = [float(part) for part in (text or "").split()]
    except ValueError:
        return []
    return values if all(abs(value) < 1e6 for value in values) else []
