"""Maintains the tables of all jobs of a tenant, as an orchestrator's schedule asks for."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest_core.errors import IngestError, JobError
from ingest_core.file_checks import validate
from ingest_core.job_file import load_job
from ingest_core.maintenance.maintaining import maintain
from ingest_core.maintenance.options import MaintenanceOptions
from ingest_core.maintenance.upkeep import TableUpkeep
from ingest_core.planner import plan


@dataclass
class TenantUpkeep:
    """What was done with a tenant's tables.

    Args:
        tables: What was done with each.
        faults: What kept jobs from being looked at, with the mend.
        fault_types: Of what kinds those are.
        stopped: Whether somebody asked it to stop.
    """

    tables: list[TableUpkeep] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    fault_types: set[str] = field(default_factory=set)
    stopped: bool = False

    def told(self) -> str:
        """Tell a person what was not done; empty where all was."""
        failed = [each for each in self.tables if each.status in ("partial", "failed")]
        lines = [*self.faults, *(f"{each.table}: {each.status}: {'; '.join(each.errors)}" for each in failed)]
        return "\n".join(["not all was maintained", *lines]) if lines else ""

    @property
    def error_types(self) -> Sequence[str]:
        """The kinds of all errors, each once: where ``TransientError`` stands alone, it may help to try again."""
        return sorted(self.fault_types.union(*(each.error_types for each in self.tables)))

    def refuse(self, faults: Sequence[object], kind: str) -> None:
        """Note what keeps a job from being looked at.

        Args:
            faults: It, with the mend.
            kind: Of what kind it is.
        """
        self.faults += map(str, faults)
        self.fault_types |= {kind} if faults else set()


def maintain_tenant(
    home: str | os.PathLike[str], tenant: str, options: MaintenanceOptions | None = None
) -> TenantUpkeep:
    """Maintain what all jobs below ``jobs/<tenant>`` land in, each table once. What goes wrong is told in the result.

    Args:
        home: The home folder.
        tenant: The tenant.
        options: What is done, and what is kept.

    Raises:
        JobError: An option would harm.
    """
    chosen = options or MaintenanceOptions()
    chosen.check()
    done = TenantUpkeep()
    try:
        # Which files of a folder are jobs, and what is wrong with the others, is found as for the command.
        for check in validate([Path(home) / "jobs" / tenant], home):
            done.refuse(check.faults, JobError.__name__)
            if check.faults or check.kind != "job":
                continue
            _see_to(check.path, home, chosen, done)
            if done.stopped:
                break
    except KeyboardInterrupt:
        done.stopped = True
    return done


def _see_to(file: str, home: str | os.PathLike[str], options: MaintenanceOptions, done: TenantUpkeep) -> None:
    try:
        with contextlib.closing(maintain(plan(load_job(file, home)), options)) as tables:
            for each in tables:
                done.tables.append(each)
    except IngestError as error:
        done.refuse([error], type(error).__name__)
    done.stopped = any(each.stopped for each in done.tables)
