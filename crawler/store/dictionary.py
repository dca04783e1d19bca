"""What the ids in the database mean, as rows: eras, tables, rows, columns, rules, section kinds and metrics, with their Chinese labels."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from crawler.store import coverage
from crawler.store.files import read
from crawler.store.series import sources
from crawler.store.tables import (
    COLUMNS,
    COVERAGE_STATUSES,
    DEADLINES,
    ERAS,
    METRICS,
    OUTCOMES,
    ROWS,
    RULES,
    SECTION_KINDS,
    TABLES,
)
from extract.data import sections, templates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extract.data import Identity, Template

OTHER_PAGE_DIFFERS = "other_page_differs"
NOT_OURS = "unknown_local"  # the table id of tables that no template knows (DOMAIN.md section 13)


@cache
def dictionary() -> dict[str, list[dict[str, Any]]]:
    """The rows of every dictionary table, by table name; the order is that of the domain files."""
    return {
        ERAS.name: [
            {
                "era": era.id,
                "first_year": era.first_year,
                "last_year": era.last_year,
                "tables": _json(era.tables),
                "table_required": int(era.table_required),
            }
            for era in templates().eras
        ],
        TABLES.name: [*map(_table, templates().tables.values()), {"table_id": NOT_OURS, "title_zh": "地方统计表(无模板)"}],
        ROWS.name: [row for template in templates().tables.values() for row in _rows(template)],
        COLUMNS.name: [row for template in templates().tables.values() for row in _columns(template)],
        RULES.name: [*map(_rule, templates().identities), *_own_rules()],
        SECTION_KINDS.name: [
            {"kind": kind.id, "title_en": kind.title_en, "title_zh": kind.title_zh, "eras": _json(kind.eras)} for kind in sections().kinds
        ],
        METRICS.name: [*_measures(), *_prose_metrics()],
        DEADLINES.name: coverage.deadline_rows(),
        COVERAGE_STATUSES.name: coverage.status_rows(),
        OUTCOMES.name: coverage.outcome_rows(),
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _table(template: Template) -> dict[str, Any]:
    return {
        "table_id": template.id,
        "title_zh": template.title,
        "eras": _json(template.eras),
        "layout": template.layout,
        "unit": template.unit,
    }


def _rows(template: Template) -> Iterator[dict[str, Any]]:
    for position, row in enumerate(template.rows, 1):
        yield {
            "table_id": template.id,
            "row_id": row.id,
            "position": position,
            "number": row.number,
            "label_zh": row.label,
            "parent_row_id": row.parent,
            "kind": row.kind,
            "unit": row.unit or template.unit,
        }


def _columns(template: Template) -> Iterator[dict[str, Any]]:
    for position, column in enumerate(template.columns, 1):
        yield {
            "table_id": template.id,
            "column_id": column.id,
            "position": position,
            "label_zh": column.label,
            "group_zh": column.group,
            "unit": column.unit or template.unit,
            "signed": int(column.signed),
        }


def _rule(identity: Identity) -> dict[str, Any]:
    lhs, rhs = (
        identity.lhs or ((identity.text,) if identity.text else ()),
        identity.rhs or identity.any_of or identity.cell or identity.pairs,
    )
    return {
        "rule_id": identity.id,
        "basis": identity.basis,
        "eras": _json(identity.eras),
        "table_id": identity.table,
        "scope": identity.scope or "report",
        "per": identity.per,
        "lhs": _json(lhs) if lhs else None,
        "op": identity.op,
        "rhs": _json(rhs) if rhs else None,
        "definition": identity.rule,
        "note": identity.note,
    }


def _own_rules() -> Iterator[dict[str, Any]]:
    for rule_id, rule in read("own_rules.yaml").items():
        yield {"rule_id": rule_id, **rule}


# ------------------------------------------------------------------------------------------------ metrics


@cache
def _titles() -> dict[str, dict[str, str]]:
    return read("metric_titles.yaml")


def _title(metric: str) -> dict[str, str]:
    """A metric that has no line yet goes by its id: a missing name must not keep a report out."""
    return _titles().get(metric, {"en": metric})


def _measures() -> Iterator[dict[str, Any]]:
    for measure in templates().crosswalk:
        tables = templates().tables
        found = sources()[measure.id]
        eras = sorted({era for source in found for era in tables[source.table_id].eras})
        title = _title(measure.id)
        yield {
            "metric": measure.id,
            "title_en": title["en"],
            "title_zh": title.get("zh"),
            "unit": "件",
            "definition": title.get("note"),
            "eras": _json([era.id for era in templates().eras if era.id in eras]),
            "comparability": measure.comparability,
            "source_rows": _json([source.text for source in found]),
        }


def _prose_metrics() -> Iterator[dict[str, Any]]:
    """A row per metric of prose; one that two section kinds list (fees before and since 2019) is one metric."""
    kinds: dict[str, list[str]] = {}
    for metric in sections().metrics:
        kinds.setdefault(metric.id, []).append(metric.kind)
    units = {metric.id: metric.unit for metric in sections().metrics}
    for name, named in kinds.items():
        title = _title(name)
        yield {
            "metric": name,
            "title_en": title["en"],
            "title_zh": title.get("zh"),
            "unit": units[name],
            "definition": f"number in prose, mostly of {' or '.join(named)}" + (f"; {title['note']}" if "note" in title else ""),
            "eras": _json(["all"]),
        }
