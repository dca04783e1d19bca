"""A page of an archived PDF as a picture, with the figure that was read from it outlined.

The file is anybody's, and the renderer is a large C++ library: it works in a process of its own, with bounds on memory and time
(RELIABILITY 1.6), whose death costs one picture.
"""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from io import BytesIO
from typing import TYPE_CHECKING, Any

from share.marking import part_of

if TYPE_CHECKING:
    from share.marking import Wanted

SECONDS = 20  # for a page
MEMORY = 1 << 30  # bytes of address space
SCALE = 1.6  # 115 dpi: legible, 150 KB
MAX_PIXELS = 12_000_000
MARGIN = 3
_PAGE = re.compile(r"page (?P<page>\d{1,5})\b")


def picture(body: bytes, wanted: Wanted) -> bytes | None:
    """PNG of the page that a locator names (the first without one), its figure outlined; None where it cannot be rendered."""
    match = _PAGE.search(part_of(wanted.locator)[1])
    words = wanted.phrase or wanted.raw
    command = [sys.executable, "-m", "share.documents", match["page"] if match else "1", words.encode("utf-8", "replace").hex() or "-"]
    try:
        done = subprocess.run(command, input=body, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - our own module, no shell
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 and done.stdout.startswith(b"\x89PNG") else None


def _render(body: bytes, number: int, words: str) -> bytes:
    import pypdfium2

    document = pypdfium2.PdfDocument(body)
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(SCALE, (MAX_PIXELS / max(1.0, width * height)) ** 0.5)
    image = page.render(scale=scale).to_pil()
    _outline(image, page, words, scale, height)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _outline(image: Any, page: Any, words: str, scale: float, height: float) -> None:
    """A frame around each place of the page that holds the words as a whole; several places get a thin one."""
    from PIL import ImageDraw

    boxes = _boxes(page.get_textpage(), words) if words.strip() else []
    draw = ImageDraw.Draw(image)
    for left, bottom, right, top in boxes:
        box = (left * scale - MARGIN, (height - top) * scale - MARGIN, right * scale + MARGIN, (height - bottom) * scale + MARGIN)
        draw.rectangle(box, outline=(209, 54, 27), width=4 if len(boxes) == 1 else 2)


def _boxes(text: Any, words: str) -> list[tuple[float, float, float, float]]:
    """Where the words stand, not as part of a longer number."""
    search = text.search(unicodedata.normalize("NFKC", words).strip(), match_whole_word=words.strip().isdecimal())
    found: list[tuple[float, float, float, float]] = []
    while (hit := search.get_next()) and len(found) < 200:
        start, count = hit
        found += [text.get_rect(number) for number in range(text.count_rects(start, count))]
    return found


def _main() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    number, words = int(sys.argv[1]), "" if sys.argv[2] == "-" else bytes.fromhex(sys.argv[2]).decode("utf-8", "replace")
    sys.stdout.buffer.write(_render(sys.stdin.buffer.read(), number, words))


if __name__ == "__main__":
    _main()
