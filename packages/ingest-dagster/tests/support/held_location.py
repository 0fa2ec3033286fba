"""Definitions for tests of what surrounds runs: a run goes on until a test lets it end.

Annotations are no strings here: Dagster reads them.
"""

import os
import time
from pathlib import Path

from dagster import Definitions, OpExecutionContext, in_process_executor, job, op
from ingest_dagster.liveness.locks import alive
from ingest_dagster.liveness.watching import watch_runs
from ingest_dagster.pools import make_pools

HOME = Path(os.environ["INGEST_HOME"])


def _wait_to_be_let_go(run_id: str) -> None:
    (HOME / "begun").mkdir(exist_ok=True)
    (HOME / "begun" / run_id).write_text(str(os.getpid()), encoding="utf-8")
    while not (HOME / "let-go" / run_id).exists():
        time.sleep(0.05)


@op(pool="tenant_acme")
def hold_acme(context: OpExecutionContext) -> None:
    with alive(HOME, context.run_id):
        _wait_to_be_let_go(context.run_id)


@op(pool="tenant_globex")
def hold_globex(context: OpExecutionContext) -> None:
    with alive(HOME, context.run_id):
        _wait_to_be_let_go(context.run_id)


@op
def hold_free(context: OpExecutionContext) -> None:
    with alive(HOME, context.run_id):
        _wait_to_be_let_go(context.run_id)


@job(executor_def=in_process_executor)
def free() -> None:
    hold_free()


@job(executor_def=in_process_executor)
def acme() -> None:
    hold_acme()


@job(executor_def=in_process_executor)
def globex() -> None:
    hold_globex()


defs = Definitions(jobs=[acme, globex, free], sensors=[watch_runs(HOME)])
make_pools(defs)
