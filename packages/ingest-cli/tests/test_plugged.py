"""Installed packages bring commands along, which cost nothing until somebody asks for them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Ended, Shell

COMMANDS = Path(__file__).parent / "commands"
RUNNING = (
    "import sys; from ingest_cli.main import ingest\ntry: ingest(sys.argv[1:])\nfinally: print(sorted(sys.modules))"
)


def ingest(shell: Shell, *arguments: str, **variables: str) -> Ended:
    """Run the command where the packages are installed."""
    return shell.ingest(*arguments, PYTHONPATH=str(COMMANDS), **variables)


def modules(*arguments: str, **variables: str) -> str:
    """Run the command in a process that tells what it imported."""
    line = [sys.executable, "-c", RUNNING, *arguments]
    return subprocess.run(line, capture_output=True, text=True, check=True, env=variables).stdout  # noqa: S603  # our own line


def test_help_names_the_package_and_imports_nothing_of_it() -> None:
    told = modules("--help", PYTHONPATH=str(COMMANDS))
    assert "  greet       Commands of the package greeting.\n" in told
    assert "'greeting'" not in told
    assert "'lacking'" not in told


def test_a_command_of_our_own_looks_for_no_others() -> None:
    assert "'ingest_cli.plugged'" not in modules("schema", "--help")


def test_a_command_of_a_package_runs(shell: Shell) -> None:
    ended = ingest(shell, "greet", "person", "ann")
    assert (ended.code, ended.stdout, ended.stderr) == (0, "hello ann\n", "")


def test_its_help_is_its_own(shell: Shell) -> None:
    told = ingest(shell, "greet", "--help").stdout
    assert told.startswith("Usage: ingest greet [OPTIONS] COMMAND")
    assert "  person  Greet one of them; not Bob." in told


def test_what_it_refuses_is_told_as_a_fault_of_ours_is_and_masked(shell: Shell) -> None:
    ended = ingest(shell, "greet", "person", "bob", GREETING_API_KEY="sk_live_in_the_environment")
    assert (ended.code, ended.stdout) == (2, "")
    assert ended.stderr == "bob wants no greeting; the key is ***\n  mend: greet ann\n"


def test_no_package_takes_the_place_of_a_command_of_ours(shell: Shell) -> None:
    assert "Usage: ingest run [OPTIONS]" in ingest(shell, "run", "--help").stdout


def test_a_name_that_is_nearly_right_is_told(shell: Shell) -> None:
    ended = ingest(shell, "gret")
    assert ended.code == 2
    assert "No such command 'gret'. Did you mean 'greet'?" in ended.stderr


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "lacking",
            "`ingest lacking` needs 'a_library_that_nobody_has', which is not installed\n  mend: pip install broken\n",
        ),
        (
            "older",
            (
                "`ingest older` of broken does not go with what is installed here: module 'greeting' has no attribute "
                "'gone'\n  mend: pip install broken --upgrade\n"
            ),
        ),
    ],
)
def test_a_package_that_is_broken_is_told_with_the_line_that_mends_it(shell: Shell, name: str, told: str) -> None:
    ended = ingest(shell, name, "anything")
    assert (ended.code, ended.stdout, ended.stderr) == (2, "", told)


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("ingest gre", ["greet"]),
        ("ingest greet ", ["person"]),
        ("ingest greet person b", ["bob"]),
        ("ingest lacking ", []),
    ],
)
def test_a_shell_completes_them(shell: Shell, words: str, completed: list[str]) -> None:
    position = str(words.count(" "))
    ended = ingest(shell, _INGEST_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=position)
    assert ended.stderr == ""
    assert [line.removeprefix("plain,") for line in ended.stdout.split()] == completed
