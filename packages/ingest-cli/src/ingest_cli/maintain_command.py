"""``ingest maintain``: compact small files, expire snapshots, remove what nothing names."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ingest_cli.home_here import home_here
from ingest_cli.job_folder import Stop, run_folder
from ingest_cli.job_options import AS_JSON, jobs_options
from ingest_cli.moments import DURATION
from ingest_cli.outcome import FAILURE, PARTIAL, SUCCESS
from ingest_cli.printing import echo_lines
from ingest_cli.session import with_job
from ingest_cli.signals import stopping
from ingest_cli.slot_options import slot_options_waiting
from ingest_cli.upkeep_view import told, written

if TYPE_CHECKING:
    from ingest_core import Job, MaintenanceOptions, Plan, Redactor, TableUpkeep

STEPS = ("compact", "expire", "orphans")


@dataclass(frozen=True)
class _Asked:
    """What the command line says."""

    config: Path | None
    job_dir: Path | None
    tenant: str | None
    home: Path | None
    log_format: str | None
    only: tuple[str, ...]
    dry_run: bool
    orphans_older_than: timedelta | None
    keep_history: timedelta | None
    as_json: bool
    wait: timedelta
    tenant_limit: int
    done: set[str] = field(default_factory=set)


@click.command(
    "maintain",
    short_help="Compact small files, expire snapshots, remove what is left over.",
    epilog="Example: ingest maintain --config jobs/acme/flights.yaml --dry-run",
)
@jobs_options
@click.option("--tenant", help="All jobs of this tenant, instead.")
@click.option("--only", type=click.Choice(STEPS), multiple=True, help="Only this step; may be said several times.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option(
    "--orphans-older-than",
    type=DURATION,
    metavar="DURATION",
    help="How old a file that nothing names must be to be removed.  [default: 3d, which is also the least]",
)
@click.option(
    "--keep-history",
    type=DURATION,
    metavar="DURATION",
    help="For how long what tables showed is kept, a day at least.  [default: as the table says, else 5d]",
)
@slot_options_waiting("10m")
@AS_JSON
def maintain_command(**said: object) -> int:
    """Make few files of many small ones, forget old snapshots, and remove files that nothing names any more.

    Runs may go on meanwhile. On Nessie, history is the catalog's log: what any branch or tag showed within the kept
    time stays. Exit code: 0 all was done, or nothing was to do; 1 a part of it; 2 nothing.
    """
    asked = _Asked(**said)  # type: ignore[arg-type]  # click gives what the options above declare
    if sum(each is not None for each in (asked.config, asked.job_dir, asked.tenant)) != 1:
        raise click.UsageError("say one of --config JOB, --job-dir DIR and --tenant NAME")
    if asked.tenant is not None and (asked.tenant in ("", "..") or Path(asked.tenant).name != asked.tenant):
        raise click.UsageError(f"{asked.tenant!r} is no tenant: say the name of a folder below jobs/")
    _options(asked, None).check()
    if asked.config:
        return with_job(asked.config, asked.home, asked.log_format, partial(_maintain, asked, Stop()))
    say = (asked.home, asked.log_format)
    return run_folder(_folder(asked), say, _planned, partial(_maintain, asked))


def _folder(asked: _Asked) -> Path:
    return asked.job_dir or (asked.home or home_here()) / "jobs" / (asked.tenant or "")


def _planned(job: Job) -> Plan:
    from ingest_core import plan  # noqa: PLC0415  # heavy; --help does without

    return plan(job)


def _options(asked: _Asked, redactor: Redactor | None) -> MaintenanceOptions:
    from ingest_core import MaintenanceOptions  # noqa: PLC0415  # as above

    said = {"orphan_age": asked.orphans_older_than, "history": asked.keep_history}
    return MaintenanceOptions(
        steps=frozenset(asked.only or STEPS),  # type: ignore[arg-type]  # click gives no others
        dry_run=asked.dry_run,
        redactor=redactor,
        wait=asked.wait,
        tenant_limit=asked.tenant_limit,
        done=asked.done,
        **{name: length for name, length in said.items() if length is not None},
    )


def _maintain(asked: _Asked, stop: Stop, job: Job, redactor: Redactor | None) -> int:
    planned = _planned(job)
    seen: list[TableUpkeep] = []
    with stopping(stop.note) as ended:
        try:
            _see_to(asked, planned, _options(asked, redactor), seen)
            ended()
        except KeyboardInterrupt:
            ended()
            if not seen:
                raise
            stop.asked = True
    stop.asked = stop.asked or any(each.stopped for each in seen)
    # What was told stands, also where a stop came outside of any table.
    is_whole = not stop.asked or {str(each.table) for each in planned.objects} <= {each.table for each in seen}
    return _code({each.status for each in seen} | (set() if is_whole else {"failed"}))


def _see_to(asked: _Asked, planned: Plan, options: MaintenanceOptions, seen: list[TableUpkeep]) -> None:
    from ingest_core import maintain  # noqa: PLC0415  # as above

    with contextlib.closing(maintain(planned, options)) as tables:
        for upkeep in tables:
            seen.append(upkeep)
            echo_lines([json.dumps(written(upkeep))] if asked.as_json else told(upkeep))


def _code(statuses: AbstractSet[str]) -> int:
    if not statuses & {"partial", "failed"}:
        return SUCCESS
    return FAILURE if statuses <= {"failed", "absent"} else PARTIAL
