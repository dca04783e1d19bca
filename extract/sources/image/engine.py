"""The recogniser: RapidOCR with the models of its wheel (PP-OCRv6 small), one thread, loaded once a process.

Two questions are asked of it: where are lines of text (`detect`), and what does a crop of one line say (`recognise`). The models come
inside the package `rapidocr`, so nothing is fetched at run time (STACK.md 3g).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import cv2
import numpy as np
from rapidocr import RapidOCR

from extract.sources.image.shapes import Box, Pixels, Reading

_HEIGHT = 48
"""Pixels of a line as the recogniser takes it; a crop is scaled to it."""

_BATCH_WIDTH = 2400
"""Pixels of all crops of a batch side by side: what bounds the memory of a call (some 100 MB)."""

_DETECTED_TEXT = 20
"""Pixels of a character in the picture that lines are looked for in: time and memory grow with its square, nothing is gained above."""

_TILE = 1408
"""Pixels of a side of the pieces that a picture is searched in."""

_DOUBT = 0.8
"""Confidence under which a line is looked at twice."""

_DISPUTED = 0.5
"""Highest confidence of a line that was read in two ways."""

_ALIKE = frozenset("()（）:：;；,，、。 “”‘’\"'《》")
"""Marks whose narrow and wide forms look alike, so that the recogniser is of two minds about them; no number holds one but the comma."""

_PARAMS = {
    "Global.log_level": "critical",
    "Global.return_word_box": True,  # with it comes the probability of each character
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,  # a worker has a core; two pools of threads would fight for it
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "Det.limit_type": "max",  # a small picture stays small
    "Det.limit_side_len": _TILE,
    "Rec.rec_img_shape": [3, _HEIGHT, _HEIGHT],  # no crop is padded to more than its neighbours: figures cost a fifth
    "Rec.rec_batch_num": 64,
}


@cache
def _engine() -> RapidOCR:
    cv2.setNumThreads(1)
    return RapidOCR(params=_PARAMS)


def recognise(crops: Sequence[Pixels]) -> list[Reading]:
    """What each crop of one line says, in the order given. A crop of no size reads as "" with confidence 0.

    A line whose reading is in doubt is looked at once more, smaller on more paper. Where both looks agree, the better confidence holds;
    where they differ, the surer text is taken and its confidence stays low: one of them was wrong.
    """
    readings = _read(crops)
    doubted = [index for index, reading in enumerate(readings) if reading.confidence < _DOUBT and crops[index].size]
    for index, again in zip(doubted, _read([_on_more_paper(crops[index]) for index in doubted]), strict=True):
        readings[index] = _agreed(readings[index], again)
    return readings


def _read(crops: Sequence[Pixels]) -> list[Reading]:
    readings = [Reading("", 0.0)] * len(crops)
    for batch in _batches(crops):
        found: Any = _engine().recognize_txt([cv2.cvtColor(crops[index], cv2.COLOR_GRAY2BGR) for index in batch])
        for index, text, letters in zip(batch, found.txts, found.word_results, strict=True):
            readings[index] = Reading(text, _lowest(text, letters.confs))
    return readings


def _on_more_paper(crop: Pixels) -> Pixels:
    room = max(crop.shape[0] // 5, 1)
    return cv2.copyMakeBorder(crop, room, room, room, room, cv2.BORDER_CONSTANT, value=(255,))


def _agreed(first: Reading, again: Reading) -> Reading:
    surer = max(first, again, key=lambda one: one.confidence)
    return surer if first.text == again.text else Reading(surer.text, min(surer.confidence, _DISPUTED))


def _lowest(text: str, probabilities: Sequence[float]) -> float:
    """The lowest probability among the characters of a line; those of `_ALIKE` count only where there is nothing else."""
    if not text:
        return 0.0
    matter = [sure for letter, sure in zip(text, probabilities, strict=True) if letter not in _ALIKE]
    return float(min(matter or probabilities))


def _batches(crops: Sequence[Pixels]) -> Iterator[list[int]]:
    """Crops of about the same shape together, as many as the bound on width allows."""
    sized = sorted((_width(crop), index) for index, crop in enumerate(crops) if crop.size)
    batch: list[int] = []
    for width, index in sized:
        if batch and width * (len(batch) + 1) > _BATCH_WIDTH:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _width(crop: Pixels) -> int:
    return int(_HEIGHT * max(crop.shape[1] / crop.shape[0], 1))


def detect(grey: Pixels, text_height: float) -> list[Box]:
    """The boxes of lines of text, from top to bottom; `text_height` is that of most characters, in pixels."""
    scale = min(_DETECTED_TEXT / text_height, 1.0)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    found = [box for top, bottom in _tiles(small) for box in _detected(small[top:bottom], top)]
    boxes = [Box(*(round(edge / scale) for edge in box)) for box in found]
    return sorted(boxes, key=lambda box: (box.top, box.left))


def _detected(tile: Pixels, top: int) -> Iterator[Box]:
    found: Any = _engine()(cv2.cvtColor(tile, cv2.COLOR_GRAY2BGR), use_det=True, use_cls=False, use_rec=False)
    height, width = tile.shape[:2]
    for corners in [] if found.boxes is None else found.boxes:
        (left, upper), (right, lower) = np.min(corners, axis=0), np.max(corners, axis=0)
        box = Box(max(int(left), 0), max(int(upper), 0), min(int(right) + 1, width), min(int(lower) + 1, height))
        if box.width > 0 and box.height > 0:
            yield box.moved(0, top)


def _tiles(grey: Pixels) -> Iterator[tuple[int, int]]:
    """Top and bottom of pieces of a long picture, cut where a row of pixels is the calmest."""
    top, height = 0, grey.shape[0]
    while height - top > _TILE:
        unrest = grey[top + _TILE // 2 : top + _TILE].std(axis=1)
        cut = top + _TILE // 2 + int(np.flatnonzero(unrest <= unrest.min() + 1)[-1])
        yield top, cut
        top = cut
    yield top, height
