"""Assets: one for each table, made by one step for each job."""

from collections.abc import Iterator, Mapping

import dagster as dg  # Dagster reads the annotation of `context`: it must be a type, not text

from ingest_dagster.asset_metadata import described
from ingest_dagster.facts import Facts, JobFacts, TableFacts
from ingest_dagster.naming import distinct, plain, pool_of
from ingest_dagster.running import materialize


def assets_of(facts: Facts) -> Mapping[str, dg.AssetsDefinition]:
    """Give the assets of every job, by the job's file."""
    names = distinct(f"{job.tenant}__{job.name}" for job in facts.jobs)
    return {str(job.file): _assets(facts, job, names[f"{job.tenant}__{job.name}"]) for job in facts.jobs}


def _assets(facts: Facts, job: JobFacts, name: str) -> dg.AssetsDefinition:
    @dg.multi_asset(
        specs=[spec_of(job, table) for table in job.tables],
        name=name,
        description=f"Runs the job {job.name!r} of {job.tenant!r}.",
        # What is shown by one commit is read by one run.
        can_subset=len(job.tables) > 1 and not job.together,
        pool=pool_of(job.tenant),
        op_tags={"ingest/job": plain(job.name)[:63]},
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
