"""``ingest schema``: what may stand in a file, for editors."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Literal

import click

from ingest_cli.masking import masked
from ingest_cli.outcome import FAILURE

NAMES = ("job", "registry", "runner", "connector")


@click.command("schema", epilog="Example: ingest schema job > .job-schema.json")
@click.argument("name", metavar="[job|registry|runner|connector]", type=click.Choice(NAMES), default="job")
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    help="The home folder, whose registry may name more connectors; else INGEST_HOME, else this folder.",
)
def schema_command(name: Literal["job", "registry", "runner", "connector"], home: Path | None) -> int:
    """Print the JSON Schema (2020-12) of a kind of file, with which an editor completes and checks it.

    Exit code: 0 printed; 2 the home's registry cannot be read.
    """
    from ingest_core import JobError, json_schema  # noqa: PLC0415  # heavy; --help does without

    masked()
    try:
        schema = json_schema(name, home or os.environ.get("INGEST_HOME"))
    except JobError as error:
        click.echo(str(error), err=True)
        return FAILURE
    click.echo(json.dumps(schema, indent=2))
    return 0
