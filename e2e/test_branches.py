"""The branch that a job lands on: made where the job says what from, told where it is not there."""

from __future__ import annotations

import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from e2e.support.branching import branches_below, client_of
from e2e.support.home import make_rivals

if TYPE_CHECKING:
    from pathlib import Path

    from e2e.conftest import Servers
    from e2e.support.home import Home
    from e2e.support.product import Product
    from e2e.support.reading import Reader

JOB = ("--config", "/app/jobs/acme/flights.yaml")


@pytest.fixture
def branch() -> str:
    """A branch that no other test knows, and that nobody made."""
    return f"nightly/{secrets.token_hex(4)}"


def lands_on(home: Home, branch: str, made_from: str | None = None) -> None:
    """Let the home's job land on a branch."""
    home.replace_in_job("branch: main", f"branch: {branch}" + (f"\n  branch_from: {made_from}" if made_from else ""))


@pytest.mark.parametrize("publish", ["each", "together"])
def test_it_is_made_from_main_and_main_stays_as_it_is(
    product: Product, home: Home, reader: Reader, branch: str, publish: str
) -> None:
    assert product.run(home).exit_code == 0
    lands_on(home, branch, "main")
    home.replace_in_job("tenant: acme", f"tenant: acme\npublish: {publish}")
    home.write_flights(3, 50)
    result = product.run(home)
    assert result.exit_code == 0, result.stderr
    assert result.rows()["flights"] == 50  # it goes on from where main stands
    assert reader.at(branch).count(home.namespace, "csv_flights") == 550
    assert reader.count(home.namespace, "csv_flights") == 500
    assert product.run(home).rows()["flights"] == 0


def test_looks_tell_that_it_would_be_made_and_make_nothing(
    product: Product, home: Home, servers: Servers, branch: str
) -> None:
    lands_on(home, branch, "main")
    planned = product.run(home, ("plan", *JOB, "--json"))
    assert planned.exit_code == 0, planned.stderr
    changes = [json.loads(line)["changes"][0] for line in planned.stdout.splitlines()]
    assert changes == [f"the branch {branch} is made from main"] * 2
    for command in ("check", "maintain"):
        assert product.run(home, (command, *JOB)).exit_code == 0
    assert branches_below(servers.nessie, branch) == []


def test_runs_that_make_it_at_once_all_find_it(
    product: Product, servers: Servers, reader: Reader, tmp_path: Path, branch: str
) -> None:
    homes = make_rivals(tmp_path, servers.nessie, servers.store)
    namespace = homes[0].namespace
    for home in homes:
        lands_on(home, branch, "main")
    with ThreadPoolExecutor(len(homes)) as pool:
        results = list(pool.map(product.run, homes))
    assert [result.exit_code for result in results] == [0, 0, 0], [result.stderr for result in results]
    assert reader.at(branch).count(namespace, "csv_flights") == 3 * 500


def test_one_that_nobody_made_is_2_and_the_mend_tells_both_ways(product: Product, home: Home, branch: str) -> None:
    lands_on(home, branch)
    result = product.run(home)
    assert result.exit_code == 2
    assert all("target.branch" in each["error"] for each in result.report["objects"]), result.report
    assert "create the branch, name another, or say what a run makes it from: `branch_from: main`" in result.stderr


def test_nothing_to_make_it_from_is_2(product: Product, home: Home, servers: Servers, branch: str) -> None:
    lands_on(home, branch, "mian")
    result = product.run(home)
    assert result.exit_code == 2
    assert "no branch and no tag 'mian'" in str(result.report)
    assert branches_below(servers.nessie, branch) == []


def test_it_may_be_made_from_a_tag(product: Product, home: Home, servers: Servers, reader: Reader, branch: str) -> None:
    assert product.run(home).exit_code == 0
    nessie, tag = client_of(servers.nessie), f"audit-{secrets.token_hex(4)}"
    nessie.create_tag(tag, "main", nessie.get_reference("main").hash_)
    home.write_flights(3, 50)
    assert product.run(home).exit_code == 0
    lands_on(home, branch, tag)
    assert product.run(home).rows()["flights"] == 50
    assert reader.at(branch).count(home.namespace, "csv_flights") == 550
