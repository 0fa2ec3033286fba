"""The source. Its rows are read from a cursor on, the boundary's rows included; those that were seen are left out."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from ingest_core.plugin import Batch, Checkpoint, Cursor, JobError, SourceContext, Split, Stream, TransientError
from pydantic import BaseModel, ConfigDict, Field

from dialled.world import SCHEMA, Row, World, batch_of


class Options(BaseModel):
    """What is dialled.

    ``order: cursor`` reads one split in the order of the cursor and may be gone on from after each checkpoint; ``order:
    scan`` reads ``splits`` of them, each in the order of the file, and only all of them together make up a position.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    order: Literal["cursor", "scan"] = "cursor"
    splits: int = Field(default=2, ge=1)
    batch_rows: int = Field(default=3, ge=1)
    checkpoint_batches: int = Field(default=2, ge=1)
    fail_after: int | None = Field(default=None, ge=0)
    fail_by: Literal["passing", "lasting", "bug", "kill"] = "passing"
    incremental: bool = True
    keyed: bool = True


class DialledSource:
    """Reads worlds.

    Args:
        context: The objects with their ``path``, and the :class:`Options`.
    """

    Options = Options

    def __init__(self, context: SourceContext) -> None:
        self._options = Options.model_validate(context.options.model_dump())
        self._worlds = {name: World(context.home / said["path"]) for name, said in context.objects.items()}

    def check(self) -> None:
        """See that every world is there."""
        for world in self._worlds.values():
            world.rows()

    def streams(self) -> Sequence[Stream]:
        """Describe the objects."""
        keyed = {"key": ("id",), "cursor": "at", "deleted": "gone"} if self._options.keyed else {}
        resumable = self._options.order == "cursor"
        return [Stream(name, SCHEMA, resumable=resumable, **keyed) for name in self._worlds]  # type: ignore[arg-type]  # as the fields are typed

    def splits(self, stream: Stream, since: Cursor) -> Sequence[Split]:
        """Divide what lies at and beyond the cursor; the watermark is taken now."""
        rows = self._beyond(stream.name, since)
        if not rows and since:
            return []
        count = self._options.splits if self._options.order == "scan" else 1
        whole = _cursor(self._worlds[stream.name].rows()) if self._options.incremental else {}
        return [
            Split(stream, {"part": part, "of": count, "since": dict(since), "whole": whole}) for part in range(count)
        ]

    def read(self, split: Split) -> Iterator[Batch | Checkpoint]:
        """Read a split, failing where it was dialled."""
        name, place = split.stream.name, split.position
        rows = [row for row in self._beyond(name, place["since"]) if _is_within(row, place["whole"])]
        rows = rows[place["part"] :: place["of"]]
        if self._options.order == "cursor":
            rows.sort(key=lambda row: row.at)
        batches = [rows[at : at + self._options.batch_rows] for at in range(0, len(rows), self._options.batch_rows)]
        given: list[Row] = []
        for number, batch in enumerate(batches, 1):
            self._fail(len(given))
            yield Batch(name, batch_of(batch), name)
            given += batch
            if self._options.order == "cursor" and number % self._options.checkpoint_batches == 0:
                yield Checkpoint(name, self._reached(place["since"], given))
        self._fail(len(given))
        yield Checkpoint(name, place["whole"])

    def _beyond(self, name: str, since: Cursor) -> list[Row]:
        rows = self._worlds[name].rows()
        if not since or not self._options.incremental:
            return rows
        seen = set(since["ties"])
        return [row for row in rows if row.at >= since["at"] and row.digest() not in seen]

    def _reached(self, since: Cursor, given: Sequence[Row]) -> dict[str, Any]:
        reached = _cursor(given)
        if since and reached.get("at") == since["at"]:
            reached["ties"] = sorted({*reached["ties"], *since["ties"]})
        return reached

    def _fail(self, given: int) -> None:
        after = self._options.fail_after
        if after is None or given < after:
            return
        if self._options.fail_by == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        errors = {"passing": TransientError, "lasting": JobError, "bug": ValueError}
        raise errors[self._options.fail_by](f"dialled to fail after {after} rows")


def _is_within(row: Row, whole: Cursor) -> bool:
    """Tell whether a row was there when the watermark was taken; a later one is left to the next run."""
    return not whole or row.at < whole["at"] or row.digest() in whole["ties"]


def _cursor(rows: Sequence[Row]) -> dict[str, Any]:
    """Give the greatest cursor, and which rows were seen at it: others may come with the same."""
    if not rows:
        return {}
    last = max(row.at for row in rows)
    return {"at": last, "ties": sorted(row.digest() for row in rows if row.at == last)}
