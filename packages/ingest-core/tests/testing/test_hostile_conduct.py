"""A source whose messages are wrong, or that reads as it must not, is caught by one check, and by no other."""

from __future__ import annotations

import base64
import datetime as dt
import itertools
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NoReturn

import pyarrow as pa
import pytest
from ingest_core.plugin import Batch, Checkpoint, Cursor, JobError, Split, Stream, TransientError
from ingest_core.testing import CHECKS, MemorySource

BrokenChecks = Callable[[type[MemorySource]], set[str]]
Message = Batch | Checkpoint
SECRET = "hunter2-and-more"  # noqa: S105  # a canary, the one that the fixture's system is made with
LEFT: list[Callable[[], object]] = []
"""Ends what misbehaviours leave behind."""


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    yield
    while LEFT:
        LEFT.pop()()


class GivesItsColumnsInAnotherOrder(MemorySource):
    def rows(self, rows: pa.Table) -> pa.Table:
        return rows.select(rows.column_names[::-1])


class GivesOtherTypesThanPromised(MemorySource):
    def rows(self, rows: pa.Table) -> pa.Table:
        return (
            rows.cast(pa.schema([rows.schema.field(0).with_type(pa.int32()), *[*rows.schema][1:]]))
            if (rows.schema.field(0).type == pa.int64() and rows.column_names[0] == "id")
            else rows
        )


class NamesAnotherStream(MemorySource):
    def batch(self, split: Split, at: int) -> Batch:
        return replace(super().batch(split, at), stream="other")


class SaysNotWhereRowsAreFrom(MemorySource):
    def origin(self) -> str:
        return ""


class GivesRowsBehindItsLastCheckpoint(MemorySource):
    resumable = False

    def read(self, split: Split) -> Iterator[Message]:
        held: Batch | None = None
        for message in super().read(split):
            if isinstance(message, Batch):
                held = message
            else:
                yield message
                yield from [held] if held else []


class GivesUpAtOnce(MemorySource):
    def is_patient(self) -> bool:
        return False


class HoldsAMomentInItsCursor(MemorySource):
    def cursor(self, number: int, reached: int) -> Cursor:
        return {**super().cursor(number, reached), "at_last": dt.datetime(2024, 1, 1, tzinfo=dt.UTC)}

    def splits(self, stream: Stream, since: Cursor) -> Sequence[Split]:
        return super().splits(stream, {name: value for name, value in since.items() if name != "at_last"})


class HoldsATupleInItsCursor(HoldsAMomentInItsCursor):
    def cursor(self, number: int, reached: int) -> Cursor:
        return {**super().cursor(number, reached), "at_last": ("a", "b")}


class HoldsAllThatWasReadInItsCursor(HoldsAMomentInItsCursor):
    def cursor(self, number: int, reached: int) -> Cursor:
        return {**super().cursor(number, reached), "at_last": "read " * 4000}


class CountsOnTheOrderOfItsSplits(MemorySource):
    def splits(self, stream: Stream, since: Cursor) -> Sequence[Split]:
        through, rows = since.get("read_through", [-1, 0])
        said = {str(number): self.count(number) for number in range(through)} | {str(through): rows}
        known = {name: value for name, value in since.items() if name != "read_through"}
        return super().splits(stream, {**known, "read": said} if "at" not in since else since)

    def cursor(self, number: int, reached: int) -> Cursor:
        return {"read_through": [number, reached]}


class PutsASecretInItsSplits(MemorySource):
    def position(self, number: int, begin: int) -> Mapping[str, Any]:
        return {**super().position(number, begin), "url": f"https://somebody:{SECRET}@host/"}


class PutsASecretInItsCursor(HoldsAMomentInItsCursor):
    def cursor(self, number: int, reached: int) -> Cursor:
        return {**super().cursor(number, reached), "at_last": base64.b64encode(f"me:{SECRET}".encode()).decode()}


class PutsASecretInItsOrigin(MemorySource):
    def origin(self) -> str:
        return f"https://host/?token={SECRET}"


class PutsASecretInItsErrors(MemorySource):
    def failure(self) -> Exception:
        return TransientError(f"https://host/?token={SECRET} answers 500", "try again")


class KeepsItsSplitsToItself(MemorySource):
    def splits(self, stream: Stream, since: Cursor) -> Sequence[Split]:
        self.made = super().splits(stream, since)
        return self.made

    def read(self, split: Split) -> Iterator[Message]:
        if split not in self.__dict__.get("made", []):
            raise JobError("whose split is this?", "ask who made it")
        return super().read(split)


class HasSplitsThatAreNoJson(MemorySource):
    def position(self, number: int, begin: int) -> Mapping[str, Any]:
        return {**super().position(number, begin), "columns": {"id", "name"}}


class HasSplitsThatCannotBePickled(MemorySource):
    def split(self, stream: Stream, number: int, begin: int) -> Split:
        return OpenSplit(stream, self.position(number, begin), 1)


class OpenSplit(Split):
    """A split that holds on to its process."""

    def __reduce__(self) -> NoReturn:
        raise TypeError("it is open here")


class SharesItsPlaceAmongThreads(MemorySource):
    def read(self, split: Split) -> Iterator[Message]:
        number, self.at = split.position["table"], split.position["begin"]
        while self.at < self.count(number):
            batch = self.batch(split, self.at)
            self.at += self.step(number)
            yield batch
            yield self.checkpoint(split, number, min(self.at, self.count(number)))
            if self.broken:
                raise self.failure()


class BelongsToTheThreadThatMadeIt(MemorySource):
    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # handed on
        super().__init__(*args, **options)
        self.maker = threading.current_thread()

    def read(self, split: Split) -> Iterator[Message]:
        if threading.current_thread() is not self.maker:
            raise RuntimeError("made in another thread")
        return super().read(split)


class LeavesAThread(MemorySource):
    def read(self, split: Split) -> Iterator[Message]:
        ended = threading.Event()
        threading.Thread(target=ended.wait, daemon=True, name="left behind").start()
        LEFT.append(ended.set)
        yield from super().read(split)
        ended.set()


class LeavesAFileOpen(MemorySource):
    def read(self, split: Split) -> Iterator[Message]:
        file = (self.system.folder / "open").open("wb")
        LEFT.append(file.close)
        yield from super().read(split)
        file.close()


class KeepsWhatItHasRead(MemorySource):
    def batch(self, split: Split, at: int) -> Batch:
        batch = super().batch(split, at)
        self.__dict__.setdefault("kept", []).append(batch)
        return batch


class KeepsValuesOfWhatItHasRead(MemorySource):
    def batch(self, split: Split, at: int) -> Batch:
        batch = super().batch(split, at)
        self.__dict__.setdefault("kept", []).append(batch.record_batch.to_pylist())
        return batch


class ReadsAStreamAtOnce(MemorySource):
    def step(self, number: int) -> int:
        return super().step(number) if self.count(number) < 100 else self.count(number)


class TakesAFailureForTheEnd(MemorySource):
    def read(self, split: Split) -> Iterator[Message]:
        messages = super().read(split)
        yield from itertools.islice(messages, 2) if self.broken else messages


class LetsAForeignErrorOutOfRead(MemorySource):
    def failure(self) -> Exception:
        return ValueError("unexpected byte")


class TellsNoSizes(MemorySource):
    def split(self, stream: Stream, number: int, begin: int) -> Split:
        return replace(super().split(stream, number, begin), size=0)


class TakesNoStreamButItsOwn(MemorySource):
    def streams(self) -> Sequence[Stream]:
        self.described = super().streams()
        return self.described

    def splits(self, stream: Stream, since: Cursor) -> Sequence[Split]:
        if not any(stream is each for each in self.__dict__.get("described", [])):
            raise KeyError(stream.name)
        return super().splits(stream, since)


class TakesNoTypesButItsOwn(TakesNoStreamButItsOwn):
    def splits(self, stream: Stream, since: Cursor) -> Sequence[Split]:
        if "money" not in stream.schema.names:
            return MemorySource.splits(self, stream, since)
        return super().splits(stream, since)


MISBEHAVIOURS: dict[str, list[type[MemorySource]]] = {
    "troubles-pass": [GivesUpAtOnce],
    "schema-kept": [
        GivesItsColumnsInAnotherOrder,
        GivesOtherTypesThanPromised,
        NamesAnotherStream,
        SaysNotWhereRowsAreFrom,
    ],
    "checkpoint-closes": [GivesRowsBehindItsLastCheckpoint],
    "cursor-small": [HoldsAMomentInItsCursor, HoldsATupleInItsCursor, HoldsAllThatWasReadInItsCursor],
    "any-order": [CountsOnTheOrderOfItsSplits],
    "no-secret": [PutsASecretInItsSplits, PutsASecretInItsCursor, PutsASecretInItsOrigin, PutsASecretInItsErrors],
    "splits-travel": [KeepsItsSplitsToItself, HasSplitsThatAreNoJson, HasSplitsThatCannotBePickled],
    "threads": [SharesItsPlaceAmongThreads, BelongsToTheThreadThatMadeIt],
    "stopped": [LeavesAThread, LeavesAFileOpen],
    "bounded": [KeepsWhatItHasRead, KeepsValuesOfWhatItHasRead, ReadsAStreamAtOnce],
    "errors-translated": [TakesAFailureForTheEnd, LetsAForeignErrorOutOfRead],
    "lands": [TakesNoStreamButItsOwn],
    "lands-wide": [TakesNoTypesButItsOwn],
    "sizes-told": [TellsNoSizes],
}


@pytest.mark.parametrize(
    ("name", "kind"),
    [pytest.param(name, kind, id=f"{kind.__name__}-{name}") for name, kinds in MISBEHAVIOURS.items() for kind in kinds],
)
def test_a_misbehaviour_is_caught_by_its_check_and_by_no_other(
    broken_checks: BrokenChecks, name: str, kind: type[MemorySource]
) -> None:
    assert broken_checks(kind) == {name}


def test_every_check_of_conduct_catches_something() -> None:
    modules = tuple(f"testing.{module}" for module in ("messages", "conduct", "landed"))
    assert MISBEHAVIOURS.keys() == {each.name for each in CHECKS if each.function.__module__.endswith(modules)}
