"""Cells whose characters a recogniser was not sure of.

Such a cell keeps its reading where the form does not contradict it, and a finding says how sure it is. Where the form contradicts it,
or where it is no number at all, what its characters are mistaken for is tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product

from extract.data import templates
from extract.model import Grid, TableCell
from extract.tables.doubtful.deciding import Held, Key, Question, Value, decide, statuses
from extract.tables.doubtful.known import held
from extract.tables.drafts import UNKNOWN, Draft
from extract.tables.lines import read_value

SURE = 0.9
"""Confidence from which characters are taken as printed. Recognisers are wrong in one of some hundred characters that they rate below."""
RECOVERED = "characters decided by the sums of the form"
_SHAPES = ("0OoQD〇○", "1lI|丨!", "5Ss", "8B", "2Zz", "6b", "9gq", "7")
_DIGITS_ALIKE = ("609", "83", "71")
_DASHES = frozenset("一-—–―－ー_")
_READINGS_MAX, _LETTERS_MAX = 64, 6


def unsure(grid: Grid) -> dict[str, float]:
    """By locator, how sure the characters are of those cells of a grid that are not beyond doubt."""
    return {cell.locator: cell.confidence for row in grid.rows for cell in row if cell.confidence < SURE}


def settle(draft: Draft, table_id: str, confidence: Mapping[str, float]) -> None:
    """Marks the unsure cells of a table with findings; takes the one reading that the form allows in place of one that it rejects."""
    doubted = {key: cell for key, cell in draft.cells.items() if cell.locator in confidence}
    if not doubted:
        return
    for key, cell in doubted.items():
        if cell.state == "blank" and not cell.recovered:
            draft.cells[key] = cell._replace(state="text")
    found = _decided(draft, table_id, doubted) if table_id != UNKNOWN else {}
    for key, cell in doubted.items():
        draft.cells[key], readings = found.get(key, (draft.cells[key], []))
        evidence = {"confidence": confidence[cell.locator], "raw": cell.raw, "locator": cell.locator, "readings": readings}
        draft.find("cell_reading", ".".join(key), "not_assessable", None, **evidence)


def _decided(draft: Draft, table_id: str, doubted: Mapping[Key, TableCell]) -> dict[Key, tuple[TableCell, list[str]]]:
    """The cells that cannot stay as they were read, as they are now, with the readings that were tried."""
    known = held(draft, table_id)
    wrong = list(_contradicted(known, doubted))
    readings = {key: _readings(table_id, key, draft.cells[key].raw) for key in wrong}
    asked = [key for key in wrong if readings[key]]
    sure = Held(table_id, {key: cell for key, cell in known.cells.items() if key not in asked}, known.lost, known.gaps)
    answers = decide(sure, [Question((key,), tuple((value,) for value in readings[key])) for key in asked])
    taken = {key: list(readings[key])[answer.taken] for key, answer in zip(asked, answers, strict=True) if answer.taken is not None}
    return {key: (_as(draft.cells[key], taken.get(key)), list(readings[key].values())) for key in wrong}


def _contradicted(known: Held, doubted: Iterable[Key]) -> Iterator[Key]:
    """Cells that are no number, and those that some identity contradicts while no sum confirms them."""
    by_cell = statuses(known)
    for key in doubted:
        found = by_cell.get(key, [])
        violated = any(status == "violated" for _, status in found)
        confirmed = any(op == "==" and status == "holds" for op, status in found)
        if known.cells[key].state == "text" or (violated and not confirmed):
            yield key


def _as(cell: TableCell, value: Value | None) -> TableCell:
    """The cell with the value that was decided; without any where none was."""
    if value is None:
        return cell._replace(value=None, state="text")
    if value == (cell.value, cell.state):
        return cell
    return cell._replace(value=value.value, state=value.state, recovered=RECOVERED)


# ------------------------------------------------------------------------------------------------ what characters are mistaken for


def _readings(table_id: str, key: Key, raw: str) -> dict[Value, str]:
    """What the cell may say, the text as it was read first: numbers and dashes, each with one text that says it."""
    signed = templates().tables[table_id].column(key[1]).signed
    found: dict[Value, str] = {}
    for text in islice(_texts(raw), _READINGS_MAX):
        value = read_value(text, signed)
        if value.state in ("number", "dash"):
            found.setdefault(Value(value.value, value.state), text)
    return found


def _texts(raw: str) -> Iterator[str]:
    """The text, and every text whose characters look like it. One stroke that lies down is a dash, or 一."""
    yield raw
    if raw and set(raw) <= _DASHES:
        yield from ("-", "1")
    elif len(raw) <= _LETTERS_MAX:
        yield from map("".join, product(*(_alike(letter) for letter in raw)))
    else:
        yield from (raw[:index] + other + raw[index + 1 :] for index, letter in enumerate(raw) for other in _alike(letter) if len(raw) < 40)


def _alike(letter: str) -> str:
    """The digits that a character may be; the character itself where it looks like none."""
    digit = next((shape[0] for shape in _SHAPES if letter in shape), letter)
    others = "".join(other for group in _DIGITS_ALIKE if digit in group for other in group if other != digit)
    return digit + others
