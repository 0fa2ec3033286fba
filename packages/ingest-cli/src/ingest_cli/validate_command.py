"""``ingest validate``: every fault of every file, offline."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ingest_cli.job_options import AS_JSON, HOME
from ingest_cli.masking import masked
from ingest_cli.outcome import FAILURE, SUCCESS
from ingest_cli.printing import echo_lines

if TYPE_CHECKING:
    from ingest_core import FileCheck


@click.command(
    "validate",
    short_help="Check files of jobs, registries, runners, connectors and assets, offline.",
    epilog="Example: ingest validate jobs registry/connectors.yaml",
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@HOME
@AS_JSON
def validate_command(*, paths: tuple[Path, ...], home: Path | None, as_json: bool) -> int:
    """Check files of jobs, registries, runners, connectors and assets, and all of them below a folder, offline.

    Every fault is told.

    Exit code: 0 no file has a fault; 2 one has.
    """
    from ingest_core import validate  # noqa: PLC0415  # heavy; --help does without

    masked()
    checks = validate(paths, home)
    echo_lines((json.dumps(asdict(check)) for check in checks) if as_json else _told(checks))
    return FAILURE if any(check.faults for check in checks) else SUCCESS


def _told(checks: Sequence[FileCheck]) -> Iterator[str]:
    said: set[str] = set()
    for check in checks:
        # A registry's faults are those of every job that names a connector; they are told once.
        faults = [fault for fault in map(str, check.faults) if fault not in said]
        said.update(faults)
        yield "\n".join(faults) or f"{check.path}: {_verdict(check)}"


def _verdict(check: FileCheck) -> str:
    if check.faults:
        return "has the faults that are told above"
    if check.kind == "job":
        return f"ok, the job {check.name!r} of {check.tenant!r}"
    return "not checked, no file that is known" if check.kind == "other" else f"ok, {_article(check.kind)} {check.kind}"


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"
