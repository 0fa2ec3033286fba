"""Lines of Airflow 2 that runbooks still have, in the words of Airflow 3.

Source: Airflow's guide "Upgrading to Airflow 3", and Airflow 2.11's ``cli_config.py`` for the options.
"""

from __future__ import annotations

from collections.abc import Sequence

PREPARE = ("ingest", "prepare")
"""In the place of ``airflow db init``: the tables are brought in order, and the pools of the tenants are made."""

_OLDER: dict[tuple[str, ...], tuple[str, ...]] = {
    ("db", "init"): PREPARE,
    ("db", "upgrade"): ("db", "migrate"),
    ("webserver",): ("api-server",),
}
_OLDER_OPTIONS = {"--hostname": "--host", "--debug": "--dev"}
"""Of ``airflow webserver``; the others that ``api-server`` has go by the same names."""


def in_todays_words(arguments: Sequence[str]) -> list[str]:
    """Give a line as Airflow 3 has it; one that is no older line stays as it is.

    Args:
        arguments: What stands behind ``airflow``.
    """
    for older, todays in _OLDER.items():
        if tuple(arguments[: len(older)]) == older:
            rest = arguments[len(older) :]
            return [*todays, *(map(_option, rest) if older == ("webserver",) else rest)]
    return list(arguments)


def _option(said: str) -> str:
    name, sign, value = said.partition("=")
    return f"{_OLDER_OPTIONS.get(name, name)}{sign}{value}"
