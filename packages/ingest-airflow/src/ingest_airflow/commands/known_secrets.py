"""Knows the secrets of an Airflow, so that no command shows them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ingest_core import Redactor, Secret, environment_secrets

from ingest_airflow.instance import passwords_file


def knowing(home: Path, variables: Mapping[str, str]) -> Redactor:
    """Make a redactor that knows the secrets of the environment, the keys, the passwords, and the database's.

    Args:
        home: The home folder of the Airflow.
        variables: What its processes have in their environment.
    """
    redactor = Redactor()
    for secret in (*environment_secrets(), *_passwords(home), *_variables(variables)):
        redactor.add(secret)
    return redactor


def _passwords(home: Path) -> Iterator[Secret]:
    with suppress(FileNotFoundError):  # made by the first start
        passwords = json.loads(passwords_file(home).read_text(encoding="utf-8"))
        yield from (Secret(password, f"the password of {user}") for user, password in passwords.items())


def _variables(variables: Mapping[str, str]) -> Iterator[Secret]:
    """Give the values of Airflow's own variables: each is a secret but the address of its server."""
    for name, value in variables.items():
        if name.startswith("AIRFLOW__") and not name.endswith("_URL"):
            yield Secret(value, name)
            with suppress(ValueError):  # no URL
                if password := urlsplit(value).password:
                    yield from (Secret(form, "the database's password") for form in {password, unquote(password)})
