"""The state of one stream: how far it was read, kept in a property of the table that holds its rows.

Format (DESIGN, "State"): property ``ingest.state.<tenant>.<job>.<stream>``, each part percent-encoded, its value a JSON
object ``{v, run_id, seq, cursor, job_hash, rows, sequence_number, recent}``. Version 2 added ``reset``, true in the
mark of a reset, and ``cursor_file``, ``{path, sha256}`` of the file that holds a cursor too long for a property. A
state of version 1 is read as one of version 2 that has neither; the next commit writes version 2.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any
from urllib.parse import quote, unquote

from ingest_core.errors import JobError

VERSION = 2
RECENT = 16
PREFIX = "ingest.state."

Pair = tuple[str, int]
"""A commit's identity: the run's id, and the place of the commit among those of its stream."""


@dataclass(frozen=True)
class StateKey:
    """Whose state it is.

    Args:
        tenant: The job's tenant.
        job: The job's name.
        stream: The object of the source.
    """

    tenant: str
    job: str
    stream: str

    @property
    def property_name(self) -> str:
        """The table property under which the state lies."""
        return PREFIX + ".".join(encode_part(part) for part in (self.tenant, self.job, self.stream))


def states_in(properties: Mapping[str, str]) -> dict[StateKey, str]:
    """List the states among a table's properties.

    Returns:
        Their texts, not read yet, by whose they are.
    """
    names = {name: name.removeprefix(PREFIX).split(".") for name in properties if name.startswith(PREFIX)}
    return {
        StateKey(*(unquote(part) for part in parts)): properties[name]
        for name, parts in names.items()
        if len(parts) == len(fields(StateKey))
    }


def encode_part(part: str) -> str:
    """Percent-encode one part of a property's name, dots included, since dots divide the parts."""
    return quote(part, safe="").replace(".", "%2E")


@dataclass(frozen=True)
class CursorFile:
    """A file that holds a cursor, written once and never changed.

    Args:
        path: Its full address.
        sha256: Of its bytes, in hex.
    """

    path: str
    sha256: str


@dataclass(frozen=True)
class State:
    """Where a stream stands, written in the commit that holds its rows.

    Args:
        run_id: The run that committed it.
        seq: How many commits this stream has had.
        cursor: The position in the source.
        job_hash: A digest for each part of the job that the cursor depends on.
        rows: Rows this commit added.
        sequence_number: The table's sequence number with this commit.
        recent: The identities of the last commits, newest first, this one included.
        reset: Whether this is the mark of a reset: nothing before it counts, and nothing was read since.
        cursor_file: Where the cursor lies, if not in ``cursor``.
    """

    run_id: str
    seq: int
    cursor: Mapping[str, Any]
    job_hash: Mapping[str, str]
    rows: int
    sequence_number: int
    recent: tuple[Pair, ...] = field(default=())
    reset: bool = False
    cursor_file: CursorFile | None = None

    def holds(self, pair: Pair) -> bool:
        """Tell whether the commit of this identity is in the table."""
        return pair in self.recent

    def encode(self) -> str:
        """Write the state as its property's value."""
        said = {name: value for name, value in asdict(self).items() if name not in _WHERE_SAID or value}
        return json.dumps({"v": VERSION} | said, separators=(",", ":"), sort_keys=True)


def recent_with(pair: Pair, before: State | None) -> tuple[Pair, ...]:
    """Put a new identity in front of those of the state before."""
    return (pair, *(before.recent if before else ()))[:RECENT]


def decode(text: str, key: StateKey) -> State:
    """Read a state from its property's value.

    Raises:
        JobError: It is corrupt, or of a version that this release does not know.
    """
    try:
        return _read(text, key)
    except _CORRUPT as error:
        raise JobError(
            f"the state in table property {key.property_name} cannot be read: {error}",
            "put back the value that the last commit wrote, it also stands in that snapshot's summary; or run "
            "`ingest state reset` to load everything anew",
        ) from error


def readable(text: str, key: StateKey) -> State | None:
    """Read a state that may be corrupt.

    Returns:
        ``None`` if it is.

    Raises:
        JobError: It is of a version that this release does not know.
    """
    try:
        return _read(text, key)
    except _CORRUPT:
        return None


def _read(text: str, key: StateKey) -> State:
    values = _upgraded(json.loads(text))
    version = values.pop("v")
    if version > VERSION:
        raise JobError(
            f"the state in {key.property_name} has version {version}; this release knows {VERSION}",
            "run the release of ingest that wrote it, or a newer one",
        )
    recent = tuple((str(run), int(seq)) for run, seq in values.pop("recent"))
    file = values.pop("cursor_file", None)
    cursor_file = CursorFile(str(file["path"]), str(file["sha256"])) if file else None
    return _checked(State(**values, recent=recent, cursor_file=cursor_file))


_CORRUPT = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What reading a text raises that no release wrote."""


def _upgraded(values: dict[str, Any]) -> dict[str, Any]:
    """Read a state of an older version as one of this."""
    version = values["v"]
    if not isinstance(version, int) or version < 1:
        raise ValueError(f"{version!r} is no version")
    if version == 1 and _WHERE_SAID & values.keys():
        raise ValueError("version 1 has no such fields")
    return values


def _checked(state: State) -> State:
    """Refuse a state whose fields have the wrong kinds; a hand may have been at work."""
    right = all(isinstance(getattr(state, name), kind) for name, kind in _KINDS.items())
    if not right or state.seq < 1:
        raise ValueError("a field has the wrong kind")
    return state


_WHERE_SAID = {"reset", "cursor_file"}
"""Fields that most states do not have."""

_KINDS = {
    "run_id": str,
    "seq": int,
    "cursor": dict,
    "job_hash": dict,
    "rows": int,
    "sequence_number": int,
    "reset": bool,
}
