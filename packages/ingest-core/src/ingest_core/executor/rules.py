"""By which rule an object's rows are merged: what the job says, else what the connector knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa

from ingest_core.errors import Fault, JobError, Key
from ingest_core.layout import Layout
from ingest_core.layout_checks import may_be_key
from ingest_core.merging import HISTORY_COLUMNS, VALID_FROM, VALID_TO, Rule
from ingest_core.messages import Stream
from ingest_core.planner import ObjectPlan
from ingest_core.shaping import METADATA_COLUMNS


def rule_of(planned: ObjectPlan, stream: Stream, landing: pa.Schema) -> Rule | None:
    """Give the rule of an object whose rows are merged, ``None`` for any other.

    Args:
        planned: The object.
        stream: As the source describes it.
        landing: The columns that land.

    Raises:
        JobError: There is no key, or a column of the rule is not there; carries every fault.
    """
    if planned.write not in ("merge", "history"):
        return None
    names = planned.shape.rename
    asked = planned.merging
    key = asked.key or tuple(names.get(name, name) for name in stream.key)
    cursor = asked.cursor or _renamed(names, stream.cursor)
    deleted = asked.deleted or _renamed(names, stream.deleted)
    faults = [
        *_key_faults(planned, key, landing),
        *_missing(planned, [cursor, deleted], "incremental", landing),
        *_taken(planned, landing),
    ]
    if faults:
        raise JobError.of(faults)
    return Rule(planned.write, key, cursor, deleted, tuple(METADATA_COLUMNS.names))


def with_history(landing: pa.Schema, rule: Rule | None) -> pa.Schema:
    """Add the columns that say from when until when a version holds: of the cursor's type, else a time."""
    if rule is None or rule.mode != "history":
        return landing
    kind = landing.field(rule.cursor).type if rule.cursor else pa.timestamp("us", tz="UTC")
    return pa.schema([*landing, pa.field(VALID_FROM, kind), pa.field(VALID_TO, kind)])


def layout_of(planned: ObjectPlan, rule: Rule | None) -> Layout:
    """Give how an object's table is laid out. Rows that are merged have their rule's key; versions also their time."""
    return replace(planned.layout, key=rule.required, merged=True) if rule else planned.layout


def _renamed(names: Mapping[str, str], name: str | None) -> str | None:
    return None if name is None else names.get(name, name)


def _key_faults(planned: ObjectPlan, key: tuple[str, ...], landing: pa.Schema) -> list[Fault]:
    place: Key = ("source", "objects", planned.name)
    if not key:
        return [Fault(f"{planned.write} needs a key", "say `key: [id]`, the columns that tell rows apart", place)]
    odd = [name for name in key if name in landing.names and not may_be_key(landing.field(name).type)]
    return [
        *_missing(planned, key, "key", landing),
        *(
            Fault(
                f"{name!r} cannot be a key: {landing.field(name).type}",
                "choose whole numbers, text, dates or times",
                place,
            )
            for name in odd
        ),
    ]


def _taken(planned: ObjectPlan, landing: pa.Schema) -> list[Fault]:
    """Tell the columns that have a name of our own, in whatever case: a history adds its two."""
    names = [name for name in landing.names if planned.write == "history" and name.lower() in HISTORY_COLUMNS]
    place: Key = ("source", "objects", planned.name)
    mend = "give it another name with `rename`, or leave it out with `select`"
    return [Fault(f"a history has a column of its own named as {name!r} is", mend, place) for name in names]


def _missing(
    planned: ObjectPlan, names: tuple[str, ...] | list[str | None], part: str, landing: pa.Schema
) -> list[Fault]:
    key: Key = ("source", "objects", planned.name, part)
    mend = f"its columns are {', '.join(landing.names)}"
    return [
        Fault(f"{planned.name} lands no column {name!r}", mend, key)
        for name in names
        if name is not None and name not in landing.names
    ]
