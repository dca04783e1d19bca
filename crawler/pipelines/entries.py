"""What listings name, with the verdict on each: rows of `listing_entries`, rejected ones too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.archive import ledger
from crawler.extensions.run import now
from crawler.items import Entries as EntriesItem
from crawler.pipelines import Pipeline

if TYPE_CHECKING:
    from crawler.worker import Judged


class Entries(Pipeline):
    """Stores judged entries and counts why some were turned away; passes everything else on."""

    async def process_item(self, item: Any) -> Any:
        """The item."""
        if isinstance(item, EntriesItem):
            counts = self.run.counts(item.portal_id)
            counts.listed += len(item.judged)
            counts.accepted += sum(judged.verdict.accepted for judged in item.judged)
            self.run.rejects.update(judged.verdict.reason for judged in item.judged if not judged.verdict.accepted)
            rows = [_row(judged) for judged in item.judged]
            counts.entries += rows
            run = self.run
            await run.stored(lambda store: ledger.record_entries(store, run.archive, run.id, item.portal_id, rows, now()), item.portal_id)
        return item


def _row(judged: Judged) -> dict[str, Any]:
    entry, verdict = judged.entry, judged.verdict
    return {
        "url": entry.url,
        "title": entry.title,
        "listed_on": entry.listed_on.isoformat() if entry.listed_on else None,
        "agency_hint": entry.agency_hint,
        "verdict": "accepted" if verdict.accepted else "rejected",
        "reason": verdict.reason,
    }
