"""``ingest init``: a home folder that runs at once."""

from __future__ import annotations

from pathlib import Path

import click

from ingest_cli.home_files import FILES, FOLDERS, TENANT
from ingest_cli.outcome import FAILURE, SUCCESS
from ingest_cli.printing import echo_lines


@click.command("init", short_help="Make a home folder that runs at once.", epilog="Example: ingest init my-data")
@click.argument("folder", default=".", type=click.Path(path_type=Path))
def init_command(*, folder: Path) -> int:
    """Make a home folder with a job and data, ready to run. What is there already stays as it is.

    Exit code: 0 it is there; 2 it could not be made.
    """
    try:
        lines = _make(folder)
    except OSError as error:
        click.echo(
            f"{error.filename or folder}: cannot be made: {error.strerror}\n  mend: name another folder, or make room",
            err=True,
        )
        return FAILURE
    echo_lines([*lines, f"\nnext: ingest run --config {folder / 'jobs' / TENANT / 'shop.yaml'}"])
    return SUCCESS


def _make(folder: Path) -> list[str]:
    """Make what is not there, and say of each file what became of it."""
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    return [f"{'made' if _made(folder / name, text) else 'kept'} {folder / name}" for name, text in FILES.items()]


def _made(path: Path, text: str) -> bool:
    """Write a file that is not there yet; whoever else writes it meanwhile keeps theirs. Half a file does not stay."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        opened = path.open("x", encoding="utf-8")
    except FileExistsError:
        return False
    try:
        with opened:
            opened.write(text)
    except BaseException:
        path.unlink()
        raise
    return True
