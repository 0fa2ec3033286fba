"""One kind of request of one load, ready to be asked: what its references name, how its records are told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

from ingest_core.errors import JobError
from ingest_core.rest.client import Request
from ingest_core.rest.definition import CursorSpec, RequestSpec
from ingest_core.rest.definition.paging import PagingSpec
from ingest_core.rest.moments import EVER, step_of, written
from ingest_core.rest.records import Fields, Raw, digest, digest_of_text
from ingest_core.rest.templates import Values, filled, references

_SECOND = 1_000_000
_ENDS = {"window:from", "window:after"}, {"window:until", "window:through"}


@dataclass(frozen=True)
class Asking:
    """One kind of request.

    Args:
        name: Which of the stream's, for messages.
        spec: As the definition says, changes of a strategy laid over.
        paging: How its answers are divided.
        values: What its references name: options, lists.
        identity: The fields that tell its records apart beside the cursor; none where all that they say does.
        key: The columns that tell its rows apart.
        base: The API's address.
        began: The moment before which nothing that is read is missing, in microseconds since 1970.
    """

    name: str
    spec: RequestSpec
    paging: PagingSpec
    values: Values
    identity: Sequence[str]
    key: Sequence[str]
    base: str
    began: int = 0

    @property
    def cursor(self) -> CursorSpec | None:
        """How the records follow one another."""
        return self.spec.cursor

    @cached_property
    def settles(self) -> int:
        """How far behind the last value a record may still show up."""
        if self.cursor is None or self.cursor.unit == "number":
            return 0
        return int(self.cursor.settles.total_seconds() * 1_000_000)

    @cached_property
    def latest(self) -> int | None:
        """The moment from which on a record may still show up: beyond it nothing is read for good.

        ``None`` where the cursor is no moment.
        """
        is_moment = self.cursor is not None and self.cursor.unit != "number"
        # Of a day that is not over, records of its one value are still to come.
        return (self.began - self.settles) // self.step * self.step if is_moment else None

    @cached_property
    def step(self) -> int:
        """The distance between a value of the cursor and the next that can be."""
        return step_of(self.cursor.unit) if self.cursor else 1

    @cached_property
    def is_divisible(self) -> bool:
        """Whether stretches can be asked for by both ends, and so side by side."""
        is_moment = self.cursor is not None and self.cursor.parallel and self.cursor.unit != "number"
        return is_moment and bool(all(ends & self._references for ends in _ENDS))

    def request(self, begin: int, end: int | None, parent: Values) -> Request:
        """Make the request of a stretch's first page.

        Args:
            begin: The first value of the stretch.
            end: The first behind it; ``None`` for one without an end.
            parent: What the references to a parent name.

        Raises:
            JobError: The parent has nothing of the name: without it the API would be asked for what is of all.
        """
        for name, value in parent.items():
            if value is None and name in self._references:
                raise _nameless(name)
        values = {**self.values, **self._window(begin, end), **parent}
        quoted = {name: quote(str(value), safe="") for name, value in parent.items()}
        return Request(
            str(filled(self.spec.path, {**values, **quoted})),
            {name: _parameter(value, values) for name, value in self.spec.params.items()},
            self.spec.method,
            filled(self.spec.headers, values) or {},
            filled(self.spec.body, values) if self.spec.body is not None else None,
            self.spec.rate_limit,
        )

    @cached_property
    def is_newest_first(self) -> bool:
        """Whether a row may come several times, its latest state first: then the others are out of date."""
        is_other = self.spec.row is not None and bool(self.key)
        return is_other and self.cursor is not None and self.cursor.order == "descending"

    def row_mark(self, record: Raw) -> str:
        """Tell apart the row that a record is of, whichever of its states it is."""
        return digest(self._row_fields.of(record))

    @cached_property
    def _row_fields(self) -> Fields:
        return Fields([f"{self.spec.row}.{name}" for name in self.key])

    def fields_of(self, record: Raw) -> tuple[Any, ...]:
        """Give the cursor's value of a record (``None`` without a cursor), and the fields of its identity."""
        found = self._fields.of(record)
        return found if self.cursor else (None, *found)

    def digest(self, record: Raw, fields: Sequence[Any]) -> str:
        """Tell a record apart.

        Args:
            record: The record.
            fields: As :meth:`fields_of` gives them.
        """
        identity = fields[1:]
        return digest(identity) if identity and None not in identity else digest_of_text(record)

    @cached_property
    def _fields(self) -> Fields:
        return Fields([*([self.cursor.field] if self.cursor else []), *self.identity])

    @cached_property
    def _references(self) -> set[str]:
        return references([self.spec.path, dict(self.spec.params), self.spec.headers, self.spec.body])

    def _window(self, begin: int, end: int | None) -> dict[str, Any]:
        if self.cursor is None:
            return {}
        form = self.cursor.filter or self.cursor.unit
        found: dict[str, Any] = {}
        if begin > EVER:
            found |= {"window:from": written(begin, form), "window:after": written(begin - self.step, form)}
        if end is not None:
            until = written(_told_at(end, self.cursor), form, up=True)
            found |= {"window:until": until, "window:through": until}
        return found


def _told_at(end: int, cursor: CursorSpec) -> int:
    """Give the end by which an API is asked for what lies before one.

    It may keep finer moments than it writes in a text. Asked for what lies before 12:00:00.1, it leaves out a record of
    12:00:00.3 that it writes as 12:00:00, which is none of those from 12:00:00.1 on either. So it is asked for whole
    seconds, and who reads leaves out what lies beyond the end.
    """
    return -(-end // _SECOND) * _SECOND if cursor.unit == "iso" else end


def _nameless(name: str) -> JobError:
    field = name.removeprefix("parent:")
    return JobError(
        f"a record of the parent has no {field!r}, by which its own are asked for",
        "mend `parent.fields`, or let the parent's request leave such records out",
    )


def _parameter(template: Any, values: Values) -> Any:  # noqa: ANN401  # whatever a definition holds
    """Fill in a parameter: a list that is named becomes one text, divided by commas; one that is written, several."""
    found = filled(template, values)
    if not isinstance(found, list):
        return found
    if not isinstance(template, list):
        return ",".join(map(str, found))
    return [inner for each in found for inner in (each if isinstance(each, list) else [each])]
