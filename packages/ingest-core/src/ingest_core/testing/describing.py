"""Checks of what a source says before it reads: whether it can, and which columns there are."""

from __future__ import annotations

from ingest_core.errors import IngestError, JobError
from ingest_core.iceberg_types import landed_type
from ingest_core.testing.errors import ConformanceError, DoesNotApplyError
from ingest_core.testing.loading import PIECES, described, filled, load, rows_in, rows_of, same_rows, translated
from ingest_core.testing.system import System


def check_passes(system: System) -> None:
    """``check`` returns where the settings are right."""
    filled(system.put, system.rows, PIECES)
    with translated("check"):
        system.source().check()


def check_tells(system: System) -> None:
    """``check`` raises a JobError with a mend where the settings name what is not there."""
    filled(system.put, system.rows, PIECES)
    source = system.astray()
    if source is None:
        raise DoesNotApplyError("the system says of no setting that leads astray; override `astray`")
    try:
        with translated("check"):
            source.check()
    except JobError as error:
        if not all(fault.problem and fault.mend for fault in error.faults):
            raise ConformanceError(
                f"check: the error tells no mend: {error}", "say in `mend` what a person can do about it"
            ) from error
        return
    except IngestError as error:
        raise ConformanceError(
            f"check: what a person must mend is a {type(error).__name__}: {error}", "raise JobError"
        ) from error
    raise ConformanceError("check: passed with settings that cannot be right", "reach the system, and look it up there")


def streams_described(system: System) -> None:
    """``streams`` gives each wanted object once, its columns told apart, key and cursor among them, twice the same."""
    filled(system.put, system.rows, PIECES)
    stream, again = described(system.source()), described(system.source())
    if stream.name != system.object_name:
        raise ConformanceError(
            f"streams: the stream is called {stream.name!r} and the object {system.object_name!r}",
            "call a stream by its object's name",
        )
    names = stream.schema.names
    folded = [name.casefold() for name in names]
    if twice := sorted({name for name in names if folded.count(name.casefold()) > 1}):
        raise ConformanceError(f"streams: columns that differ in case at most: {', '.join(twice)}", "refuse them")
    special = [*stream.key, *(name for name in (stream.cursor, stream.deleted) if name)]
    if unknown := [name for name in special if name not in names]:
        raise ConformanceError(
            f"streams: key, cursor or deleted name columns that are not there: {', '.join(unknown)}",
            "name columns of the stream's schema",
        )
    if not stream.schema.equals(again.schema):
        raise ConformanceError("streams: two sources of one system describe other columns", "describe what is there")


def described_as_told(system: System) -> None:
    """The columns have the types that the system's own description says."""
    filled(system.put, system.rows, PIECES)
    told = system.told()
    if told is None:
        raise DoesNotApplyError("the system does not describe its columns; override `told`")
    schema = described(system.source()).schema
    wrong = [
        f"{field.name}: {schema.field(field.name).type if field.name in schema.names else 'nothing'} for {field.type}"
        for field in told
        if field.name not in schema.names or schema.field(field.name).type != field.type
    ]
    if wrong:
        raise ConformanceError(f"streams: other columns than told: {'; '.join(wrong)}", "take what the system tells")


def empty_stream(system: System) -> None:
    """An object without rows is described, and read without rows and without an error."""
    system.put(system.rows(0, 0))
    found = load(system.source())
    same_rows(found.rows, rows_in(system.rows(0, 0)), "read of an empty object", "give no rows where there are none")


def wide_types(system: System) -> None:
    """Each type of the system's comes as it is, to its last digit."""
    if system.wide is None:
        raise DoesNotApplyError("the system holds no types but those of `rows`")
    system.put(system.wide)
    found = load(system.source())
    types = {field.name: field.type for field in found.stream.schema}
    for field in system.wide.schema:
        if types.get(field.name) != landed_type(field.type):
            raise ConformanceError(
                f"streams: the column {field.name!r} is {types.get(field.name)} where the system holds {field.type}",
                "describe the type that the system has; a cast loses what a table could keep",
            )
    for name in types.keys() & set(system.wide.column_names):
        got, wanted = rows_of(found.in_order, [name]), rows_in(system.wide.select([name]))
        same_rows(got, wanted, f"read of the column {name!r}", "hand values on in their own Arrow type")


def odd_names(system: System) -> None:
    """Columns come by their own names, whatever letters these are of."""
    if system.odd_names is None:
        raise DoesNotApplyError("the names of the system's columns are fixed")
    system.put(system.odd_names)
    found = load(system.source())
    names, wanted = found.stream.schema.names, system.odd_names.schema.names
    if lost := [name for name in wanted if name not in names]:
        raise ConformanceError(
            f"streams: columns that are not there by their names: {', '.join(map(repr, lost))}",
            "quote a name where text is built of it; rename nothing, a job does that",
        )
    same_rows(found.rows, rows_in(system.odd_names), "read of odd names", "find a column by its whole name")
