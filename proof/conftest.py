"""The servers of the proof, and homes whose tables no other test knows."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from e2e.conftest import Servers, add_options, started
from e2e.support.nessie import WAREHOUSE
from proof.support.home import Home
from proof.support.table import TABLE, ResultTable
from proof.support.target import Kind, Target

FOLDER = Path(__file__).parent
MakeHome = Callable[..., Home]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the servers' images, and how long a soak takes."""
    add_options(parser)
    parser.addoption("--minutes", default="10", help="how long the soak goes on")


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> Iterator[Servers]:
    """Start an S3 server and Nessie, whose clients run on the host, and remove them in the end."""
    with started(request, for_host=True) as found:
        yield found


@pytest.fixture(scope="session")
def target_of(request: pytest.FixtureRequest) -> Callable[[Kind], Target]:
    """Give the target of a kind; the servers start when the first test asks for Nessie."""

    def give(kind: Kind) -> Target:
        if kind == "embedded":
            return Target(kind, {})
        found: Servers = request.getfixturevalue("servers")
        return Target(kind, {"uri": found.nessie.catalog_uri, "warehouse": WAREHOUSE, **found.store.properties})

    return give


@pytest.fixture
def make_home(tmp_path: Path, target_of: Callable[[Kind], Target]) -> MakeHome:
    """Make homes of a kind and a write mode."""

    def make(kind: Kind, write: str, **more: Any) -> Home:  # noqa: ANN401  # as the home takes them
        name = secrets.token_hex(4)
        return Home(tmp_path / name, f"acme_{name}", target_of(kind), write, **more)

    return make


def pytest_configure(config: pytest.Config) -> None:
    """Begin the table of results."""
    config.stash[TABLE] = ResultTable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together, where tests run side by side, those of a file or a folder: cases of such a one share runs."""
    for item in items:
        within = item.path.relative_to(FOLDER).parts
        item.add_marker(pytest.mark.xdist_group(within[0]))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send the table to the process that prints it."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["table"] = session.config.stash[TABLE].told()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:  # noqa: ANN401  # a class of pytest-xdist's own, without types
    """Take up the table of a process that ran some of the tests; one that crashed has sent none."""
    node.config.stash[TABLE].hear(getattr(node, "workeroutput", {}).get("table", ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table of results."""
    table = config.stash[TABLE]
    for proof in dict.fromkeys(mark.proof for mark in table.marks):
        terminalreporter.section(proof)
        for line in table.lines(proof):
            terminalreporter.line(line)
