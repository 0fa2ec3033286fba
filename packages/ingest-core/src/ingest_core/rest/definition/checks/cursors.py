"""Whether a cursor fits the request that it is of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import get_args

from ingest_core.documents import nearest
from ingest_core.errors import Fault
from ingest_core.rest.definition.checks.asked import Asked
from ingest_core.rest.definition.cursor import CursorSpec, Unit

_BEGINS = {"window:from", "window:after"}
_ENDS = {"window:until", "window:through"}
_FORMS = (*get_args(Unit), "s_text", "ms_text")
"""How the references of a request may be written, beside patterns."""

_DIRECTIVES = frozenset("aAbBcdfGHIjmMpSuUVwWxXyYzZ%")
"""Of strftime (https://docs.python.org/3/library/datetime.html#format-codes)."""


def cursor_faults(asked: Asked) -> Iterator[Fault]:
    """Find what contradicts itself in a cursor and in what its request says of stretches.

    Args:
        asked: The request.
    """
    cursor = asked.spec.cursor
    if cursor is None:
        yield from _without(asked)
        return
    yield from _start_faults(cursor, asked)
    yield from _form_faults(cursor, asked)
    if cursor.seek:
        yield from _seek_faults(cursor, asked)
    if cursor.span is not None and not (asked.names & _BEGINS and asked.names & _ENDS):
        mend = "name ${window:from} and ${window:until} in the request"
        yield Fault("a load is divided where a request names both ends of a stretch", mend, asked.at("cursor", "span"))
    if cursor.unit == "number":
        for name in ("span", "settles"):
            if name in cursor.model_fields_set and getattr(cursor, name):
                key = asked.at("cursor", name)
                yield Fault("is a length of time, and the cursor is a number", "leave it out", key)


def _without(asked: Asked) -> Iterator[Fault]:
    for part, template in asked.templates.items():
        inner = template if isinstance(template, dict) else {None: template}
        for name, value in inner.items():
            if "${window:" in str(value):
                key = asked.at(part) if name is None else asked.at(part, name)
                yield Fault("names a stretch of a cursor, and there is none", "give the request a `cursor`", key)


def _start_faults(cursor: CursorSpec, asked: Asked) -> Iterator[Fault]:
    start = cursor.start
    if start is None or isinstance(start, date):
        if isinstance(start, date) and cursor.unit == "number":
            yield Fault("is a date, and the cursor is a number", "write a number", asked.at("cursor", "start"))
        return
    if cursor.unit == "number":
        if not re.fullmatch(r"-?\d+", str(start)):
            yield Fault("is no whole number, as the cursor is", "write one", asked.at("cursor", "start"))
    elif not _is_moment(str(start)):
        mend = "write it so, whatever the unit: 2010-01-01, or 2010-01-01T00:00:00Z"
        yield Fault("is neither a date nor a moment", mend, asked.at("cursor", "start"))


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _form_faults(cursor: CursorSpec, asked: Asked) -> Iterator[Fault]:
    form, key = cursor.filter, asked.at("cursor", "filter")
    if form is None:
        return
    if (form == "number") != (cursor.unit == "number"):
        yield Fault("a number is no moment, and a moment none", "leave it out, or mend `unit`", key)
    elif form not in _FORMS:
        yield from _pattern_faults(form, key)


def _pattern_faults(form: str, key: tuple[str | int, ...]) -> Iterator[Fault]:
    if "%" not in form:
        close = nearest(form, _FORMS)
        mend = f"did you mean {close!r}?" if close else f"say {', '.join(_FORMS)}, or such as '%Y-%m-%d'"
        yield Fault(f"{form!r} is neither a unit nor a pattern of strftime", mend, key)
    elif unknown := [code for code in re.findall(r"%(.?)", form, re.DOTALL) if code not in _DIRECTIVES or not code]:
        yield Fault(f"'%{unknown[0]}' stands for nothing", "write % as %%; a pattern is such as '%Y-%m-%d'", key)


def _seek_faults(cursor: CursorSpec, asked: Asked) -> Iterator[Fault]:
    key = asked.at("cursor", "seek")
    if cursor.order == "none":
        yield Fault("the last record of a page tells where to go on only in an order", "say `order`", key)
        return
    wanted = _BEGINS if cursor.order == "ascending" else _ENDS
    if not asked.names & wanted:
        named = " or ".join(f"${{{name}}}" for name in sorted(wanted))
        yield Fault("the request cannot ask for what lies behind a value", f"name {named} in it", key)
