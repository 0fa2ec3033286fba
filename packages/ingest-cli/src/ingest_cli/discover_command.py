"""``ingest discover``: what the source says of the job's objects."""

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


@dataclass(frozen=True)
class _Asked(AskedOfObjects):
    """What the command line says."""

    as_json: bool


@click.command(
    "discover",
    short_help="Show the columns of each object, with types.",
    epilog="Example: ingest discover --config jobs/acme/flights.yaml",
)
@job_options
@OBJECTS
@AS_JSON
def discover_command(**said: object) -> int:
    """Show the columns of each object with their types, and its key and cursor where the source knows them.

    What is shown is YAML: it can be put below `source.objects` of the job, to hold the types from now on. Behind a
    column stands what the job's asset says of it.
    Exit code: 0 all objects were described, 1 some, 2 none.
    """
    asked = _Asked(**said)  # type: ignore[arg-type]  # click gives what the options above declare
    return with_job(asked.config, asked.home, asked.log_format, partial(_discover, asked))


def _discover(asked: _Asked, job: Job, redactor: Redactor | None) -> int:
    from ingest_core import RunOptions, discover, plan  # noqa: PLC0415  # heavy; --help does without

    found = discover(plan(job).only(asked.names), RunOptions(redactor=redactor))
    for each in found:
        seen = asdict(each)
        if asked.as_json:
            click.echo(json.dumps(seen))
        elif each.error:
            click.echo(f"{each.name}: {each.error}", err=True)
        else:
            click.echo("\n".join(_yaml(seen)))
    return outcome(each.error is None for each in found)


def _yaml(seen: dict[str, Any]) -> Iterator[str]:
    yield f"{seen['name']}:"
    if seen["key"]:
        yield f"  key: {json.dumps(list(seen['key']))}"
    order = {name: seen[name] for name in ("cursor", "deleted") if seen[name]}
    if order:
        yield f"  incremental: {json.dumps(order)}"
    yield "  types:"
    # JSON is YAML, so whatever is in a name stays what it is; a plain one needs no quotes.
    docs = {name: f"  # {' '.join(text.split())}" for name, text in seen["descriptions"].items()}
    yield from (f"    {_plain(name)}: {_plain(kind)}{docs.get(name, '')}" for name, kind in seen["columns"].items())


def _plain(text: str) -> str:
    import yaml  # noqa: PLC0415  # --help does without

    return text if text.isidentifier() and yaml.safe_load(text) == text else json.dumps(text)
