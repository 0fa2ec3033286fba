"""A source that says the wrong thing, or loses or doubles rows, is caught by one check, and by no other."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from ingest_core.plugin import Batch, Checkpoint, Cursor, JobError, Split, Stream, TransientError
from ingest_core.testing import CHECKS, MemorySource

BrokenChecks = Callable[[type[MemorySource]], set[str]]
Message = Batch | Checkpoint


class RefusesWhatIsInOrder(MemorySource):
    def check(self) -> None:
        raise JobError("there is nobody", "come again")


class LetsAForeignErrorOutOfCheck(MemorySource):
    def check(self) -> None:
        super().check()
        raise KeyError("host")


class ChecksNothing(MemorySource):
    def check(self) -> None:
        """Look nowhere."""


class TellsNoMend(MemorySource):
    def check(self) -> None:
        if self.astray:
            raise JobError("there is no such object")


class TakesAMistakeForAPassingFault(MemorySource):
    def check(self) -> None:
        if self.astray:
            raise TransientError("there is no such object", "wait")


class CallsItsStreamOtherwise(MemorySource):
    def streams(self) -> Sequence[Stream]:
        return [replace(stream, name="rose") for stream in super().streams()]


class NamesAKeyThatIsNoColumn(MemorySource):
    def streams(self) -> Sequence[Stream]:
        return [replace(stream, key=("nowhere",)) for stream in super().streams()]


class DescribesItselfOtherwiseEachTime(MemorySource):
    turn = itertools.count()

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # handed on
        super().__init__(*args, **options)
        self.step_of_turn = 1 if next(self.turn) % 2 else -1

    def schema(self) -> pa.Schema:
        return pa.schema([*super().schema()][:: self.step_of_turn])

    def rows(self, rows: pa.Table) -> pa.Table:
        return rows.select(self.schema().names)


class RefusesAnEmptyObject(MemorySource):
    def streams(self) -> Sequence[Stream]:
        if not sum(table.num_rows for table in self.system.tables):
            raise JobError("there are no rows", "write some")
        return super().streams()


class DescribesNoEmptyObject(MemorySource):
    def streams(self) -> Sequence[Stream]:
        return super().streams() if sum(table.num_rows for table in self.system.tables) else []


class ReadsDecimalsAsDoubles(MemorySource):
    def schema(self) -> pa.Schema:
        fields = [
            field.with_type(pa.float64()) if pa.types.is_decimal(field.type) else field for field in super().schema()
        ]
        return pa.schema(fields)

    def rows(self, rows: pa.Table) -> pa.Table:
        return rows.cast(self.schema())


class LosesMicroseconds(MemorySource):
    def rows(self, rows: pa.Table) -> pa.Table:
        for place, field in enumerate(rows.schema):
            if pa.types.is_timestamp(field.type):
                whole = pc.floor_temporal(rows.column(place), unit="millisecond")
                rows = rows.set_column(place, field, whole.cast(field.type))
        return rows


class FoldsNames(MemorySource):
    def schema(self) -> pa.Schema:
        return pa.schema([field.with_name(field.name.lower()) for field in super().schema()])

    def rows(self, rows: pa.Table) -> pa.Table:
        return rows.rename_columns(self.schema().names)


class LosesARow(MemorySource):
    def rows(self, rows: pa.Table) -> pa.Table:
        return rows.filter(pc.field("id") != 3) if "id" in rows.column_names else rows


class DoublesARow(MemorySource):
    def rows(self, rows: pa.Table) -> pa.Table:
        return pa.concat_tables([rows, rows.filter(pc.field("id") == 3)]) if "id" in rows.column_names else rows


class LeavesTheFirstNewRowOut(MemorySource):
    resumable = False

    def begin(self, since: Cursor, number: int) -> int:
        began = super().begin(since, number)
        return began or int(bool(since))


class ClaimsRowsBeforeTheyCame(MemorySource):
    def cursor(self, number: int, reached: int) -> Cursor:
        return super().cursor(number, max(reached, self.count(number)))


class BeginsAPartlyReadPieceAnew(MemorySource):
    def begin(self, since: Cursor, number: int) -> int:
        began = super().begin(since, number)
        return began if began == self.count(number) else 0


class GivesASplitOnce(MemorySource):
    def read(self, split: Split) -> Iterator[Message]:
        given = self.__dict__.setdefault("given", [])
        twice = split in given
        for message in super().read(split):
            if isinstance(message, Checkpoint) or not twice:
                yield message
        given.append(split)


class ForgotItsOlderPositions(MemorySource):
    def begin(self, since: Cursor, number: int) -> int:
        return super().begin({name: value for name, value in since.items() if name != "at"}, number)


class TakesAnUnknownPositionForTheBeginning(MemorySource):
    def splits(self, stream: Stream, since: Cursor) -> Sequence[Split]:
        return super().splits(stream, {} if "of_a_later_release" in since else since)


class LetsAForeignErrorOutOverAPosition(MemorySource):
    def splits(self, stream: Stream, since: Cursor) -> Sequence[Split]:
        try:
            return super().splits(stream, since)
        except JobError:
            raise KeyError("of_a_later_release") from None


class ReadsAllTimes(MemorySource):
    def wanted(self, number: int) -> bool:
        return number >= 0


class PutsItsPositionBehindAWindow(MemorySource):
    def checkpoint(self, split: Split, number: int, reached: int) -> Checkpoint:
        if self.window is None:
            return super().checkpoint(split, number, reached)
        return Checkpoint("rows", {"read": {str(each): self.count(each) for each in range(len(self.system.tables))}})


class NotesNothingOfAWindow(MemorySource):
    def cursor(self, number: int, reached: int) -> Cursor:
        return super().cursor(number, reached) if self.window is None else {}


class DividesWhatIsNothing(MemorySource):
    def splits(self, stream: Stream, since: Cursor) -> Sequence[Split]:
        return super().splits(stream, since) or [self.split(stream, 0, self.count(0))]

    def read(self, split: Split) -> Iterator[Message]:
        yield from super().read(split)
        yield self.checkpoint(split, split.position["table"], self.count(split.position["table"]))


class DescribesNarrowerTypesThanTold(MemorySource):
    def schema(self) -> pa.Schema:
        return narrowed(super().schema())

    def rows(self, rows: pa.Table) -> pa.Table:
        return rows.cast(narrowed(rows.schema))


def narrowed(schema: pa.Schema) -> pa.Schema:
    """Make the numbers of plain rows narrower, which holds all of them."""
    return pa.schema([field.with_type(pa.int32()) if field.name == "id" else field for field in schema])


MISBEHAVIOURS: dict[str, list[type[MemorySource]]] = {
    "check-passes": [RefusesWhatIsInOrder, LetsAForeignErrorOutOfCheck],
    "check-tells": [ChecksNothing, TellsNoMend, TakesAMistakeForAPassingFault],
    "streams-described": [CallsItsStreamOtherwise, NamesAKeyThatIsNoColumn, DescribesItselfOtherwiseEachTime],
    "described-as-told": [DescribesNarrowerTypesThanTold],
    "empty-stream": [RefusesAnEmptyObject, DescribesNoEmptyObject],
    "wide-types": [ReadsDecimalsAsDoubles, LosesMicroseconds],
    "odd-names": [FoldsNames],
    "whole": [LosesARow, DoublesARow],
    "incremental": [LeavesTheFirstNewRowOut],
    "resumed": [ClaimsRowsBeforeTheyCame, BeginsAPartlyReadPieceAnew],
    "split-again": [GivesASplitOnce],
    "older-state": [ForgotItsOlderPositions],
    "future-state": [TakesAnUnknownPositionForTheBeginning, LetsAForeignErrorOutOverAPosition],
    "windows": [ReadsAllTimes, PutsItsPositionBehindAWindow, NotesNothingOfAWindow],
    "no-splits": [DividesWhatIsNothing],
}


@pytest.mark.parametrize(
    ("name", "kind"),
    [pytest.param(name, kind, id=f"{kind.__name__}-{name}") for name, kinds in MISBEHAVIOURS.items() for kind in kinds],
)
def test_a_misbehaviour_is_caught_by_its_check_and_by_no_other(
    broken_checks: BrokenChecks, name: str, kind: type[MemorySource]
) -> None:
    assert broken_checks(kind) == {name}


def test_every_check_of_content_catches_something() -> None:
    modules = tuple(f"testing.{module}" for module in ("describing", "completeness", "windows"))
    assert MISBEHAVIOURS.keys() == {each.name for each in CHECKS if each.function.__module__.endswith(modules)}
