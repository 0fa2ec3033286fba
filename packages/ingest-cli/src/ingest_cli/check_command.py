"""``ingest check``: whether source and target are within reach."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from ingest_cli.job_options import AS_JSON, OBJECTS, AskedOfObjects, job_options
from ingest_cli.outcome import outcome
from ingest_cli.session import with_job

if TYPE_CHECKING:
    from ingest_core import Job, Redactor

_WRITABLE = {
    True: "may be written",
    False: "may not be written",
    None: "whether it may be written, only a run can tell",
}


@dataclass(frozen=True)
class _Asked(AskedOfObjects):
    """What the command line says."""

    as_json: bool


@click.command(
    "check",
    short_help="Reach source and target, and say what is there.",
    epilog="Example: ingest check --config jobs/acme/flights.yaml",
)
@job_options
@OBJECTS
@AS_JSON
def check_command(**said: object) -> int:
    """Reach source and target with the job's secrets, and say what is there. Nothing is written.

    Exit code: 0 a run would find both ends of every object, 1 of some, 2 of none.
    """
    asked = _Asked(**said)  # type: ignore[arg-type]  # click gives what the options above declare
    return with_job(asked.config, asked.home, asked.log_format, partial(_check, asked))


def _check(asked: _Asked, job: Job, redactor: Redactor | None) -> int:
    from ingest_core import RunOptions, check, plan  # noqa: PLC0415  # heavy; --help does without

    found = check(plan(job).only(asked.names), RunOptions(redactor=redactor))
    for each in found:
        seen = {**asdict(each), "ok": each.ok}
        click.echo(json.dumps(seen) if asked.as_json else "\n".join(_told(seen)))
    return outcome(each.ok for each in found)


def _told(seen: dict[str, Any]) -> Iterator[str]:
    yield f"{seen['name']} -> {seen['table']}: {'ok' if seen['ok'] else 'not ok'}"
    yield f"  source: {seen['source_error'] or 'found'}"
    if seen["target_error"]:
        yield f"  target: {seen['target_error']}"
        return
    namespace = seen["table"].partition(".")[0]
    there = "is there" if seen["namespace_exists"] else "is made by the first run"
    yield f"  target: the namespace {namespace} {there}, and {_WRITABLE[seen['writable']]}"
    yield f"  table: {'is there' if seen['table_exists'] else 'is made by the first run'}"
