"""How long a document takes, from its bytes to checked facts: a PDF of ten pages, a Word file, a scan of five pages.

Each is a made-up report of the form of 2021, its prose repeated until the pages are full; CPU seconds on one core, medians.
"""

from __future__ import annotations

import statistics
import time

from extract import Page, extract
from tests.extract.sources import made, writers
from tests.extract.sources.made import Part
from tests.extract.sources.pdfs import Press, ReportLab, contents

PDF_PAGES, SCAN_PAGES = 10, 5
BARS = {"pdf": 2.0, "docx": 0.2, "scan": 60.0}  # seconds
ROUNDS = {"pdf": 5, "docx": 9, "scan": 1}


def main() -> bool:
    """Print the table. Returns whether every bar is held."""
    held = True
    print("documents, CPU seconds")
    for name, body in _bodies().items():
        seconds = statistics.median(_seconds(body, name) for _ in range(ROUNDS[name]))
        held = held and seconds <= BARS[name]
        print(f"  {name:<6}{len(body) // 1024:6d} KB {seconds:8.2f} s (bar {BARS[name]:g})")
    return held


def _seconds(body: bytes, name: str) -> float:
    extract(Page(b"<p></p>", "about:blank"))  # imports are start-up, measured elsewhere
    started = time.process_time()
    found = extract(Page(body, f"http://qinghe.example/nb.{name}"))
    if found.outcome != "ok" or not found.reports[0].tables:
        raise RuntimeError(f"the {name} was not read: {found.outcome}: {found.reason}")
    return time.process_time() - started


def _bodies() -> dict[str, bytes]:
    bodies = {"pdf": _pdf(), "docx": writers.docx(made.report())}
    return bodies | _scan()


def _pdf() -> bytes:
    """A report whose overview goes on until ten pages are full."""
    report, times = made.report(), 1
    while True:
        pen = ReportLab()
        press = Press(pen)
        body = press.print(contents(writers.html(_longer(report, times)).decode()))
        if press.number >= PDF_PAGES:
            return body
        times *= 2


def _scan() -> dict[str, bytes]:
    """Five pages as pictures; nothing without the extra `ocr`."""
    try:
        from tests.extract.sources import scans

        times = 1
        while len(pages := scans.Press().set(_longer(made.report(), times))) < SCAN_PAGES:
            times *= 2
        return {"scan": scans.file(pages[:SCAN_PAGES], "PDF")}
    except Exception as error:
        print(f"  scan: not measured: {error}")
        return {}


def _longer(report: list[Part], times: int) -> list[Part]:
    """The report with its first long paragraph printed so many times."""
    place = next(index for index, part in enumerate(report) if isinstance(part, made.Text) and len(part.text) > 30)
    return [*report[:place], *[report[place]] * times, *report[place + 1 :]]


if __name__ == "__main__":
    main()
