"""A Nessie that keeps its data is killed while the image works: a run gets over it, or says so."""

from __future__ import annotations

import secrets
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from e2e.support.exactness import differences
from e2e.support.exchange import Exchange, Rule
from e2e.support.home import make_home
from e2e.support.places import commit_to, load_of
from e2e.support.proxy import Proxy
from e2e.support.reading import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from e2e.conftest import Servers
    from e2e.support.home import Home
    from e2e.support.nessie import Nessie
    from e2e.support.product import Product

KEPT = {"nessie.version.store.type": "ROCKSDB"}


@pytest.fixture(scope="module")
def lasting(nessie_beside: Callable[..., Nessie]) -> Nessie:
    """Start a server that keeps its data."""
    return nessie_beside("lasting", KEPT)


@pytest.fixture
def way(lasting: Nessie, servers: Servers) -> Iterator[Proxy]:
    """Stand between containers and that server."""
    with Proxy(lasting.host_address, servers.stage.gateway).running() as found:
        yield found


@pytest.fixture
def home(tmp_path: Path, lasting: Nessie, servers: Servers, way: Proxy) -> Home:
    """Lay out a home folder whose job sees that server through the proxy."""
    made = make_home(tmp_path / "home", f"acme_{secrets.token_hex(4)}", lasting, servers.store)
    made.replace_in_job(lasting.network_uri, f"{way.address}/iceberg")
    return made


def test_a_restart_with_a_commit_on_its_way_is_got_over(
    product: Product, home: Home, lasting: Nessie, servers: Servers, way: Proxy
) -> None:
    home.replace_in_job("tenant: acme", "tenant: acme\nretry: {attempts: 3, backoff: 1s}")
    with ThreadPoolExecutor(1) as pool:
        back: list[Future[Nessie]] = []

        def crash(exchange: Exchange) -> None:
            """Let the commit land, and the server die before it answers."""
            exchange.forward()
            lasting.kill()
            back.append(pool.submit(lasting.back))
            back[0].add_done_callback(lambda done: way.lead_to(done.result().host_address))

        way.rules.append(Rule(commit_to("csv_flights"), crash))
        result = product.run(home)
        now = back[0].result()  # and there is one: the crash came
    assert result.exit_code == 0, result.stderr
    assert result.rows() == {"flights": 500, "airports": 3}
    assert differences(Reader(now, servers.store), home) == []


def test_an_outage_that_lasts_is_told_and_the_next_run_ends_right(
    product: Product, home: Home, lasting: Nessie, servers: Servers, way: Proxy
) -> None:
    def crash(_: Exchange) -> None:
        lasting.kill()

    way.lead_to(lasting.here().host_address)
    way.rules.append(Rule(load_of("csv_airports"), crash))
    part = product.run(home)
    none = product.run(home)
    assert (part.exit_code, none.exit_code) == (1, 2), part.stderr + none.stderr
    assert [each["status"] for each in part.report["objects"]] == ["committed", "failed"]
    for told in (part.report["objects"][1]["error"], none.report["error"]):
        assert "the catalog does not answer" in told
        assert "see that it runs; run again" in told
    now = lasting.back()
    way.lead_to(now.host_address)
    again = product.run(home)
    assert again.exit_code == 0, again.stderr
    assert again.rows() == {"flights": 0, "airports": 3}
    assert differences(Reader(now, servers.store), home) == []
