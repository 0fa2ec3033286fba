"""The passwords of Airflow's page: chosen by a person, or made once. Airflow itself would print those that it makes.

Source: airflow 3.3.2, ``simple_auth_manager.py``: a file of JSON, a password by user; one that is missing is made there
and printed.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from pathlib import Path

from ingest_core import JobError
from ingest_core.plugin import write_private

from ingest_airflow.instance.folder import airflow_home, password_secret, passwords_file
from ingest_airflow.instance.keys import alone_in

_SHORTEST = 8


def write_passwords(home: Path, users: Iterable[str]) -> None:
    """See that every user has a password: the one in ``secrets/airflow/``, else that of before, else a new one.

    Args:
        home: The home folder.
        users: Their names.

    Raises:
        JobError: A password cannot be used, or the file cannot be read or written. No message holds a password.
    """
    file = passwords_file(home)
    with alone_in(airflow_home(home)):
        before = _read(file)
        now = before | {user: _chosen(home, user) or before.get(user) or secrets.token_urlsafe(16) for user in users}
        if now != before or not file.exists() or file.stat().st_mode & 0o077:
            write_private(file, json.dumps(now) + "\n")


def _read(file: Path) -> dict[str, str]:
    mend = "remove it, and passwords are made anew"
    try:
        said = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except (OSError, ValueError) as error:
        # What it is that cannot be read is not told: it would show what stands there.
        raise JobError(f"the passwords in {file} cannot be read: {type(error).__name__}", mend) from None
    if not isinstance(said, dict) or not all(isinstance(each, str) for each in said.values()):
        raise JobError(f"{file} holds no passwords by user", mend)
    return said


def _chosen(home: Path, user: str) -> str | None:
    file = password_secret(home, user)
    try:
        text = file.read_text(encoding="utf-8") if file.exists() else None
    except (OSError, UnicodeError) as error:
        raise JobError(f"{file} cannot be read: {type(error).__name__}", "see that the process may read it") from None
    if text is None:
        return None
    password = text.removesuffix("\n").removesuffix("\r")
    if len(password) < _SHORTEST:
        raise JobError(f"the password in {file} is shorter than {_SHORTEST} characters", "choose a longer one")
    return password
