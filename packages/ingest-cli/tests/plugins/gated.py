"""A source for tests, found by its entry point as anyone's: it stands at a gate, fails as often as it is told, or both.

The rows are the whole numbers of a file. A gate is two named pipes: by ``<object>.entered`` it says that it has come,
and which processes it began; ``<object>.go`` is opened by the test to let it go on.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import pyarrow as pa
from ingest_core.plugin import Batch, Checkpoint, Cursor, JobError, SourceContext, Split, Stream, TransientError
from pydantic import BaseModel, ConfigDict

SCHEMA = pa.schema([("id", pa.int64())])
ERRORS = {"passing": TransientError, "lasting": JobError, "bug": ValueError}


class Options(BaseModel):
    """What is dialled."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    gate: bool = False
    child: Literal["none", "program", "fork"] = "none"
    fail_times: int = 0
    fail_by: Literal["passing", "lasting", "bug"] = "passing"


class GatedSource:
    """Reads whole numbers, one a line."""

    Options = Options
    failed = 0

    def __init__(self, context: SourceContext) -> None:
        self._options = Options.model_validate(context.options.model_dump())
        ((self._name, said),) = context.objects.items()
        self._file: Path = context.home / said["path"]

    def check(self) -> None:
        """See that the file is there."""
        self._file.stat()

    def streams(self) -> Sequence[Stream]:
        """Stand at the gate, then describe the file."""
        if self._options.gate:
            self._stand()
        return [Stream(self._name, SCHEMA)]

    def splits(self, stream: Stream, since: Cursor) -> Sequence[Split]:
        """Read what came behind the rows that were read before."""
        first, end = int(since.get("rows", 0)), len(self._numbers())
        return [Split(stream, {"first": first, "end": end})] if end > first else []

    def read(self, split: Split) -> Iterator[Batch | Checkpoint]:
        """Read, and fail behind the first row as long as it is told to."""
        numbers = self._numbers()[split.position["first"] : split.position["end"]]
        yield Batch(self._name, self._batch(numbers[:1]), self._file.name)
        if GatedSource.failed < self._options.fail_times:
            GatedSource.failed += 1
            raise ERRORS[self._options.fail_by](f"told to fail, {GatedSource.failed}")
        yield Batch(self._name, self._batch(numbers[1:]), self._file.name)
        yield Checkpoint(self._name, {"rows": split.position["end"]})

    def _numbers(self) -> list[int]:
        return [int(line) for line in self._file.read_text(encoding="utf-8").splitlines()]

    def _batch(self, numbers: Sequence[int]) -> pa.RecordBatch:
        return pa.record_batch([pa.array(numbers, pa.int64())], schema=SCHEMA)

    def _stand(self) -> None:
        with self._pipe("entered").open("w") as entered:
            entered.write(f"{os.getpid()} {self._child()}")
        with self._pipe("go").open():
            """Opened only together with the other end."""

    def _pipe(self, name: str) -> Path:
        return self._file.with_name(f"{self._name}.{name}")

    def _child(self) -> int:
        """Begin a process that outlives this one, as a carelessly written connector might."""
        if self._options.child == "program":
            return subprocess.Popen(["/bin/sleep", "600"]).pid
        if self._options.child == "fork":
            child = os.fork()
            while child == 0:
                signal.pause()
            return child
        return 0
