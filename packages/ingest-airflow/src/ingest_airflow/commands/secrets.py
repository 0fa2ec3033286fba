"""Knows the secrets of an Airflow, so that no command shows them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from urllib.parse import unquote, urlsplit

from ingest_core import Secret, environment_secrets
from ingest_core.plugin import Launch

from ingest_airflow.instance import airflow_home


def secrets_of(launch: Launch, variables: Mapping[str, str]) -> Iterator[Secret]:
    """Give the secrets of the environment, the keys, the passwords, and what the database's URL holds.

    Args:
        launch: Whose they are.
        variables: What Airflow's processes get in their environment.
    """
    yield from environment_secrets()
    folder = airflow_home(launch.home)
    for key in sorted((folder / "keys").glob("*")):
        yield Secret(key.read_text(encoding="utf-8").strip(), f"the key {key.name}")
    with suppress(FileNotFoundError):  # made at the first start
        passwords = json.loads((folder / "passwords.json").read_text(encoding="utf-8"))
        yield from (Secret(word, f"the password of {user}") for user, word in passwords.items())
    for name in sorted(name for name in variables if name.startswith("AIRFLOW__")):
        yield from _of_url(variables[name], name)


def _of_url(value: str, name: str) -> Iterator[Secret]:
    with suppress(ValueError):  # no URL
        if password := urlsplit(value).password:
            yield Secret(value, name)
            yield from (Secret(form, "the database's password") for form in {password, unquote(password)})
