"""What a schedule's cron line may say: five fields that name moments which come."""

from __future__ import annotations

import re
from datetime import UTC, datetime

FIELDS_PATTERN = r"^[^\s@]+(\s+[^\s@]+){4}$"
"""What editors are told; :func:`cron_line` decides."""

_WORDS = re.compile(r"[A-Za-z]+|[^\sA-Za-z0-9,*/-]")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMES = frozenset((*_MONTHS, "sun", "mon", "tue", "wed", "thu", "fri", "sat"))
"""Source: crontab(5). What others have beside these (`L`, `W`, `#`, `?`, `R`) means other things to other readers."""

_EXAMPLE = "five fields: minute, hour, day, month, day of the week, such as '0 6 * * 1'"
_SHORT = {"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0"}
_SHORT |= {"@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *"}


def cron_line(text: str) -> str:
    """Check a cron line: fields as crontab(5) has them, which every orchestrator reads alike.

    Raises:
        ValueError: It is none, or what it names never comes.
    """
    from croniter import CroniterBadDateError, CroniterError, croniter  # noqa: PLC0415  # only runner files want it

    if text in _SHORT:
        raise ValueError(f"must be five fields: write '{_SHORT[text]}'")
    if not re.fullmatch(FIELDS_PATTERN, text):
        raise ValueError(f"must be {_EXAMPLE}")
    if odd := next((word for word in _WORDS.findall(text) if word.lower() not in _NAMES), None):
        raise ValueError(f"has {odd!r}, which not every orchestrator knows; must be {_EXAMPLE}")
    try:
        croniter(text, datetime(2000, 1, 1, tzinfo=UTC)).get_next()
    except CroniterBadDateError:
        raise ValueError("names a day that never comes") from None
    except CroniterError:
        raise ValueError(f"cannot be read; must be {_EXAMPLE}") from None
    return text
