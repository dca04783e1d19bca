"""Made-up articles in a few marks: `|` opens a grid (rows by /, cells by ,), `#` a line the page marks as a heading."""

from extract.model import Article, Block, Document, Entry, Grid, GridCell, Metadata, Page, Paragraph

METADATA = ("title", "site", "source", "site_code", "column", "published_on")


def blocks(text: str) -> tuple[Block, ...]:
    return tuple(_block(line.strip(), number) for number, line in enumerate(text.strip().split("\n"), 1))


def _block(line: str, number: int) -> Block:
    if line.startswith("|"):
        return _grid(line[1:], number)
    return Paragraph(line.removeprefix("#").strip(), f"line {number}", None, line.startswith("#"))


def _grid(line: str, number: int) -> Grid:
    rows = [row.split(",") for row in line.split("/")]
    cells = (tuple(GridCell(cell, r, c, f"{number}.{r}.{c}") for c, cell in enumerate(row)) for r, row in enumerate(rows))
    return Grid(tuple(cells), f"line {number}")


def article(text: str, page: dict | None = None) -> Article:
    return Article(Metadata(**{key: value for key, value in (page or {}).items() if key in METADATA}), blocks(text))


def page(values: dict | None = None) -> Page:
    entry = {key.removeprefix("entry_"): value for key, value in (values or {}).items() if key.startswith("entry_")}
    return Page(b"", "http://www.qinghe.example/1.html", None, Entry(**entry))


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]
