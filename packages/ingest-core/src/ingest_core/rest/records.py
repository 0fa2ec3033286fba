"""Takes an answer apart without reading what its records hold: these stay the bytes that they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import msgspec
import xxhash

from ingest_core.errors import JobError
from ingest_core.rest.client import Answer
from ingest_core.rest.client.client import UnreadableError
from ingest_core.rest.client.verdicts import excerpt

_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_ANY = msgspec.json.Decoder()

Raw = bytes | memoryview
"""The JSON text of one value, as it stood in the answer."""


class Envelope:
    """What stands around the records of an answer.

    Args:
        answer: The answer.

    Raises:
        UnreadableError: It is no JSON: cut off, or a page for people.
    """

    def __init__(self, answer: Answer) -> None:
        self.headers = answer.headers
        self._body = answer.body.strip()
        self._levels: dict[str, dict[str, msgspec.Raw] | None] = {}
        self._is_empty = answer.is_empty
        if self._body[:1] not in (b"{", b"["):
            if self._is_empty:  # a page for people may say so, too
                self._body = b"{}"
                return
            raise UnreadableError(f"answers no JSON but {excerpt(answer.body)!r}" if self._body else "answers nothing")

    def records(self, path: str | None) -> list[msgspec.Raw]:
        """Give the records.

        Args:
            path: Where their list stands; ``None`` where the answer is the list, or one record.

        Raises:
            UnreadableError: The answer is cut off.
            JobError: There is no list.
        """
        if self._is_empty:
            return []
        if path is None:
            return self._list(self._body) if self._body[:1] == b"[" else [msgspec.Raw(self._body)]
        found = self._raw(path)
        if found is None:
            known = ", ".join(self._level("") or ()) or "none"
            raise JobError(f"the answer holds nothing at {path!r}; its keys are {known}", "mend `records`")
        text = bytes(found)
        if text == b"null":
            return []
        if text[:1] != b"[":
            raise JobError(f"what the answer holds at {path!r} is no list", "mend `records`")
        return self._list(text)

    def value(self, path: str) -> Any:  # noqa: ANN401  # any JSON value
        """Give what stands at a path; ``None`` where nothing does."""
        found = self._raw(path)
        return None if found is None else self._decoded(_ANY, bytes(found))

    def _raw(self, path: str) -> msgspec.Raw | None:
        above, _, name = path.rpartition(".")
        level = self._level(above)
        return level.get(name) if level else None

    def _level(self, path: str) -> dict[str, msgspec.Raw] | None:
        """Give the keys of an object in the answer; ``None`` where there is none."""
        if path not in self._levels:
            raw = self._raw(path) if path else msgspec.Raw(self._body)
            is_object = raw is not None and bytes(raw)[:1] == b"{"
            self._levels[path] = self._decoded(_OBJECT, bytes(raw)) if raw is not None and is_object else None
        return self._levels[path]

    def _list(self, text: bytes) -> list[msgspec.Raw]:
        found: list[msgspec.Raw] = self._decoded(_LIST, text)
        return found

    @staticmethod
    def _decoded(decoder: Any, text: bytes) -> Any:  # noqa: ANN401  # as the decoder gives
        try:
            return decoder.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise UnreadableError(f"answers no whole JSON: {error}") from error


class Fields:
    """Reads some fields of records, and none of the rest.

    Args:
        paths: Where they stand, each its keys divided by dots.
        value: What they are read as: anything, or the text that they are, of which no digit is lost.
    """

    def __init__(self, paths: Sequence[str], value: Any = Any) -> None:  # noqa: ANN401  # a type
        kind = _struct([tuple(path.split(".")) for path in paths], value)
        self._places = [_place(kind, path.split(".")) for path in paths]
        self._decoder = msgspec.json.Decoder(kind)

    def of(self, record: Raw) -> tuple[Any, ...]:
        """Give a record's fields, in the order of the paths; ``None`` where there is none.

        Raises:
            JobError: It is no object.
        """
        try:
            found = self._decoder.decode(record)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise JobError(f"a record is not as it is declared: {error}", "mend the definition's paths") from error
        return tuple([_at(found, place) for place in self._places])  # a list is made faster than a generator


def inner(record: Raw, path: str) -> bytes:
    """Give the text of what stands at a path in a record.

    Raises:
        JobError: There is nothing.
    """
    for key in path.split("."):
        try:
            found = _OBJECT.decode(record).get(key)
        except (msgspec.DecodeError, UnicodeDecodeError):
            found = None
        if found is None:
            raise JobError(f"a record holds nothing at {path!r}", "mend `row`")
        record = bytes(found)
    return bytes(record)


def digest(identity: Sequence[Any]) -> str:
    """Give what tells a record apart by some of its fields: 64 bits, in hex."""
    return xxhash.xxh3_64_hexdigest(msgspec.json.encode(identity))


def digest_of_text(record: Raw) -> str:
    """Give what tells a record apart by all that it says."""
    return xxhash.xxh3_64_hexdigest(record)


def _struct(paths: Sequence[tuple[str, ...]], value: Any) -> Any:  # noqa: ANN401  # types, one made here
    """Make the type of an object that has some fields, each optional, and leaves all others unread."""
    names = list(dict.fromkeys(path[0] for path in paths))
    fields: list[tuple[str, Any, Any]] = []
    for place, name in enumerate(names):
        deeper = [path[1:] for path in paths if path[0] == name and len(path) > 1]
        fields.append((f"f{place}", (_struct(deeper, value) | None) if deeper else value, None))
    renamed = {f"f{place}": name for place, name in enumerate(names)}
    return msgspec.defstruct("Fields", fields, rename=renamed)


def _place(kind: Any, path: Sequence[str]) -> tuple[str, ...]:  # noqa: ANN401  # a type that was made here
    """Give the attributes by which a path is followed."""
    place: list[str] = []
    for key in path:
        names = dict(zip(kind.__struct_encode_fields__, kind.__struct_fields__, strict=True))
        place.append(names[key])
        kind = kind.__annotations__[names[key]]
        kind = next((each for each in get_args(kind) if each is not type(None)), kind)
    return tuple(place)


def _at(found: Any, place: tuple[str, ...]) -> Any:  # noqa: ANN401  # any JSON value
    for name in place:
        if found is None:
            return None
        found = getattr(found, name)
    return found
