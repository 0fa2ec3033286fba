"""Reaches what a job names, with its secrets, and says what is there. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest_core.errors import IngestError
from ingest_core.executor.branching import target_branch
from ingest_core.executor.objects import explained
from ingest_core.executor.parts import RunOptions
from ingest_core.executor.reaching import CATALOG, WITH, Sources, filled
from ingest_core.executor.start import Start
from ingest_core.planner import ObjectPlan, Plan
from ingest_core.ports import NamespaceSeen, OpenCatalog
from ingest_core.redaction import Redactor
from ingest_core.registry import load_plugin


@dataclass(frozen=True)
class ObjectCheck:
    """Whether the ends of one object are within reach.

    Args:
        name: The object.
        table: Its table's full name.
        source_error: Why the object cannot be read, with the mend; ``None`` where the source has it.
        target_error: Why the target cannot be reached, with the mend.
        namespace_exists: Whether the namespace is there; else the first run makes it.
        table_exists: Whether the table is there; else the first run makes it.
        writable: Whether we may write there; ``None`` where only writing would tell, or it cannot be reached.
    """

    name: str
    table: str
    source_error: str | None = None
    target_error: str | None = None
    namespace_exists: bool = False
    table_exists: bool = False
    writable: bool | None = None

    @property
    def ok(self) -> bool:
        """Whether a run would find both ends."""
        return self.source_error is None and self.target_error is None and self.writable is not False


def check(plan: Plan, options: RunOptions | None = None) -> Sequence[ObjectCheck]:
    """Reach source and target of a plan. Source and target are told each by itself; nothing is written.

    Args:
        plan: The plan.
        options: As for a run.
    """
    redactor = options.redactor if options else None
    sources = _sources(plan, redactor)
    target = _target(plan, redactor)
    return [_check(sources, target, planned) for planned in plan.objects]


def _sources(plan: Plan, redactor: Redactor | None) -> Sources | str:
    """Make ready to reach the source, or say why that cannot be."""
    try:
        (given,) = filled(plan, (WITH,), redactor)
        return Sources.opened(plan, given, redactor)
    except IngestError as error:
        return explained(error, plan.job)


def _target(plan: Plan, redactor: Redactor | None) -> NamespaceSeen | str:
    """Look at the job's namespace, or say why that cannot be. All objects of a job land in one."""
    try:
        (properties,) = filled(plan, (CATALOG,), redactor)
        open_catalog: OpenCatalog = load_plugin("ingest.catalogs", plan.catalog)
        start = Start.of(plan)
        branch = target_branch(open_catalog, properties, start, make=False)
        return open_catalog.look(properties, branch, start.context, plan.objects[0].table.namespace)
    except IngestError as error:
        return explained(error, plan.job)


def _check(sources: Sources | str, target: NamespaceSeen | str, planned: ObjectPlan) -> ObjectCheck:
    name, table = planned.name, str(planned.table)
    source_error = sources if isinstance(sources, str) else _source_error(sources, planned)
    if isinstance(target, str):
        return ObjectCheck(name, table, source_error, target)
    return ObjectCheck(
        name,
        table,
        source_error,
        namespace_exists=target.exists,
        table_exists=planned.table.table in target.tables,
        writable=target.writable,
    )


def _source_error(sources: Sources, planned: ObjectPlan) -> str | None:
    try:
        sources.make(planned).check()
    except IngestError as error:
        return explained(error, sources.plan.job)
    return None
