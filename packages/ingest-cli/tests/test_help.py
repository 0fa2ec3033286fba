"""Help answers at once: within a fifth of a second of the processor, whatever the command would need for its work."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from ingest_cli.main import COMMANDS, ingest

HEAVY = {"duckdb", "ingest_core", "pyarrow", "pydantic", "pyiceberg", "rich", "sqlalchemy", "structlog", "yaml"}
MOST_SECONDS = 0.2


def commands(group: click.Group, names: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """List all commands and groups, each as the words that call it."""
    yield names
    context = click.Context(group)
    for name in group.list_commands(context) if names else COMMANDS:  # what other packages bring, these hold
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from commands(found, (*names, name))
        else:
            yield (*names, name)


ALL = list(commands(ingest))


def seconds(*arguments: str) -> float:
    """Give the processor time of one call, its start and end included."""
    line = [sys.executable, "-m", "ingest_cli", *arguments]
    pid = os.posix_spawn(
        sys.executable, line, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    )
    _, status, used = os.wait4(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("names", ALL, ids=" ".join)
def test_every_help_answers_within_a_fifth_of_a_second(names: tuple[str, ...]) -> None:
    # Other processes only ever add to the figure, so the least of some is the command's own.
    assert min(seconds(*names, "--help") for _ in range(3)) < MOST_SECONDS


@pytest.mark.parametrize("names", ALL, ids=" ".join)
def test_help_imports_nothing_heavy(names: tuple[str, ...]) -> None:
    code = (
        "import sys; from ingest_cli.main import ingest\n"
        f"ingest([*{names!r}, '--help'], standalone_mode=False)\n"
        f"sys.stderr.write(str(sorted({HEAVY!r} & set(sys.modules))))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603  # our own line
    assert found.stderr == "[]"


@pytest.mark.parametrize("names", [names for names in ALL if names], ids=" ".join)
def test_every_help_shows_an_example(names: tuple[str, ...]) -> None:
    found: click.Command = ingest
    for name in names:
        assert isinstance(found, click.Group)
        found = found.get_command(click.Context(found), name) or found
    if not isinstance(found, click.Group):
        assert f"ingest {' '.join(names)}" in str(found.epilog)


def test_a_command_is_imported_only_when_it_is_asked_for() -> None:
    code = "import sys, ingest_cli.main; print([m for m in sys.modules if m.endswith('_command')])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603  # our own line
    assert found.stdout == "[]\n"


def test_every_command_that_is_named_is_there() -> None:
    assert {names[0] for names in ALL if names} == set(COMMANDS)
