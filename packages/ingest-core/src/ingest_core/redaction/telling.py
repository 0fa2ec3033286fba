"""Tells by its name which value within a secret is one itself, and by itself which value can be masked."""

from __future__ import annotations

import re

SHORTEST = 4
"""Shorter texts stand in every second line; masking them would leave no log to read."""

LONG = 512
"""The lines of longer texts are masked on their own: of the whole, only the forms commonly seen are listed."""

_SHORTEST_WITHOUT_LETTERS = 6
"""Shorter numbers are counts and years as often; to mask them would break lines of JSON."""

_COMMON = {
    *("true", "false", "null", "none", "test", "user", "admin", "main", "root", "default", "public"),
    *("password", "secret", "token", "string", "localhost"),
    *("timestamp", "level", "event", "exception"),  # keys of every line of the log
    *("debug", "info", "warning", "error", "critical"),  # its levels
}

_TELLING = re.compile(
    r"(?i)(?:passw(?:or)?d|passphrase|secret|token|credentials?|authorization|cookie|(?:api|access|private)[_-]?key"
    r"|(?<!partition)(?<!sort)(?<!primary)(?<!foreign)(?<!unique)(?<!routing)(?<!object)(?<!cache)(?<!kafka)"
    r"(?:^|[_.\- ]|(?-i:(?<=[a-z0-9])(?=[A-Z])))(?:key(?:[_-](?:id|data))?|pass|(?-i:[Pp]wd)))$"
)
"""PWD in capitals is the folder that a process works in; the keys of tables and of messages are no secrets."""


def is_maskable(value: str) -> bool:
    """Tell whether masking a value wherever it stands would leave a log that can be read.

    Not maskable are values shorter than four characters, those without a letter shorter than six, and common words.
    """
    core = value.strip()
    shortest = SHORTEST if any(map(str.isalpha, core)) else _SHORTEST_WITHOUT_LETTERS
    return len(core) >= shortest and core.lower() not in _COMMON


def is_telling(name: str) -> bool:
    """Tell whether what is called so is a secret: ``password``, ``db.token``, ``client_secret``, ``AccountKey``."""
    return bool(_TELLING.search(name))
