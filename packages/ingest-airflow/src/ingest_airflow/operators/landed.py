"""What of a run's report Airflow keeps, as XCom and with an asset's event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def landed(answer: Mapping[str, Any], objects: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Tell what objects of a run landed.

    Args:
        answer: The run's report, masked.
        objects: Those of its objects that are meant.

    Returns:
        Numbers of rows, files and bytes; for one table ``snapshot_id``, ``total_rows``, ``commit`` and ``cursor``, for
        several ``tables``, with these for each. Ids are text: they are larger than what JavaScript can hold.
    """
    tables: dict[str, list[Mapping[str, Any]]] = {}
    for each in objects:
        tables.setdefault(each["table"], []).append(each)
    told = {
        "run_id": answer["run_id"],
        "outcome": answer["outcome"],
        "rows": sum(each["rows"] for each in objects),
        "rows_written": sum(each["written"] for each in objects),
        "rows_rejected": sum(each["rejected"] for each in objects),
        "files": sum(each["files"] for each in objects),
        "bytes": sum(each["size"] for each in objects),
        "seconds": answer["seconds"],
    }
    if len(tables) == 1:
        return {**told, **_table(objects)}
    return {**told, "tables": {name: _table(own) for name, own in tables.items()}}


def _table(own: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Give the last that is known of a table."""
    found = {
        name: next((each[name] for each in reversed(own) if each[name] is not None), None)
        for name in ("snapshot_id", "total_rows", "commit", "cursor")
    }
    found["snapshot_id"] = None if found["snapshot_id"] is None else str(found["snapshot_id"])
    return {"rows": sum(each["rows"] for each in own), **{k: v for k, v in found.items() if v is not None}}
