"""Parquet, by pyarrow: typed columns, compressed by zstd; texts are as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from crawler.export.tables import Exported

TYPES = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64()}
GROUP = 20_000  # rows of a row group: what a reader loads at a time


class Parquet:
    """A file a table."""

    suffix = "parquet"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.RecordBatch] = []

    def begin(self, table: Exported) -> None:
        """A file with its schema."""
        self._schema = pa.schema([(name, TYPES[kind]) for name, kind in table.fields.items()])
        self._writer = pq.ParquetWriter(self._folder / f"{table.name}.parquet", self._schema, compression="zstd")

    def rows(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Rows, gathered to a row group."""
        arrays = [_array(values, field.type) for values, field in zip(zip(*rows, strict=True), self._schema, strict=True)]
        self._waiting.append(pa.record_batch(arrays, schema=self._schema))
        if sum(batch.num_rows for batch in self._waiting) >= GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._waiting and self._writer is not None:
            self._writer.write_table(pa.Table.from_batches(self._waiting))
            self._waiting.clear()

    def end_table(self) -> None:
        """Writes the last row group and the foot of the file."""
        self._flush()
        self.drop()

    def end(self) -> None:
        """Nothing is left open."""

    def drop(self) -> None:
        """Closes the file."""
        if self._writer is not None:
            self._writer.close()


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """A column; SQLite gives whole numbers as int, which a column of fractions does not take beyond 2**53."""
    if kind == TYPES["number"]:
        values = [None if value is None else float(value) for value in values]
    return pa.array(values, kind)
