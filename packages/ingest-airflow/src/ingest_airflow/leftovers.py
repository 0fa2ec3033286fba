"""Notes in Airflow's records that the schedulers of before are gone."""

from __future__ import annotations

from airflow.jobs.job import Job, JobState
from airflow.utils.session import create_session
from sqlalchemy import update


def end_schedulers() -> int:
    """Record each scheduler that is said to run as failed. To be called when none does.

    A scheduler that begins takes up what others left, once their last word is older than
    ``[scheduler] scheduler_health_check_threshold``, or their record says that they ended (airflow 3.3.2,
    ``adopt_or_reset_orphaned_tasks``).

    Returns:
        How many there were.
    """
    gone = Job.job_type == "SchedulerJob", Job.state == JobState.RUNNING
    with create_session() as session:
        return len(session.execute(update(Job).where(*gone).values(state=JobState.FAILED).returning(Job.id)).all())
