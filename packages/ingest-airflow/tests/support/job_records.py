"""What Airflow keeps of its own services, as rows that a test writes and reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.utils.net import get_hostname
from sqlalchemy import create_engine, text


def this_host() -> str:
    """Give the name that Airflow has for this host."""
    name: str = get_hostname()  # type: ignore[no-untyped-call]  # Airflow's
    return name


def begun(url: str, job_type: str, host: str, seconds_ago: float = 0) -> int:
    """Write that a service runs.

    Args:
        url: Airflow's records.
        job_type: The service, by Airflow's name.
        host: Where it runs.
        seconds_ago: When it told last that it lives.

    Returns:
        The number of the row.
    """
    said = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    line = (
        "INSERT INTO job (state, job_type, hostname, start_date, latest_heartbeat)"
        " VALUES ('running', :job_type, :host, :said, :said) RETURNING id"
    )
    engine = create_engine(url)
    with engine.begin() as records:
        number: int = records.execute(text(line), {"job_type": job_type, "host": host, "said": said}).scalar_one()
    engine.dispose()
    return number


def running(url: str) -> set[int]:
    """Give the numbers of the services that are said to run."""
    engine = create_engine(url)
    with engine.begin() as records:
        found = set(records.execute(text("SELECT id FROM job WHERE state = 'running'")).scalars())
    engine.dispose()
    return found
