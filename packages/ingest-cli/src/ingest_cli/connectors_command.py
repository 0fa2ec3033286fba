"""``ingest connectors``: what a job may name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ingest_cli.home_here import home_here
from ingest_cli.job_options import AS_JSON, HOME
from ingest_cli.masking import masked
from ingest_cli.outcome import FAILURE, SUCCESS
from ingest_cli.printing import echo_lines

if TYPE_CHECKING:
    from ingest_core import ConnectorFacts


@click.command(
    "connectors", short_help="List the connectors that a job may name.", epilog="Example: ingest connectors csv"
)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@HOME
@AS_JSON
def connectors_command(*, names: tuple[str, ...], home: Path | None, as_json: bool) -> int:
    """List the connectors that a job may name; of each that is named, also its options, with types and defaults.

    Of one that is declared in a file also its objects: keys, and the ways to see what is new.

    Exit code: 0 they were told; 2 there is no such connector, or a registry has faults.
    """
    from ingest_core import JobError, list_connectors  # noqa: PLC0415  # heavy; --help does without

    masked()
    try:
        found = list_connectors(home or home_here(), names)
    except JobError as error:
        click.echo(str(error), err=True)
        return FAILURE
    if as_json:
        echo_lines(json.dumps(asdict(each)) for each in found)
    else:
        echo_lines(line for each in found for line in (_whole(each) if names else _line(each)))
    return SUCCESS


def _line(facts: ConnectorFacts) -> Iterator[str]:
    yield f"{facts.name} ({', '.join(facts.roles)}): {facts.description}"


def _whole(facts: ConnectorFacts) -> Iterator[str]:
    yield from _line(facts)
    if facts.engine:
        yield f"  engine: {facts.engine}, of {', '.join(facts.engines)}"
    yield f"  in cloud mode: {'yes' if facts.allowed_in_cloud else 'no'}"
    if facts.error:
        yield f"  its options cannot be told: {facts.error}"
    if facts.documentation:
        yield f"  documentation: {facts.documentation}"
    yield from _options(facts)
    yield from _objects(facts)


def _options(facts: ConnectorFacts) -> Iterator[str]:
    if facts.options:
        yield "  with:"
    for option in facts.options:
        rest = "must be said" if option.required else f"default {json.dumps(option.default)}"
        yield f"    {option.name}: {option.type}, {rest}{', secret' if option.secret else ''}"
        if option.description:
            yield f"      {option.description}"


def _objects(facts: ConnectorFacts) -> Iterator[str]:
    if facts.objects:
        yield "  objects:"
    for name, declared in facts.objects.items():
        yield f"    {name}: {declared.description}".rstrip(": ")
        ways = [f"{way} (rows are merged)" if is_merged else way for way, is_merged in declared.strategies.items()]
        said = {
            "key": ", ".join(declared.key),
            "cursor": declared.cursor,
            "deleted": declared.deleted,
            "strategies": ", ".join(ways),
        }
        if known := [f"{what} {value}" for what, value in said.items() if value]:
            yield f"      {'; '.join(known)}"
