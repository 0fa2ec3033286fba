"""Knows the secrets of an Airflow, so that no command shows them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ingest_core import Redactor, Secret, environment_secrets

from ingest_airflow.instance import passwords_file

_SECRET = ("_KEY", "_SECRET", "_PASSWORD")
"""Ends of the names of variables that hold a secret."""


def knowing(home: Path, variables: Mapping[str, str]) -> Redactor:
    """Make a redactor that knows the secrets of the environment, the keys, the passwords, and the database's.

    Args:
        home: The home folder of the Airflow.
        variables: What its processes have in their environment.
    """
    redactor = Redactor()
    for secret in (*environment_secrets(), *_passwords(home), *_variables({**os.environ, **variables})):
        redactor.add(secret)
    return redactor


def _passwords(home: Path) -> Iterator[Secret]:
    with suppress(FileNotFoundError):  # made by the first start
        passwords = json.loads(passwords_file(home).read_text(encoding="utf-8"))
        yield from (Secret(password, f"the password of {user}") for user, password in passwords.items())


def _variables(variables: Mapping[str, str]) -> Iterator[Secret]:
    """Give those of Airflow's own variables that are secrets, and what is secret in those that are addresses."""
    for name, value in variables.items():
        if name.startswith("AIRFLOW__"):
            password = _password_in(value)
            if password or name.endswith(_SECRET):
                yield Secret(value, name)
            yield from (Secret(form, f"the password of {name}") for form in {password, unquote(password)} if form)


def _password_in(value: str) -> str:
    with suppress(ValueError):  # no address
        return urlsplit(value).password or ""
    return ""
