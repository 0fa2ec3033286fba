"""A lying network between a job and Nessie: whatever it says, the rows land once, and the exit code is true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from dialled import Row

from proof.support.oracle import expected, landed
from proof.support.processes import run_job
from proof.support.proxy import WIRES, Fault, Proxy, Wire, proxy_to
from proof.support.table import TABLE, Mark
from proof.support.tampering import impatient

if TYPE_CHECKING:
    from proof.conftest import MakeHome
    from proof.support.home import Home
    from proof.support.target import Kind, Target

BEFORE = [Row(number, number, f"before {number}") for number in range(6)]
AFTER = [*BEFORE, Row(2, 10, "changed"), *(Row(number, number + 10, f"after {number}") for number in range(6, 12))]


@pytest.fixture(scope="module")
def proxy(target_of: Callable[[Kind], Target]) -> Iterator[Proxy]:
    """A proxy to the Nessie of this suite."""
    uri = urlsplit(target_of("nessie").properties["uri"])
    with proxy_to(f"{uri.scheme}://{uri.netloc}") as made:
        yield made


def through(home: Home, proxy: Proxy) -> None:
    """Let a home's job reach its catalog through the proxy; the test itself does not."""
    direct = home.target
    home.target = replace(direct, properties={**direct.properties, "uri": f"{proxy.address}/iceberg"})
    home.write_job()
    home.target = direct


def spoiled_run(home: Home, proxy: Proxy, fault: Fault) -> None:
    """Run with a fault; hold the exit code against the table, and let late requests come at last."""
    before = landed(home)
    wanted = expected(home.write, AFTER)
    proxy.fault = fault
    try:
        ended = run_job(home.path, impatient)
        assert fault.seen >= fault.nth, "the fault was not met"
        assert ended.code in (0, 2), ended.stderr
        # Without success either nothing landed, or the report says that it may have.
        assert (landed(home) or Counter()) in ((wanted,) if ended.code == 0 else (before or Counter(), wanted))
        assert ended.code == 0 or "Error" in ended.stderr
        proxy.release()
    finally:
        proxy.fault = None


@pytest.mark.parametrize("write", ["append", "replace", "merge"])
@pytest.mark.parametrize("wire", WIRES)
def test_a_commit_lands_once_whatever_the_network_does(
    wire: Wire, write: str, proxy: Proxy, make_home: MakeHome, request: pytest.FixtureRequest
) -> None:
    home = make_home("nessie", write)
    home.put(BEFORE)
    assert run_job(home.path).code == 0
    through(home, proxy)
    home.put(AFTER)
    _spoil_and_run_again(home, proxy, Fault(wire, "commit"), request)


@pytest.mark.parametrize("wire", WIRES)
def test_a_table_is_made_once_whatever_the_network_does(
    wire: Wire, proxy: Proxy, make_home: MakeHome, request: pytest.FixtureRequest
) -> None:
    home = make_home("nessie", "append")
    through(home, proxy)
    home.put(AFTER)
    _spoil_and_run_again(home, proxy, Fault(wire, "merge"), request)


def _spoil_and_run_again(home: Home, proxy: Proxy, fault: Fault, request: pytest.FixtureRequest) -> None:
    with request.config.stash[TABLE].marking(Mark("network", fault.wire, fault.call, home.write)):
        spoiled_run(home, proxy, fault)
        again = run_job(home.path)
        assert again.code == 0, again.stderr
        assert landed(home) == expected(home.write, AFTER)


def test_a_catalog_that_is_down_is_told_and_the_next_run_lands(proxy: Proxy, make_home: MakeHome) -> None:
    home = make_home("nessie", "append")
    home.put(AFTER)
    with proxy_to("http://127.0.0.1:9") as closed:
        pass
    through(home, closed)
    ended = run_job(home.path)
    assert ended.code == 2
    assert "does not answer" in ended.stderr
    through(home, proxy)
    assert run_job(home.path).code == 0
    assert landed(home) == expected("append", AFTER)
