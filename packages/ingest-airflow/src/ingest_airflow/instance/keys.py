"""The keys by which Airflow's processes know one another, made once and kept for their owner alone."""

from __future__ import annotations

import base64
import fcntl
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ingest_core import JobError
from ingest_core.plugin import write_private


def _fernet() -> str:
    # Source: https://github.com/fernet/spec/blob/master/Spec.md, "Key Format".
    return base64.urlsafe_b64encode(os.urandom(32)).decode("ascii")


def _token() -> str:
    return secrets.token_urlsafe(48)


_KEYS: Mapping[str, tuple[str, Callable[[], str]]] = {
    "AIRFLOW__API_AUTH__JWT_SECRET": ("jwt", _token),
    "AIRFLOW__CORE__FERNET_KEY": ("fernet", _fernet),
    "AIRFLOW__API__SECRET_KEY": ("session", _token),
}
"""Airflow's variables, each with the file that holds its value and what makes one."""


def keys(folder: Path) -> dict[str, str]:
    """Give Airflow's keys; those that are not there yet are made.

    Args:
        folder: Airflow's own folder.

    Returns:
        The variables by which its processes get them.

    Raises:
        JobError: A key cannot be read or written.
    """
    with alone_in(folder):
        return {name: _kept(folder / "keys" / file, make) for name, (file, make) in _KEYS.items()}


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold what is made once for one process at a time: services in containers of their own start at once.

    Args:
        folder: Airflow's own folder.

    Raises:
        JobError: It cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("w", encoding="utf-8")
    except OSError as error:
        raise JobError(
            f"{folder} cannot be written: {error.strerror}", "see that the process may write in state/, and has room"
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _kept(file: Path, make: Callable[[], str]) -> str:
    try:
        kept = file.read_text(encoding="utf-8").strip() if file.exists() else ""
    except (OSError, UnicodeError) as error:
        raise JobError(f"the key {file} cannot be read: {error}", "see that the process may read it") from error
    if kept:
        return kept
    value = make()
    write_private(file, value + "\n")
    return value
