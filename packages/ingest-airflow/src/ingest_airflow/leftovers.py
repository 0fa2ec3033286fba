"""Notes in Airflow's records that the schedulers of before are gone."""

from __future__ import annotations

from airflow.jobs.job import Job, JobState
from airflow.utils.net import get_hostname
from airflow.utils.session import create_session
from sqlalchemy import update


def end_schedulers() -> int:
    """Record schedulers that are said to run as failed. To be called while the lock of this state folder's is held.

    Where the records are a file of that folder, none runs. A server's may be of another host as well: there, only
    what is said to run on this one is gone.

    A scheduler that begins takes up what others left, once their last word is older than
    ``[scheduler] scheduler_health_check_threshold``, or their record says that they ended (airflow 3.3.2,
    ``adopt_or_reset_orphaned_tasks``).

    Returns:
        How many there were.
    """
    gone = [Job.job_type == "SchedulerJob", Job.state == JobState.RUNNING]
    with create_session() as session:
        if session.get_bind().dialect.name != "sqlite":
            gone.append(Job.hostname == get_hostname())  # type: ignore[no-untyped-call]  # Airflow's
        return len(session.execute(update(Job).where(*gone).values(state=JobState.FAILED).returning(Job.id)).all())
