"""Figures for made-up reports: every table adds up, and what one year carries over the next year takes in.

All randomness comes from a generator that the caller seeds, so that the same world is served on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import Random

from extract.data import templates

Cell = int | float | str | None
"""A printed cell: a number, text as it stands (减少2项, -), None for an empty cell."""

Rows = dict[str, dict[str, Cell]]
"""The cells of a table by row and column id."""

APPLICANTS = ("natural_person", "org_business", "org_research", "org_public_interest", "org_legal_service", "org_other")
_WEIGHTS = (70, 14, 1, 2, 8, 5)
_PARTS = ("upheld", "corrected", "other_result", "pending")


def matrix(table_id: str, random: Random, volume: int, carried_in: Mapping[str, int]) -> Rows:
    """The requests of a year: about `volume` new ones, `carried_in` by kind of applicant from the year before."""
    leaves = _results(table_id)
    counts: dict[str, dict[str, int]] = {row: dict.fromkeys(APPLICANTS, 0) for row in leaves}
    new, out, total = ({} for _ in range(3))
    for applicant, weight in zip(APPLICANTS, _WEIGHTS, strict=True):
        new[applicant] = random.randint(volume * weight // 125, volume * weight // 100)
        handled = new[applicant] + carried_in.get(applicant, 0)
        out[applicant] = random.randint(0, min(handled, 1 + volume // 40))
        total[applicant] = handled - out[applicant]
        for row, count in _spread(random, total[applicant], leaves):
            counts[row][applicant] = count
    first = {"new_requests": new, "carried_over_in": {one: carried_in.get(one, 0) for one in APPLICANTS}}
    rows = first | counts | {"results_total": total, "carried_over_out": out}
    return {row: {**line, "total": sum(line.values())} for row, line in rows.items()}


def carried_over(rows: Rows) -> dict[str, int]:
    """What a matrix hands on to the next year, by kind of applicant."""
    return {one: value for one in APPLICANTS if isinstance(value := rows["carried_over_out"][one], int)}


def _results(table_id: str) -> list[str]:
    """The rows of part three that are counted: neither heads nor (七)."""
    kinds = {row.id: row.kind for row in templates().tables[table_id].rows}
    outer = {"new_requests", "carried_over_in", "carried_over_out", "results_total"}
    return [row for row, kind in kinds.items() if kind == "data" and row not in outer]


def _spread(random: Random, total: int, rows: list[str]) -> list[tuple[str, int]]:
    """`total` over the rows: most requests are granted, many concern what is not held, the rest is rare."""
    weights = [30 if row == "granted" else 20 if row == "unavailable_not_held" else 6 if row == "granted_in_part" else 1 for row in rows]
    picked = random.choices(rows, weights, k=total)
    return [(row, picked.count(row)) for row in rows]


def reviews(random: Random, most: int) -> Rows:
    """Part four: three groups of four outcomes and their total."""
    row: dict[str, Cell] = {}
    for group in ("review", "litigation_direct", "litigation_after_review"):
        parts = {f"{group}_{part}": random.randint(0, most) for part in _PARTS}
        row |= {**parts, f"{group}_total": sum(parts.values())}
    return {"cases": row}


def list_table(table_id: str, random: Random, volume: int) -> Rows:
    """The table of 2013 or of 2014 to 2018: parts drawn, totals summed, amounts of money with decimals now and then."""
    values = _list_2014(random, volume) if table_id == "stats_2014" else _list_2013(random, volume)
    rows = templates().tables[table_id].rows
    return {row.id: {"value": values[row.id]} for row in rows if row.id in values}


def _parts(random: Random, names: Iterable[str], most: int) -> dict[str, Cell]:
    return {name: random.randint(0, most) for name in names}


def _sum(parts: Mapping[str, Cell]) -> int:
    return sum(value for value in parts.values() if isinstance(value, int))


def _split(random: Random, total: int, names: Iterable[str]) -> dict[str, Cell]:
    """`total` in parts; the first takes most of it."""
    rest, parts = total, {}
    first, *others = names
    for name in others:
        parts[name] = random.randint(0, rest // 3)
        rest -= parts[name]
    return {first: rest, **parts}


def _list_2014(random: Random, volume: int) -> dict[str, Cell]:
    channels = {f"proactive_{one}": random.randint(0, 9) * volume for one in ("gazette", "weibo", "wechat", "other_channels")}
    website = random.randint(9, 12) * volume + 20
    normative = random.randint(2, 9)
    received = _split(random, volume, ("requests_online", "requests_in_person", "requests_fax", "requests_letter"))
    answers = ("already_public", "granted_in_part", "not_this_agency", "nonexistent", "needs_correction", "other_channel")
    refused = _parts(random, (f"refused_{one}" for one in ("state_secret", "trade_secret", "privacy")), min(1, volume // 8))
    refused |= dict.fromkeys(("refused_security_stability", "refused_not_government_information", "refused_other_legal"), 0)
    answered = _split(random, volume - _sum(refused), ("answered_granted", *(f"answered_{one}" for one in answers)))
    staff = {"staff_full_time": random.randint(1, 4), "staff_part_time": random.randint(2, 30)}
    return {
        "proactive_total": website + random.randint(0, _sum(channels)),
        "proactive_normative_documents": normative,
        "normative_documents_issued": normative + random.randint(0, 5),
        "proactive_website": website,
        **channels,
        **_parts(random, ("hot_topics_responded", "policy_interpretations", "weibo_wechat_responses", "other_responses"), 40),
        "press_conferences": random.randint(3, 12),
        "press_conferences_by_principal": random.randint(0, 3),
        "online_interviews": random.randint(2, 9),
        "online_interviews_by_principal": random.randint(0, 2),
        **received,
        "requests_received": volume,
        **_split(random, volume, ("closed_on_time", "closed_extended")),
        "requests_closed": volume,
        **answered,
        "answered_refused": _sum(refused),
        **refused,
        "requests_answered": volume,
        **_totalled(random, "reviews", ("upheld", "corrected", "other")),
        **_totalled(random, "litigations", ("upheld", "corrected", "other")),
        "complaints": random.randint(0, 9),
        "fees_collected": random.choice((0, 0, 0.12)),
        "dedicated_offices": random.randint(1, 5),
        "reading_points": random.randint(1, 12),
        **staff,
        "staff_total": _sum(staff),
        "budget": random.choice((0, 3.5, 12)),
        **_parts(random, ("meetings_held", "trainings_held"), 6),
        "persons_trained": random.randint(20, 300),
    }


def _totalled(random: Random, total: str, outcomes: Iterable[str]) -> dict[str, Cell]:
    parts = _parts(random, (f"{total}_{one}" for one in outcomes), 3)
    return {**parts, total: _sum(parts)}


def _list_2013(random: Random, volume: int) -> dict[str, Cell]:
    proactive = {"gazette_documents": random.randint(20, 90), "proactive_website": 11 * volume, "press_conferences": random.randint(2, 20)}
    methods = ("requests_online", "requests_in_person", "requests_fax", "requests_letter", "requests_other_method")
    refused = _parts(
        random, (f"refused_{one}" for one in ("state_secret", "trade_secret", "privacy", "security_stability")), min(1, volume // 8)
    )
    answers = ("granted", "granted_in_part", "not_this_agency_or_nonexistent", "unclear_or_other_channel", "other_reason")
    return {
        **proactive,
        "proactive_total": _sum(proactive),
        **_split(random, volume, methods),
        "requests_received": volume,
        **_split(random, volume, ("closed_on_time", "closed_extended")),
        "requests_accepted": volume,
        **_split(random, volume - _sum(refused), (f"answered_{one}" for one in answers)),
        **refused,
        "answered_refused": _sum(refused),
        "requests_answered": volume,
        **_totalled(random, "reviews", ("upheld", "confirmed_illegal", "other_correction")),
        **_totalled(random, "litigations", ("upheld", "confirmed_illegal", "other_correction")),
        "complaints": random.randint(0, 9),
        "inquiries": 30 * volume,
        "fees_collected": 0,
    }


def part_two(era: str, random: Random, volume: int, before: Mapping[str, Rows]) -> dict[str, Rows]:
    """The small tables of part two, by table id. Stocks go on from `before`, the tables of the year before (none: they are drawn)."""
    return (_part_two_2021 if era == "form2021" else _part_two_2019)(random, volume, before)


def _stock(before: Mapping[str, Rows], table: str, row: str, columns: Iterable[str], drawn: int) -> int:
    """What the year before left in a row, its columns added up; `drawn` for a first year."""
    line = before.get(table, {}).get(row)
    return drawn if line is None else sum(value for column in columns if isinstance(value := line[column], int))


def _part_two_2021(random: Random, volume: int, before: Mapping[str, Rows]) -> dict[str, Rows]:
    stock = _stock(before, "form2021_art20_1", "normative_documents", ("in_force",), random.randint(8, 30))
    issued, repealed = random.randint(0, 4), random.randint(0, min(2, stock))
    documents: dict[str, Cell] = {"issued_this_year": issued, "repealed_this_year": repealed, "in_force": stock + issued - repealed}
    return {
        "form2021_art20_1": {"regulations": dict.fromkeys(documents, 0), "normative_documents": documents},
        "form2021_art20_5": {"administrative_licensing": {"decisions_this_year": 23 * volume}},
        "form2021_art20_6": {
            "administrative_penalty": {"decisions_this_year": 3 * volume},
            "administrative_coercion": {"decisions_this_year": random.randint(0, volume)},
        },
        "form2021_art20_8": {"administrative_fees": {"fee_amount": random.choice((0, 118.6, 2036.47))}},
    }


def _part_two_2019(random: Random, volume: int, before: Mapping[str, Rows]) -> dict[str, Rows]:
    made = random.randint(0, 9)
    stock = _stock(before, "form2019_art20_1", "normative_documents", ("disclosed_total",), random.randint(5, 80))
    licensing = ("administrative_licensing", "other_external_services")
    penalties = ("administrative_penalty", "administrative_coercion")
    fees = _items(random, volume, before, "form2019_art20_8", "administrative_fees")
    amount = f"{random.randint(100, 9000) + 0.5}万元"
    return {
        "form2019_art20_1": {
            "regulations": {"newly_made": 0, "newly_disclosed": 0, "disclosed_total": 0},
            "normative_documents": {"newly_made": made, "newly_disclosed": made, "disclosed_total": stock + made},
        },
        "form2019_art20_5": {name: _items(random, volume, before, "form2019_art20_5", name) for name in licensing},
        "form2019_art20_6": {name: _items(random, volume, before, "form2019_art20_6", name) for name in penalties},
        "form2019_art20_8": {"administrative_fees": {name: fees[name] for name in ("items_previous_year", "items_change")}},
        "form2019_art20_9": {"centralized_procurement": {"procurement_projects": volume, "procurement_amount": amount}},
    }


def _items(random: Random, volume: int, before: Mapping[str, Rows], table: str, row: str) -> dict[str, Cell]:
    stock = _stock(before, table, row, ("items_previous_year", "items_change"), random.randint(10, 300))
    return {"items_previous_year": stock, "items_change": random.randint(-5, 5), "decisions": random.randint(0, 40) * volume}
