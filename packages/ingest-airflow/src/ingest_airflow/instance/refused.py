"""What a person may not set of Airflow, since a promise would break, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

Place = tuple[str, str]
"""A section and an option of it."""

_ALWAYS = ""
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
_SCHEDULES = ("nothing would be started when it is due", "remove it; `enabled: false` in the runner file stops one")
_CATCHUP = ("what a schedule missed is not made up for: the next run reads it", "remove it")

_REFUSED: Mapping[Place, tuple[str, tuple[str, str]]] = {
    ("core", "dags_folder"): (_ALWAYS, _DAGS),
    ("dag_processor", "dag_bundle_config_list"): (_ALWAYS, _DAGS),
    ("database", "sql_alchemy_conn"): (_ALWAYS, _RECORDS),
    ("database", "sql_alchemy_conn_cmd"): (_ALWAYS, _RECORDS),
    ("database", "sql_alchemy_conn_secret"): (_ALWAYS, _RECORDS),
    ("database", "sql_alchemy_conn_async"): (_ALWAYS, _RECORDS),
    ("api", "host"): (_ALWAYS, _ADDRESS),
    ("api", "port"): (_ALWAYS, _ADDRESS),
    ("core", "simple_auth_manager_all_admins"): ("true", _ADMINS),
    ("core", "simple_auth_manager_passwords_file"): (_ALWAYS, _PASSWORDS),
    ("scheduler", "use_job_schedule"): ("false", _SCHEDULES),
    ("scheduler", "catchup_by_default"): ("true", _CATCHUP),
}
"""Each with the value that is refused; with any where there is none."""
_KEYS = frozenset({("core", "fernet_key"), ("api", "secret_key"), ("api_auth", "jwt_secret")})
"""Refused in the file alone: variables are where keys belong."""
_MEANT = {"true": {"true", "t", "1"}, "false": {"false", "f", "0"}}
"""How Airflow takes truth values. Source: airflow 3.3.2, ``_shared/configuration/parser.py``, ``getboolean``."""


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
    refused, told = _REFUSED.get(place, (None, None))
    if refused is None or (refused and value.strip().lower() not in _MEANT[refused]):
        return None
    return told


def refused_variables(environment: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Tell which variables say what the file may not: Airflow takes them before any file.

    Args:
        environment: All variables.

    Yields:
        The name of each, what is wrong, and its mend.
    """
    for place in _REFUSED:
        name = variable_of(place)
        if name in environment and (found := refusal(place, environment[name])):
            yield (name, *found)


def variable_of(place: Place) -> str:
    """Give the variable by which Airflow takes an option."""
    return f"AIRFLOW__{place[0].upper()}__{place[1].upper()}"
