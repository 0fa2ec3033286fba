"""The values of cursors as whole numbers, so that they can be compared, halved and counted on.

Moments are microseconds since 1970 in UTC; other cursors are numbers as they are.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from ingest_core.rest.definition.cursor import CursorSpec, Unit

EVER = -(2**62)
"""Before all values: where a stream without a `start` begins."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = 86_400_000_000
_STEPS: dict[str, int] = {"s": 1_000_000, "ms": 1_000, "us": 1, "iso": 1, "date": _DAY, "number": 1}


def step_of(unit: Unit) -> int:
    """Give the distance between a value and the next that can be."""
    return _STEPS[unit]


def tick_of(value: Any, unit: Unit) -> int | None:  # noqa: ANN401  # any JSON value
    """Read a cursor's value.

    Args:
        value: As a record, or a definition's `start`, holds it.
        unit: How it is written.

    Returns:
        Microseconds since 1970, or the number; ``None`` for null and for an empty text.

    Raises:
        ValueError: It is no such value.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError(f"{value!r} is no value of a cursor")  # noqa: TRY004  # it is data, and no caller's fault
    if unit in ("iso", "date"):
        return _tick_of_text(str(value))
    return int(value) * _STEPS[unit]


def start_of(cursor: CursorSpec) -> int:
    """Give the first value that there can be."""
    if cursor.start is None:
        return EVER
    is_moment = cursor.unit != "number"
    return (tick_of(str(cursor.start), "iso" if is_moment else "number")) or 0


def tick_at(moment: datetime) -> int:
    """Give the microseconds since 1970 of a moment with its zone."""
    return (moment - _EPOCH) // _MICROSECOND


def written(tick: int, form: Unit | str, *, up: bool = False) -> str | int:
    """Write a value as a request wants it.

    Args:
        tick: The value.
        form: A unit, or a pattern of strftime.
        up: Whether a form that is coarser is rounded up, so that nothing is left out at the upper end.
    """
    if form == "number":
        return tick
    if form in ("s_text", "ms_text"):
        return str(written(tick, form.removesuffix("_text"), up=up))
    if form in ("s", "ms", "us"):
        return -(-tick // _STEPS[form]) if up else tick // _STEPS[form]
    coarse = _DAY if form == "date" else 1 if form == "iso" or "%f" in form else 1_000_000
    moment = _EPOCH + (-(-tick // coarse) if up else tick // coarse) * coarse * _MICROSECOND
    if form == "date":
        return moment.date().isoformat()
    return moment.strftime(form) if form != "iso" else moment.isoformat().replace("+00:00", "Z")


def _tick_of_text(text: str) -> int:
    moment = datetime.fromisoformat(text) if len(text) > len("2020-01-01") else _midnight(text)
    return tick_at(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _midnight(text: str) -> datetime:
    day = date.fromisoformat(text)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
