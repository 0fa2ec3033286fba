"""What a person may not set of Airflow, since a promise would break, and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from ingest_airflow.instance.known_options import older_names

Place = tuple[str, str]
"""A section and an option of it."""

_TRUE, _FALSE = frozenset({"true", "t", "1"}), frozenset({"false", "f", "0"})
"""How Airflow takes truth values. Source: airflow 3.3.2, ``_shared/configuration/parser.py``, ``getboolean``."""


def _always(_: str) -> bool:
    return True


_DAGS = (
    "the DAGs are those of the runner file",
    "remove it; in an Airflow of your own, `ingest_airflow.dags` gives them to a file of yours",
)
_RECORDS = ("where Airflow's records are is said in the runner file", "remove it, and set `database` there")
_ADDRESS = ("where the page answers is said at the start", "remove it, and say `--host` or `--port`")
_KEY = ("a key does not belong in this file", "remove it: one is made, for its owner alone; or set the variable {}")
_ADMINS = ("whoever reaches the page could do everything", "remove it")
_PASSWORDS = (
    "the passwords of the page are in state/airflow/passwords.json",
    "remove it; put a password that you choose into secrets/airflow/NAME_password",
)
_OLDER = ("this is an older name", "write `{}`")
_SHOWN = ("the page would show keys and passwords", "remove it, or write `non-sensitive-only`")
_TLS = (
    "services and runs reach the API server without TLS, and would no more",
    "remove it, and put a proxy that speaks TLS before it",
)
_SCHEDULES = ("nothing would be started when it is due", "remove it; `enabled: false` in the runner file stops one")
_CATCHUP = ("what a schedule missed is not made up for: the next run reads it", "remove it")

_REFUSED: Mapping[Place, tuple[Callable[[str], bool], tuple[str, str]]] = {
    ("core", "dags_folder"): (_always, _DAGS),
    ("dag_processor", "dag_bundle_config_list"): (_always, _DAGS),
    ("database", "sql_alchemy_conn"): (_always, _RECORDS),
    ("database", "sql_alchemy_conn_cmd"): (_always, _RECORDS),
    ("database", "sql_alchemy_conn_secret"): (_always, _RECORDS),
    ("database", "sql_alchemy_conn_async"): (_always, _RECORDS),
    ("database", "sql_alchemy_conn_async_cmd"): (_always, _RECORDS),
    ("database", "sql_alchemy_conn_async_secret"): (_always, _RECORDS),
    ("api", "host"): (_always, _ADDRESS),
    ("api", "port"): (_always, _ADDRESS),
    ("api", "ssl_cert"): (_always, _TLS),
    ("api", "ssl_key"): (_always, _TLS),
    # Airflow's own `non-sensitive-only` is no truth value.
    ("api", "expose_config"): (lambda value: value not in _FALSE | {"non-sensitive-only"}, _SHOWN),
    ("core", "simple_auth_manager_all_admins"): (_TRUE.__contains__, _ADMINS),
    ("core", "simple_auth_manager_passwords_file"): (_always, _PASSWORDS),
    ("scheduler", "use_job_schedule"): (_FALSE.__contains__, _SCHEDULES),
    ("scheduler", "catchup_by_default"): (_TRUE.__contains__, _CATCHUP),
}
"""Each with what tells, of a value in small letters, whether it is refused."""
_KEYS = frozenset({("core", "fernet_key"), ("api", "secret_key"), ("api_auth", "jwt_secret")})
"""Refused in the file alone: variables are where keys belong."""
_FILE_ALONE: Mapping[Place, str] = {
    ("core", "auth_manager"): "who may log in is said in the file",
    ("core", "simple_auth_manager_users"): "Airflow would make the passwords of those, and print them",
}
"""Refused as a variable alone."""


def refusal(place: Place, value: str) -> tuple[str, str] | None:
    """Tell why the file may not say so.

    Args:
        place: The option.
        value: What it is set to.

    Returns:
        What is wrong, and its mend; ``None`` where nothing is.
    """
    if place in _KEYS:
        return _KEY[0], _KEY[1].format(variable_of(place))
    if older := _older(place):
        return _OLDER[0], _OLDER[1].format(f"[{older[0]}] {older[1]}")
    if place in _REFUSED:
        is_refused, told = _REFUSED[place]
        return told if is_refused(value.strip().lower()) else None
    return None


def refused_variables(environment: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Tell which variables say what the file may not: Airflow takes them before any file.

    Args:
        environment: All variables.

    Yields:
        The name of each, what is wrong, and its mend.
    """
    for name in sorted(environment):
        place = _place_of(name)
        if place is None:
            continue
        if place in _FILE_ALONE:
            yield name, _FILE_ALONE[place], f"remove it, and write `[{place[0]}] {place[1]}` in configs/airflow.cfg"
        elif older := _older(place):
            yield name, _OLDER[0], _OLDER[1].format(variable_of(older))
        elif place not in _KEYS and (found := refusal(place, environment[name])):
            yield (name, *found)


def variable_of(place: Place) -> str:
    """Give the variable by which Airflow takes an option."""
    return f"AIRFLOW__{place[0].upper()}__{place[1].upper()}"


def _place_of(variable: str) -> Place | None:
    _, *place = variable.lower().split("__", 2) if variable.startswith("AIRFLOW__") else ("",)
    return (place[0], place[1]) if len(place) == 2 else None  # noqa: PLR2004  # a section and an option


def _older(place: Place) -> Place | None:
    """Give today's place of an older one, also where a command gives the value, or a store of secrets."""
    section, option = place
    name, way = re.fullmatch("(.*?)(|_cmd|_secret)", option, re.DOTALL).groups()  # type: ignore[union-attr]  # it matches any text
    found = older_names().get((section, name))
    return (found[0], found[1] + way) if found else None
