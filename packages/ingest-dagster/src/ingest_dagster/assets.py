"""Assets: one for each table, made by one step for each job."""

from collections.abc import Collection, Iterator, Mapping

import dagster as dg  # Dagster reads the annotation of `context`: it must be a type, not text
from ingest_core import JobError

from ingest_dagster.asset_metadata import described
from ingest_dagster.facts import Facts, JobFacts, TableFacts
from ingest_dagster.naming import distinct, plain, pool_of
from ingest_dagster.running import materialize


def assets_of(facts: Facts, taken: Collection[str]) -> Mapping[str, dg.AssetsDefinition]:
    """Give the assets of every job, by the job's file.

    Args:
        facts: What the definitions are made of.
        taken: Names of Dagster's jobs and ops, which the steps of these share.

    Raises:
        JobError: Dagster cannot tell two tables of a job apart.
    """
    names = distinct({str(job.file): f"{job.tenant}__{job.name}" for job in facts.jobs}, taken)
    return {str(job.file): _assets(facts, job, names[str(job.file)]) for job in facts.jobs}


def _assets(facts: Facts, job: JobFacts, name: str) -> dg.AssetsDefinition:
    _check_names(job)

    @dg.multi_asset(
        specs=[spec_of(job, table) for table in job.tables],
        name=name,
        description=f"Runs the job {job.name!r} of {job.tenant!r}.",
        # What is shown by one commit is read by one run.
        can_subset=len(job.tables) > 1 and not job.together,
        pool=pool_of(job.tenant),
    )
    def load(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        yield from materialize(facts, job, context)

    return load


def spec_of(job: JobFacts, table: TableFacts) -> dg.AssetSpec:
    """Describe a table's asset."""
    return dg.AssetSpec(
        dg.AssetKey(table.key),
        description=table.description or None,
        group_name=plain(job.tenant),
        kinds={"iceberg", job.connector},
        owners=table.owners,
        tags=table.tags,
        metadata=described(job, table),
        deps=[dg.AssetKey(key) for key in job.depends_on],
        skippable=True,
    )


def _check_names(job: JobFacts) -> None:
    """Refuse tables that Dagster would call by one name within the job's step."""
    first: dict[str, str] = {}
    for table in job.tables:
        name = ".".join(table.key[1:])
        other = first.setdefault(plain("__".join(table.key)), name)
        if other != name:
            raise JobError(f"{job.file} lands in {other} and {name}, which Dagster cannot tell apart", "rename one")
