"""Checks of the values that a source hands on: batches, checkpoints, splits."""

from __future__ import annotations

import itertools
import json
import pickle
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ingest_core.errors import IngestError
from ingest_core.plugin import Batch, Checkpoint, Split, Stream
from ingest_core.redaction import Redactor, Secret
from ingest_core.testing.errors import ConformanceError, DoesNotApplyError
from ingest_core.testing.loading import PIECES, Load, Message, filled, load, moved, read, rows_of, same_rows
from ingest_core.testing.system import System

SMALL = 16 * 1024
"""Bytes of a cursor as JSON: what a table's property holds (DESIGN, "State")."""


def schema_kept(system: System) -> None:
    """Every batch is in the columns that the stream was described with, and names its stream and origin."""
    found = _loaded(system)
    for message in found.in_order:
        if message.stream != found.stream.name:
            raise ConformanceError(
                f"read: a message of {found.stream.name!r} names the stream {message.stream!r}", "name its own stream"
            )
        if isinstance(message, Batch):
            _check_batch(message, found.stream)


def _check_batch(batch: Batch, stream: Stream) -> None:
    if not batch.record_batch.schema.equals(stream.schema):
        raise ConformanceError(
            f"read: a batch has the columns {_columns(batch.record_batch.schema)}; "
            f"promised were {_columns(stream.schema)}",
            "give rows in `split.stream.schema`, in its order; fill what is missing with nulls",
        )
    if not batch.origin:
        raise ConformanceError("read: a batch without an origin", "name the file or object that the rows are from")


def _columns(schema: Any) -> str:  # noqa: ANN401  # pyarrow ships no types
    return ", ".join(f"{field.name}: {field.type}" for field in schema)


def checkpoint_closes(system: System) -> None:
    """The last message of every split is a checkpoint, also of one without rows."""
    for number, messages in enumerate(_loaded(system).messages, 1):
        if not messages or not isinstance(messages[-1], Checkpoint):
            raise ConformanceError(
                f"read: split {number} is not closed by a checkpoint", "yield a checkpoint behind the last batch"
            )


def cursor_small(system: System) -> None:
    """Every cursor is a JSON object that comes back from JSON as it was, and is small."""
    for message in _loaded(system).in_order:
        if isinstance(message, Checkpoint):
            text = _as_json(message.cursor, "read: a checkpoint's cursor")
            if len(text.encode()) > SMALL:
                raise ConformanceError(
                    f"read: a cursor of {len(text.encode())} bytes after {sum(PIECES)} rows; {SMALL} are small",
                    "let a cursor say where in the source it is, not what was read",
                )


def any_order(system: System) -> None:
    """The checkpoints of all splits add up to one position in whichever order the splits are read."""
    found = _loaded(system)
    wanted = found.cursor
    for order in _orders(len(found.messages)):
        messages = [message for place in order for message in found.messages[place]]
        if (got := moved({}, messages)) != wanted:
            raise ConformanceError(
                f"read: the splits in the order {list(order)} end at {got}, in their own at {wanted}",
                "let each split write keys of its own; objects are merged key by key, other values replaced",
            )
    if (got := moved({}, _side_by_side(found.messages))) != wanted:
        raise ConformanceError(f"read: side by side the splits end at {got}, else at {wanted}", "as for other orders")


def _orders(count: int) -> Sequence[Sequence[int]]:
    """Give every order of a few splits, else some."""
    few = 4
    if count <= few:
        return list(itertools.permutations(range(count)))
    shuffled = random.Random(count)  # noqa: S311  # the same orders each time, no cryptography
    return [range(count)[::-1], *(shuffled.sample(range(count), count) for _ in range(10))]


def _side_by_side(lanes: Sequence[Sequence[Message]]) -> Sequence[Message]:
    rounds = itertools.zip_longest(*lanes)
    return [message for each in rounds for message in each if message is not None]


def no_secret(system: System) -> None:
    """No secret is in a split, a cursor, an origin or an error, in any form."""
    if not system.secrets:
        raise DoesNotApplyError("the source is made with no secret")
    redactor = Redactor()
    for number, secret in enumerate(system.secrets):
        redactor.add(Secret(secret, f"secret {number}"))
    found = _loaded(system)
    _without(redactor, "streams: the stream", repr(found.stream))
    for split in found.splits:
        _without(redactor, "splits: a split's position", repr(split.position))
    for message in found.in_order:
        place, text = ("origin", message.origin) if isinstance(message, Batch) else ("cursor", repr(message.cursor))
        _without(redactor, f"read: a message's {place}", text)
    for source in (system.astray(), system.broken()):
        try:
            load(source) if source else None
        except (IngestError, ConformanceError) as error:
            _without(redactor, "the error of a system that is not in order", str(error))


def _without(redactor: Redactor, what: str, text: str) -> None:
    if redactor.spans(text):
        raise ConformanceError(
            f"{what} holds a secret: {redactor.text(text)}",
            "look secrets up in the source's options when they are used",
        )


def splits_travel(system: System) -> None:
    """A split goes through JSON and pickle as it is, and another source of the same system reads it."""
    found = _loaded(system)
    for split, messages in zip(found.splits, found.messages, strict=True):
        position = json.loads(_as_json(split.position, "splits: a split's position"))
        again = read(system.source(), replace(_pickled(split), position=position))
        mend = "put all that a split is read by in its position; another process may read it"
        same_rows(rows_of(again), rows_of(messages), "a split read by another source", mend)


def _pickled(split: Split) -> Split:
    """Give a split as another process would get it."""
    try:
        copy: Split = pickle.loads(pickle.dumps(split))  # noqa: S301  # what was pickled a moment ago
    except Exception as error:
        raise ConformanceError(
            f"splits: a split cannot be pickled: {error}", "let a split hold values, not what is open"
        ) from error
    if copy != split:
        raise ConformanceError("splits: a split is not itself after pickling", "let a split hold plain values")
    return copy


def _as_json(value: Mapping[str, Any], what: str) -> str:
    try:
        text = json.dumps(value, allow_nan=False)
        same = json.loads(text) == value
    except (TypeError, ValueError) as error:
        raise ConformanceError(f"{what} is not JSON: {error}", "write moments and the like as texts") from error
    if not same or not isinstance(value, Mapping):
        raise ConformanceError(f"{what} is not itself after JSON: {value!r}", "hold texts as keys, lists, no tuples")
    return text


def sizes_told(system: System) -> None:
    """Each split says how many bytes of the source it covers, so that a person sees how far a run is."""
    if silent := [split for split in _loaded(system).splits if split.size <= 0]:
        raise ConformanceError(
            f"splits: {len(silent)} splits do not say their size", "give `size` where the system tells it"
        )


def _loaded(system: System) -> Load:
    """Fill a system and load it."""
    filled(system.put, system.rows, PIECES)
    return load(system.source())
