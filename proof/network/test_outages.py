"""Every request of a job passes the proxy, and a catalog that is down for a while costs a job that while alone."""

from __future__ import annotations

import pytest

from e2e.conftest import Servers
from e2e.support.acts import nothing
from e2e.support.exchange import Rule
from e2e.support.proxy import Proxy
from proof.network.cases import AFTER, BEFORE, Player, RunKind
from proof.network.haste import with_little_patience
from proof.network.places import PLACES
from proof.support.oracle import expected, landed
from proof.support.processes import run_job
from proof.support.table import TABLE, Mark


def test_all_that_a_job_says_to_nessie_passes_the_proxy(player: Player, servers: Servers) -> None:
    with Proxy(servers.nessie.host_address).running() as proxy:
        home = player.home("first", proxy)
        home.put(AFTER)
        assert run_job(home.path).code == 0
    reached = {name for name, matches in PLACES.items() if any(matches(exchange) for exchange in proxy.passed)}
    assert reached == set(PLACES)
    # Nessie names its own addresses to its clients: they must be the proxy's, or a later request went past it.
    config = next(exchange for exchange in proxy.passed if PLACES["read config"](exchange))
    named = config.given[0].text
    assert proxy.address in named
    assert servers.nessie.host_address not in named


@pytest.mark.parametrize("kind", ["first", "append", "replace", "together"])
def test_a_catalog_that_is_down_at_the_start_is_told_and_back_again_the_rows_land(
    kind: RunKind, player: Player, servers: Servers, request: pytest.FixtureRequest
) -> None:
    with (
        request.config.stash[TABLE].marking(Mark("network: outages", "down at the start", "", kind)),
        Proxy(servers.nessie.host_address).running() as proxy,
    ):
        home = player.home(kind, proxy)
        if kind != "first":
            home.put(BEFORE)
            assert run_job(home.path).code == 0
        before = landed(home)
        home.put(AFTER)
        down = Rule(lambda _: True, nothing, last=None)
        proxy.rules.append(down)
        ended = run_job(home.path, with_little_patience)
        assert down.met
        assert ended.code == 2
        assert "does not answer" in ended.stderr
        assert landed(home) == before
        proxy.rules.clear()
        assert run_job(home.path).code == 0
        assert landed(home) == expected(home.write, AFTER)


@pytest.mark.parametrize("kind", ["first", "append", "replace"])
def test_a_catalog_that_is_down_at_the_commit_and_back_while_it_is_looked_for_costs_nothing(
    kind: RunKind, player: Player, servers: Servers, request: pytest.FixtureRequest
) -> None:
    with (
        request.config.stash[TABLE].marking(Mark("network: outages", "back while looked for", "", kind)),
        Proxy(servers.nessie.host_address).running() as proxy,
    ):
        home = player.home(kind, proxy)
        if kind != "first":
            home.put(BEFORE)
            assert run_job(home.path).code == 0
        home.put(AFTER)
        lost = Rule(PLACES["commit"], nothing)
        unseen = Rule(lambda each: lost.met > 0 and PLACES["load table"](each), nothing, last=2)
        proxy.rules += [lost, unseen]
        ended = run_job(home.path, with_little_patience)
        assert (lost.met, unseen.met) == (1, 2)
        assert ended.code == 0, ended.stderr
        assert landed(home) == expected(home.write, AFTER)
