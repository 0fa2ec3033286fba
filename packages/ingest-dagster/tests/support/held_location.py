"""Definitions for tests of what surrounds runs: a run goes on until a test lets it end.

Annotations are no strings here: Dagster reads them.
"""

import os
import time
from pathlib import Path

from dagster import Definitions, JobDefinition, OpExecutionContext, in_process_executor, job, op
from ingest_dagster.liveness.locks import alive
from ingest_dagster.liveness.watching import watch_runs
from ingest_dagster.pools import make_pools

HOME = Path(os.environ["INGEST_HOME"])


def _wait_to_be_let_go(run_id: str) -> None:
    (HOME / "begun").mkdir(exist_ok=True)
    (HOME / "begun" / run_id).write_text(str(os.getpid()), encoding="utf-8")
    while not (HOME / "let-go" / run_id).exists():
        time.sleep(0.05)


def _job(name: str, pool: str | None) -> JobDefinition:
    @op(name=f"hold_{name}", pool=pool)
    def hold(context: OpExecutionContext) -> None:
        with alive(HOME, context.run.run_id):
            _wait_to_be_let_go(context.run.run_id)

    @job(name=name, executor_def=in_process_executor)
    def holding() -> None:
        hold()

    return holding


def _later() -> list[str]:
    """A tenant that comes when a test says so, and the definitions are loaded again."""
    return ["initech"] if (HOME / "initech").exists() else []


_tenants = [_job(tenant, f"tenant_{tenant}") for tenant in ("acme", "globex", *_later())]
defs = Definitions(jobs=[*_tenants, _job("free", None)], sensors=[watch_runs(HOME)])
make_pools(defs)
