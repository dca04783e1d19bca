"""Whose report it is and on which year, from its title, its preamble, its signature and the page's own words, in this order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extract.agencies import Context, as_printed, is_office, is_organisation, level_of, places_in, recognise
from extract.documents.titles import YEAR, Title, year_of
from extract.model import Agency, Block, Entry, Metadata, Paragraph
from extract.normalize import fold

_OPENING = 1200
_REPORT_OF_YEAR = re.compile(f"{YEAR.pattern}[^。;]{{0,24}}?(?:信息公开|政务公开|年度?报告|年报)")
_OPENING_YEAR = re.compile(f"(?:^|\\n){YEAR.pattern},")
_CODE = re.compile(r"^\d{6}")

_NAMED = (
    re.compile("(?:公布|发布|公开|提交)(?P<name>[一-鿿]{2,25}?)(?:20\\d\\d年?度?)(?:政府|政务)?信息公开"),
    re.compile(
        "(?:^|[\\n。,,])(?P<name>[一-鿿]{2,25}?)(?:关于)?20\\d\\d年?度?(?:政府|政务)信息公开(?:工作)?(?:年度)?(?:工作)?(?:报告|年报)"
    ),
    re.compile("(?:由|经)(?P<name>[一-鿿]{2,30}?)(?:负责|牵头|汇总|综合|组织)?(?:编制|编写|综合20)"),
    re.compile("填报单位(?:\\(盖章\\)|\\(公章\\))?[:：]?(?P<name>[一-鿿]{3,30})"),
    re.compile("请(?:与|和|同|直接与)(?P<name>[一-鿿]{2,30}?)(?:\\([^)]{0,40}\\))?联系"),
)
_LEAD = re.compile("^(?:现[将对就把]|现?[公发]布|以下[为是]|下面[为是]|兹[将公]布?|特将|关于|按照|根据)")
_WHOLE_AREA = re.compile("[我全本][省市县区旗州盟]|自治区|各[县市区]|各级")
_SELF = re.compile("[我本](?:办|厅)(?:公室|公厅)?[^法理事]")
_SIGNATURE_LINES = 8
_OWN_PLACE = re.compile("[我全](省|自治区|市|县|区|旗|州|盟|镇|乡|街道)")
_SUMMED_UP = re.compile("(?:综合|汇总)(?:了)?[^。]{0,24}(?:各|全)[^。]{0,12}(?:[县区市]|部门|单位)[^。]{0,30}(?:编制|年度?报告|情况)")


def year_from(titles: Sequence[Title], page_titles: Sequence[Title], period_year: int | None, text: str) -> int | None:
    """The year reported on: of the title, the page's title, the statistics period, the preamble; None where none of them names one.

    The date of publication is no evidence (DOMAIN.md section 3).
    """
    for title in (*reversed(titles), *page_titles):
        if title.year:
            return title.year
    if period_year:
        return period_year
    key = _folded_lines(text[:_OPENING])
    for pattern in (_REPORT_OF_YEAR, _OPENING_YEAR):
        if match := pattern.search(key):
            return year_of(match[0])
    return None


def _folded_lines(text: str) -> str:
    return "\n".join(fold(line) for line in text.split("\n"))


def agency_from(
    titles: Sequence[Title], page_titles: Sequence[Title], blocks: Sequence[Block], metadata: Metadata, entry: Entry, year: int | None
) -> Agency | None:
    """The agency of a report; None where nothing names one. Names are resolved in the context of the page (site, source, code)."""
    text = "\n".join(block.text for block in blocks if isinstance(block, Paragraph))
    context = _context(metadata, entry, year, [title.agency for title in (*titles, *page_titles)])
    titled = _first((title.agency for title in (*reversed(titles), *page_titles)), context)
    if titled:
        return _resolved(_aggregate(titled, text, context), titled, titles, page_titles, text, context)
    printed = next((title.agency for title in (*reversed(titles), *page_titles) if title.agency), "")
    opening = _folded_lines(text[:_OPENING])
    for names in (_named(opening), _signed(blocks), (entry.agency, metadata.source), _own_places(text), (metadata.site,)):
        agency = _first(names, context)
        if agency and (not printed or agency.name.endswith(printed[1:])):
            return _government_if_whole(agency, text, context)
    return as_printed(printed)


def _context(metadata: Metadata, entry: Entry, year: int | None, names: Sequence[str]) -> Context:
    """Places named by entry, site, source and the titles tell namesakes apart, and complete 市财政局."""
    site_code = metadata.site_code if metadata.site_code and _CODE.match(metadata.site_code) else None
    texts = (*names, entry.agency, metadata.site, metadata.source)
    return Context(year, entry.division_code or (site_code[:6] if site_code else None), tuple(text for text in texts if text))


def _first(names: Iterator[str | None] | Sequence[str | None], context: Context) -> Agency | None:
    for name in names:
        if name and (agency := recognise(name, context)):
            return agency
    return None


def _named(opening: str) -> Iterator[str]:
    for pattern in _NAMED:
        for match in pattern.finditer(opening):
            yield _LEAD.sub("", match["name"])


def _signed(blocks: Sequence[Block]) -> Iterator[str]:
    """Lines at the end that are an agency and nothing else, or an agency and a date."""
    last = [block.text for block in blocks[-_SIGNATURE_LINES:] if isinstance(block, Paragraph)]
    for line in reversed(last):
        key = re.sub(r"20\d\d年\d{1,2}月\d{1,2}日$", "", fold(line))
        if 3 <= len(key) <= 30 and is_organisation(key) and not re.search("[:,。;]", key):
            yield key


def _own_places(text: str) -> Iterator[str]:
    """我县 is the county that the text names most often; where it says none of these, nothing is guessed."""
    key = _folded_lines(text)
    own = _OWN_PLACE.search(key)
    if own is None:
        return
    named = [(count, name) for name, count in places_in(key).items() if name.endswith(own[1])]
    yield from (name for _, name in sorted(named, key=lambda pair: (-pair[0], pair[1]))[:1])


def _government_if_whole(agency: Agency, text: str, context: Context) -> Agency:
    """A report compiled by the government's office is the government's, unless the text speaks of the office (SCHEMA.md `agency`)."""
    if not is_office(agency.name) or (_SELF.search(text[:_OPENING]) and not _WHOLE_AREA.search(text[:_OPENING])):
        return agency
    return recognise(government_of(agency.name), replace(context, code=agency.division_code or context.code)) or agency


def government_of(office: str) -> str:
    """X市人民政府 of X市人民政府办公室."""
    return re.sub("办公[厅室]$", "", office)


def _aggregate(agency: Agency, text: str, context: Context) -> Agency:
    """A title that names the office over a text that sums up all departments and lower governments is the government's report."""
    if is_office(agency.name) and _SUMMED_UP.search(fold(text[:_OPENING])):
        return recognise(government_of(agency.name), replace(context, code=agency.division_code or context.code)) or agency
    return agency


def _resolved(agency: Agency, titled: Agency, titles: Sequence[Title], page_titles: Sequence[Title], text: str, context: Context) -> Agency:
    """A namesake (鼓楼区) that the page's own words left open is looked for beside the places that the text names."""
    if agency.division_code or agency.level == "ministry" or level_of(agency.name) is not None:
        return agency
    known = tuple(name for name, _ in places_in(_folded_lines(text[:_OPENING])).most_common(3))
    wider = replace(context, texts=(*context.texts, *known))
    again = _first((title.agency for title in (*reversed(titles), *page_titles)), wider)
    if again is None or not again.division_code:
        return agency
    return _aggregate(again, text, wider) if agency is not titled else again
