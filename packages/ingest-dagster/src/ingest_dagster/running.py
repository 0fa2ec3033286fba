"""Runs a job within a step of Dagster, and says what became of it in Dagster's words."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import dagster as dg
import pyarrow as pa
from dagster import DagsterLogManager
from ingest_core import (
    IngestError,
    Interrupts,
    Outcome,
    Plan,
    Redactor,
    Report,
    RunEvent,
    RunOptions,
    configure_logging,
    environment_secrets,
    load_job,
    plan,
    redact_streams,
    run,
)

from ingest_dagster.asset_metadata import Told, landed
from ingest_dagster.facts import Facts, JobFacts, TableFacts, job_facts
from ingest_dagster.liveness.locks import alive
from ingest_dagster.outcome import failure_of
from ingest_dagster.run_log import masked_in_others, shown_in

LONGEST_WAIT = timedelta(minutes=10)
"""How long a run waits for one of its tenant that Dagster knows nothing of: one that a person started in a shell."""


@dataclass
class _Watch:
    """Keeps the columns that each table shows after its last commit."""

    columns: dict[str, pa.Schema] = field(default_factory=dict)

    def observe(self, event: RunEvent) -> None:
        if event.kind == "committed" and event.columns is not None:
            self.columns[event.name] = event.columns


@contextlib.contextmanager
def within_a_step(log: DagsterLogManager) -> Iterator[Redactor]:
    """Redact what a step writes, and log as every run of `ingest` does, in Dagster's log too.

    Yields:
        Learns the secrets; knows those of the environment.

    Raises:
        Failure: As within; also in the place of any other exception, since Dagster keeps an exception's words, causes
            and traceback as they are.
        DagsterExecutionInterruptedError: As within.
    """
    redactor = Redactor()
    for secret in environment_secrets():
        redactor.add(secret)
    ended: BaseException | None = None
    # Raised behind: to an exception the streams are not given back, and Dagster goes on writing to them.
    with redact_streams(redactor):
        configure_logging(redactor=redactor)
        with masked_in_others(redactor), shown_in(log, redactor):
            try:
                yield redactor
            except (dg.DagsterExecutionInterruptedError, KeyboardInterrupt):
                ended = dg.DagsterExecutionInterruptedError()
            except dg.Failure as error:
                text = redactor.text(error.description or "")
                ended = dg.Failure(text, metadata=error.metadata, allow_retries=False)
            except IngestError as error:
                ended = dg.Failure(redactor.text(f"nothing was committed\n{error}"), allow_retries=False)
            except Exception as error:
                logging.getLogger("ingest").exception("crashed")
                text = f"a fault of the program itself: {type(error).__name__}: {error}; stderr has its traceback"
                ended = dg.Failure(redactor.text(text), allow_retries=False)
    if ended:
        raise ended from None


def materialize(facts: Facts, job: JobFacts, context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
    """Run a job and give a result for each of its tables of which nothing failed before the first commit.

    Args:
        facts: What the definitions were made of.
        job: The job.
        context: Of the step.

    Raises:
        Failure: Some of it, or nothing, was landed. What was landed has its result all the same.
        DagsterExecutionInterruptedError: Somebody stopped it.
    """
    with within_a_step(context.log) as redactor, alive(facts.home, context.run.run_id):
        yield from _materialize(facts, job, context, redactor)


def _materialize(
    facts: Facts, job: JobFacts, context: dg.AssetExecutionContext, redactor: Redactor
) -> Iterator[dg.MaterializeResult[None]]:
    wanted = _wanted(job, context)
    watch = _Watch()
    with Interrupts() as interrupts:
        planned = _planned(facts, job, list(wanted.values()))
        # Once the report is there a stop comes too late to change it, and must not keep it from being told.
        report = run(planned, _options(facts, redactor, watch), interrupts.hold)
        interrupts.hold()
        told = list(_told(wanted, report, watch, redactor))
    # Dagster takes one after the other, and a stop between two leaves the rest out of its records, not of the tables.
    yield from (dg.MaterializeResult(key, metadata=metadata) for key, metadata in told)
    if report.outcome is Outcome.SUCCESS:
        return
    if report.stopped:
        raise dg.DagsterExecutionInterruptedError
    raise failure_of(report)


def _wanted(job: JobFacts, context: dg.AssetExecutionContext) -> dict[dg.AssetKey, TableFacts]:
    """Give the tables that are to be loaded, by the keys that their assets have here.

    A team may have put a prefix before ours (``load_assets_from_modules(..., key_prefix=...)``).
    """
    selected = {tuple(key.path[-len(table.key) :]): key for table in job.tables for key in context.selected_asset_keys}
    return {selected[table.key]: table for table in job.tables if table.key in selected}


def _told(
    wanted: Mapping[dg.AssetKey, TableFacts], report: Report, watch: _Watch, redactor: Redactor
) -> Iterator[tuple[dg.AssetKey, Told]]:
    """Tell of each table of which no object failed altogether."""
    for key, table in wanted.items():
        own = [each for each in report.objects if each.name in table.objects]
        if own and all(each.status in ("committed", "unchanged", "partial") for each in own):
            columns = next((watch.columns[name] for name in reversed(table.objects) if name in watch.columns), None)
            yield key, landed(table, report, columns, redactor)


def _planned(facts: Facts, job: JobFacts, wanted: Sequence[TableFacts]) -> Plan:
    """Plan the job as its file is now.

    Raises:
        JobError: There is something wrong with it.
        Failure: It lands in other tables than those that Dagster knows.
    """
    planned = plan(load_job(job.file, facts.home))
    now = {table.key: table.objects for table in job_facts(planned).tables}
    if now != {table.key: table.objects for table in job.tables}:
        what = f"{job.file} lands other objects, or in other tables, than when Dagster read it"
        raise dg.Failure(f"{what}; reload the code location, or start the orchestrator again", allow_retries=False)
    return planned.only([name for table in wanted for name in table.objects])


def _options(facts: Facts, redactor: Redactor, watch: _Watch) -> RunOptions:
    return RunOptions(
        redactor=redactor,
        observer=watch.observe,
        wait=LONGEST_WAIT,
        tenant_limit=facts.concurrency_per_tenant,
    )
