"""Where things are, and what they are called."""

from __future__ import annotations

from pathlib import Path

ADMIN = "admin"
"""Who may do everything on the page, unless a person's own settings name others."""


def airflow_home(home: Path) -> Path:
    """Give Airflow's own folder (``AIRFLOW_HOME``) of a home folder."""
    return home / "state" / "airflow"


def own_settings_file(home: Path) -> Path:
    """Give the file, which need not be there, of what a person sets of Airflow."""
    return home / "configs" / "airflow.cfg"


def passwords_file(home: Path) -> Path:
    """Give the file in which the passwords of the page are, in clear, for its owner alone."""
    return airflow_home(home) / "passwords.json"


def password_secret(home: Path, user: str) -> Path:
    """Give the file, which need not be there, of a password that a person chose."""
    return home / "secrets" / "airflow" / f"{user}_password"
