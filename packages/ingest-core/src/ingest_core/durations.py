"""Lengths of time as people write them: ``30s``, ``5m``, ``1h30m``."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds", "ms": "milliseconds"}
_WHOLE = re.compile("".join(rf"(?:(?P<{name}>\d{{1,6}}){unit})?" for unit, name in _UNITS.items()), re.ASCII)


def parse_duration(text: str) -> timedelta:
    """Read a length of time.

    Args:
        text: Whole numbers, each with its unit, the greater unit first: ``1h30m``. The units are ``d``, ``h``, ``m``,
            ``s`` and ``ms``.

    Raises:
        ValueError: It is none.
    """
    found = _WHOLE.fullmatch(text)
    said = {unit: int(count) for unit, count in found.groupdict().items() if count} if found else {}
    if not said:
        raise ValueError("must be numbers with their units, the greater first, such as 30s, 5m or 1h30m")
    return timedelta(**said)


def written(length: timedelta) -> str:
    """Write a length of time as :func:`parse_duration` reads it, to the millisecond."""
    left = round(length / timedelta(milliseconds=1))
    parts = []
    for unit, name in _UNITS.items():
        count, left = divmod(left, timedelta(**{name: 1}) // timedelta(milliseconds=1))
        parts += [f"{count}{unit}"] if count else []
    return "".join(parts) or "0s"
