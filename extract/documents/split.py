"""From the article to its reports: titles, agency, year, period, and the blocks that are the report's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from extract.agencies import is_office, is_unknown
from extract.documents.blank import has_figures, is_blank_form, tells_of_disclosure
from extract.documents.furniture import is_pointer, is_top_heading, without_head, without_tail
from extract.documents.periods import read_period
from extract.documents.segments import Segment, segments
from extract.documents.titles import MAY_HOLD_REPORT, NOTICE, Title, is_order, look_alike, read_page_title, read_title
from extract.documents.whose import agency_from, year_from
from extract.errors import BlankForm, NeedsOcr, NoAgency, NotReport, NoYear, Rejected
from extract.model import Agency, Article, Block, Document, Grid, Page, Paragraph
from extract.normalize import fold

_OUTLINE = 3
"""So many statutory headings make a text without any title a report."""
_OPENING = 800
_TOP_LINES = 6
_COVERING = 300
"""Characters of the longest covering note to an attached report."""


def split(article: Article, page: Page) -> tuple[Document, ...]:
    """The reports of an article, in printed order, at least one.

    Raises NotReport (with the reason), BlankForm, NoYear or NoAgency where there is none.
    """
    if is_blank_form(article.blocks):
        raise BlankForm("the form holds no figure and no text of an agency")
    page_titles = _page_titles(article, page)
    _turn_away(article, page, page_titles)
    _turn_away_notice(article, page_titles)
    documents: list[Document] = []
    verdicts: list[Rejected] = []
    for segment in segments(article.blocks):
        try:
            documents.append(_document(segment, article, page, page_titles))
        except Rejected as verdict:
            verdicts.append(verdict)
    if not documents:
        raise verdicts[0] if verdicts else NotReport("titles of reports, but no report under any of them")
    return _once(documents)


def _once(documents: Sequence[Document]) -> tuple[Document, ...]:
    """A page that prints one report twice, in part or whole, holds it once: the longest, the first of equals."""
    longest: dict[tuple[str, int], Document] = {}
    for document in documents:
        key = (document.agency.id, document.year)
        if key not in longest or _length(document) > _length(longest[key]):
            longest[key] = document
    return tuple(document for document in documents if longest[(document.agency.id, document.year)] is document)


def _length(document: Document) -> int:
    return sum(len(block.text) if isinstance(block, Paragraph) else sum(map(len, block.rows)) for block in document.blocks)


def _page_titles(article: Article, page: Page) -> tuple[Title, ...]:
    """What the page and its listing call it, where that is the title of a report."""
    names = (article.metadata.title, page.entry.title)
    column = article.metadata.column
    return tuple(title for name in names if name and (title := read_page_title(name, column)))


def _turn_away(article: Article, page: Page, page_titles: Sequence[Title]) -> None:
    """Raises NotReport for a page whose own title, or without one its listing's, says that it is something else."""
    name = article.metadata.title or page.entry.title
    if page_titles or not name:
        return
    reason = look_alike(name)
    if reason and not (reason in MAY_HOLD_REPORT and _has_outline(article.blocks) and (reason != NOTICE or _is_filled(article.blocks))):
        raise NotReport(f"{reason}: {' '.join(name.split())[:80]}")


def _is_filled(blocks: Sequence[Block]) -> bool:
    """Whether a notice prints a report: figures in its tables, or a title over it; one on how to write the report prints the form."""
    grids = [block for block in blocks if isinstance(block, Grid)]
    return has_figures(grids) or (not grids and _prints_title(blocks))


def _prints_title(blocks: Sequence[Block]) -> bool:
    """Whether a line is the title of a report that says whose or of which year it is."""
    titles = (read_title(block.text) for block in blocks if isinstance(block, Paragraph))
    return any(title is not None and bool(title.agency or title.year) for title in titles)


def _turn_away_notice(article: Article, page_titles: Sequence[Title]) -> None:
    """Raises NotReport for a notice on how to write the report, by the page's or a printed title, that holds no report's title."""
    lines = [article.metadata.title or "", *(block.text for block in article.blocks[:_TOP_LINES] if isinstance(block, Paragraph))]
    notice = next((line for line in lines if is_order(line)), None)
    if notice and not page_titles and not _prints_title(article.blocks):
        raise NotReport(f"{NOTICE}: {' '.join(notice.split())[:80]}")


def _only_hands_on(blocks: Sequence[Block], text: str, article: Article) -> bool:
    """A few lines without any heading or table beside an attached file: 现将年度报告予以公布."""
    if len(text) > _COVERING or any(isinstance(block, Grid) or is_top_heading(block.text) for block in blocks):
        return False
    return any(file.kind != "image" for file in article.attachments)


def _turn_away_file(article: Article) -> None:
    """Raises for a title over nothing but file names, dates and pictures."""
    files = [file for file in article.attachments if file.kind != "image"]
    if files:
        raise NotReport(f"the report is an attachment: {files[0].file_name}")
    if article.attachments:
        raise NeedsOcr("the report is a picture")
    raise NotReport("the title of a report, but no text under it")


def _has_outline(blocks: Sequence[Block]) -> bool:
    kinds = {kind for block in blocks if isinstance(block, Paragraph) and (kind := is_top_heading(block.text))}
    return len(kinds) >= _OUTLINE


def _document(segment: Segment, article: Article, page: Page, page_titles: tuple[Title, ...]) -> Document:
    blocks = without_tail(without_head(segment.blocks))
    text = "\n".join(block.text for block in blocks if isinstance(block, Paragraph))
    if not segment.titles and not _reads_like_report(blocks, text, page_titles):
        raise NotReport("no title of an annual report and no outline of one")
    if all(isinstance(block, Paragraph) and is_pointer(fold(block.text)) for block in blocks) or _only_hands_on(blocks, text, article):
        _turn_away_file(article)
    if not tells_of_disclosure(blocks):
        if article.attachments:
            _turn_away_file(article)
        raise NotReport("under the title no heading, no table and no figure of a report on disclosure")
    period_from, period_to = read_period(text)
    year = year_from(segment.titles, page_titles, period_from.year if period_from else None, text)
    if year is None:
        raise NoYear("neither title nor text says which year the report is about")
    agency = agency_from(segment.titles, page_titles, segment.blocks, article.metadata, page.entry, year)
    if agency is None:
        raise NoAgency("neither title, text nor page says whose report it is")
    title, inferred = _title(segment, page_titles, agency.name, year)
    warnings = _warnings(segment, year, period_from, agency)
    codes = (article.metadata.site_code, page.entry.division_code)
    return Document(agency, year, title, inferred, blocks, period_from, period_to, warnings, *codes)


def _reads_like_report(blocks: Sequence[Block], text: str, page_titles: Sequence[Title]) -> bool:
    """Without a title line: an outline, and the page or the preamble that calls it a report on disclosure."""
    opening = fold(text[:_OPENING])
    named = bool(page_titles) or ("信息公开" in opening and ("年度报告" in opening or "年报" in opening or "本报告" in opening))
    return named and (_has_outline(blocks) or bool(page_titles))


def _title(segment: Segment, page_titles: Sequence[Title], agency: str, year: int) -> tuple[str, bool]:
    """The printed title nearest to the text, else the page's own, else a composed one (SCHEMA.md `title`)."""
    printed = segment.titles[-1:] or page_titles[:1]
    if printed:
        return printed[0].text, False
    return f"{agency}{year}年政府信息公开工作年度报告", True


def _warnings(segment: Segment, year: int, period_from: date | None, agency: Agency) -> tuple[str, ...]:
    found = []
    if is_unknown(agency):
        found.append(f"no place and no kind of agency is known in the name {agency.name}")
    if period_from and period_from.year != year:
        found.append(f"the title says {year}, the statistics period begins in {period_from.year}")
    years = {title.year for title in segment.titles if title.year}
    if len(years) > 1:
        found.append(f"titles name several years: {sorted(years)}")
    if any(is_office(title.agency) for title in segment.titles) and not is_office(agency.name):
        found.append("the title names the office, the text sums up the whole government")
    return tuple(found)
