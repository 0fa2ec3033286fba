"""Runs the jobs of `ingest` under Airflow 3: a runner file becomes DAGs, and one operator runs any job.

Airflow is imported when it is needed: the command that starts Airflow's processes holds none of it in its memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest_airflow.operators import IngestOperator
    from ingest_airflow.runner_dags import dags

__all__ = ["IngestOperator", "dags"]


def __getattr__(name: str) -> Any:  # noqa: ANN401  # as PEP 562 has it
    if name == "dags":
        from ingest_airflow.runner_dags import dags  # noqa: PLC0415  # see above

        return dags
    if name == "IngestOperator":
        from ingest_airflow.operators import IngestOperator  # noqa: PLC0415  # see above

        return IngestOperator
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
