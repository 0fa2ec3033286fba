"""What an asset's page shows: of its table as described, and of each run that landed in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

import dagster as dg
import pyarrow as pa
from ingest_core import Redactor, Report

from ingest_dagster.facts import JobFacts, TableFacts

_LARGEST_SHOWN = 2**53
"""Source: ECMA-262, Number.MAX_SAFE_INTEGER."""

Told = Mapping[str, dg.MetadataValue | dg.TableSchema]


def described(job: JobFacts, table: TableFacts) -> Told:
    """Give what is known of a table before any run."""
    columns = [_column(each.name, each.type, each.description, is_key=each.is_key) for each in table.columns]
    told: dict[str, dg.MetadataValue | dg.TableSchema] = {
        "dagster/table_name": dg.MetadataValue.text(".".join(table.key[1:])),
        "job": dg.MetadataValue.text(job.name),
        "job_file": dg.MetadataValue.text(str(job.file)),
        "connector": dg.MetadataValue.text(job.connector),
    }
    if columns:
        told["dagster/column_schema"] = dg.TableSchema(columns)
    return told


def landed(table: TableFacts, report: Report, columns: pa.Schema | None, redactor: Redactor) -> Told:
    """Give what a run did to a table. Numbers are drawn over time by Dagster.

    Args:
        table: The table.
        report: The run's report.
        columns: The table's columns after the last commit; ``None`` where it was not read back.
        redactor: Masks the position: what an API gave as one may be anything.
    """
    own = [each for each in report.objects if each.name in table.objects]
    told: dict[str, dg.MetadataValue | dg.TableSchema] = {
        "rows_read": dg.MetadataValue.int(sum(each.rows for each in own)),
        "rows_written": dg.MetadataValue.int(sum(each.written for each in own)),
        "rows_rejected": dg.MetadataValue.int(sum(each.rejected for each in own)),
        "files": dg.MetadataValue.int(sum(each.files for each in own)),
        "bytes": dg.MetadataValue.int(sum(each.size for each in own)),
        "seconds": dg.MetadataValue.float(round(sum(each.seconds for each in own), 3)),
        "run_id": dg.MetadataValue.text(report.run_id),
    }
    total = next((each.total_rows for each in reversed(own) if each.total_rows is not None), None)
    if total is not None:
        told["dagster/row_count"] = dg.MetadataValue.int(total)
    # As text: the number is larger than what a page's script can hold, and no quantity.
    told |= _texts({"snapshot_id": [each.snapshot_id for each in own], "nessie_commit": [each.commit for each in own]})
    told |= dict(_cursors({each.name: each.cursor and redactor.text(each.cursor) for each in own}))
    if columns is not None:
        told["dagster/column_schema"] = _schema(table, columns)
    return told


def _texts(found: Mapping[str, Sequence[object]]) -> Told:
    last = {name: next((each for each in reversed(values) if each is not None), None) for name, values in found.items()}
    return {name: dg.MetadataValue.text(str(value)) for name, value in last.items() if value is not None}


def _cursors(texts: Mapping[str, str | None]) -> Iterator[tuple[str, dg.MetadataValue]]:
    for name, text in texts.items():
        if text is None:
            continue
        key = "cursor" if len(texts) == 1 else f"cursor of {name}"
        try:
            yield key, dg.MetadataValue.json(json.loads(text, parse_int=_shown))
        except ValueError:  # too long to be shown whole
            yield key, dg.MetadataValue.text(f"{text}...")


def _shown(digits: str) -> int | str:
    """Keep as text an integer that a page's script would round."""
    return int(digits) if abs(int(digits)) <= _LARGEST_SHOWN else digits


def _schema(table: TableFacts, columns: pa.Schema) -> dg.TableSchema:
    said = {each.name: each for each in table.columns}
    return dg.TableSchema(
        [
            _column(
                column.name,
                str(column.type),
                said[column.name].description if column.name in said else "",
                is_key=column.name in said and said[column.name].is_key,
                nullable=column.nullable,
            )
            for column in columns
        ]
    )


def _column(name: str, kind: str, description: str, *, is_key: bool, nullable: bool = True) -> dg.TableColumn:
    constraints = dg.TableColumnConstraints(nullable=nullable and not is_key, other=["key"] if is_key else [])
    return dg.TableColumn(name, kind or "as the source has it", description or None, constraints)
