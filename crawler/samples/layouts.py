"""The markup of layouts.yaml with its names filled in, and what every page of a portal has."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Template

import yaml

from crawler.samples.world import SamplePage, Site


@cache
def _layouts() -> Mapping[str, Template]:
    content = yaml.safe_load(files("crawler.samples").joinpath("layouts.yaml").read_text(encoding="utf-8"))
    return {name: Template(markup) for name, markup in content.items()}


def fill(layout: str, **names: object) -> str:
    """A layout with all its names filled in. Raises KeyError for a name that is missing."""
    return _layouts()[layout].substitute({name: str(value) for name, value in names.items()})


def page(layout: str, site: Site, title: str, metas: str = "", **names: object) -> str:
    """A whole page: `layout` with the portal's head, navigation and footer."""
    charset = f'<meta http-equiv="Content-Type" content="text/html; charset={site.label}">' if site.label else ""
    code = f"{site.division_code}0001"
    head = fill("head", charset=charset, title=title, site=site.name, code=code, metas=metas)
    footer = fill("footer", site=site.name, code=code)
    return fill(layout, head=head, chrome=fill("chrome"), footer=footer, site=site.name, title=title, code=code, **names)


def article(site: Site, one: SamplePage, body: str) -> str:
    """An article page of the portal's family."""
    source = one.reports[0].agency.agency if one.reports else f"{site.name}人民政府办公室"
    metas = fill("article_metas", title=one.title, day=one.listed_on, source=source)
    day = one.listed_on
    layout = "trs_article" if site.family == "trs" else "hanweb_article"
    names = {"day": day, "stamp": f"{day:%Y%m%d}", "year": day.year, "number": one.number, "source": source, "body": body}
    return page(layout, site, one.title, metas, **names)
