"""Tokens and keys that run out while the image works: told with the mend, shown nowhere, and no row lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
import yaml

from e2e.support import canaries
from e2e.support.acts import applied_then, refusing
from e2e.support.exactness import differences
from e2e.support.exchange import Answer, Exchange, Rule
from e2e.support.objectstore import Keys
from e2e.support.places import commit_to, load_of

if TYPE_CHECKING:
    from e2e.conftest import Servers
    from e2e.support.home import Home
    from e2e.support.product import Product
    from e2e.support.proxy import Proxy
    from e2e.support.reading import Reader

BETWEEN_TWO = load_of("csv_airports")


@dataclass
class Guard:
    """Lets requests pass that bear the token of the hour."""

    token: str = field(default_factory=lambda: canaries.fresh("token of the catalog"), repr=False)

    def refuses(self, exchange: Exchange) -> bool:
        """Tell whether a request bears no token, or another one."""
        headers = {name.lower(): text for name, text in exchange.headers}
        return headers.get("authorization") != f"Bearer {self.token}"

    def renew(self, exchange: Exchange) -> Answer | None:
        """Let the token of before be no good any more, from this request on."""
        self.token = canaries.fresh("token of the catalog")
        return refusing(401)(exchange)


@pytest.fixture
def guard(home_behind: Home, proxy: Proxy) -> Guard:
    """Let a home's job bear a token, and the way to Nessie ask for it."""
    made = Guard()
    home_behind.replace_in_job("    warehouse:", "    token: ${secret:nessie.token}\n    warehouse:")
    keep_token(home_behind, made)
    proxy.rules.append(Rule(made.refuses, refusing(401), last=None))
    return made


def keep_token(home: Home, guard: Guard) -> None:
    (home.path / "secrets/acme/nessie.yaml").write_text(yaml.safe_dump({"token": guard.token}), encoding="utf-8")


def keep_keys(home: Home, keys: Keys) -> None:
    told = {"access_key": keys.access, "secret_key": keys.secret}
    (home.path / "secrets/acme/s3.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")


def test_a_token_that_runs_out_between_two_tables_is_told_and_the_next_run_with_a_new_one_ends_right(
    product: Product, home_behind: Home, guard: Guard, proxy: Proxy, reader: Reader
) -> None:
    old, out = guard.token, Rule(BETWEEN_TWO, guard.renew)
    proxy.rules.insert(0, out)
    result = product.run(home_behind)
    assert out.met
    assert result.exit_code == 1, result.stderr
    flights, airports = result.report["objects"]
    assert (flights["status"], airports["status"]) == ("committed", "failed")
    assert "mend the token or the rights" in airports["error"]
    assert old not in result.stdout + result.stderr
    keep_token(home_behind, guard)
    again = product.run(home_behind)
    assert again.exit_code == 0, again.stderr
    assert again.rows() == {"flights": 0, "airports": 3}
    assert differences(reader, home_behind) == []


def test_a_token_that_runs_out_with_a_commit_on_its_way_leaves_open_what_became_of_it(
    product: Product, home_behind: Home, guard: Guard, proxy: Proxy, reader: Reader
) -> None:
    out = Rule(commit_to("csv_flights"), applied_then(guard.renew))
    proxy.rules.insert(0, out)
    result = product.run(home_behind)
    assert out.met
    assert result.exit_code == 2, result.stderr
    assert "it is unknown whether the commit landed" in result.report["objects"][0]["error"]
    assert "mend the token or the rights" in result.report["objects"][0]["error"]
    assert reader.count(home_behind.namespace, "csv_flights") == 500  # it had
    keep_token(home_behind, guard)
    again = product.run(home_behind)
    assert (again.exit_code, again.rows()) == (0, {"flights": 0, "airports": 3})
    assert differences(reader, home_behind) == []


def test_keys_of_the_store_that_run_out_between_two_tables_are_told_and_the_next_run_with_new_ones_ends_right(
    product: Product, home_behind: Home, servers: Servers, proxy: Proxy, reader: Reader
) -> None:
    old, new = Keys.to_expel(), Keys.fresh()
    servers.store.admit(old)
    keep_keys(home_behind, old)

    def expel(exchange: Exchange) -> Answer:
        servers.store.expel(old)
        return exchange.forward()

    out = Rule(BETWEEN_TWO, expel)
    proxy.rules.append(out)
    result = product.run(home_behind)
    assert out.met
    assert result.exit_code == 1, result.stderr
    flights, airports = result.report["objects"]
    assert (flights["status"], airports["status"]) == ("committed", "failed")
    assert "mend the keys (s3.access-key-id, s3.secret-access-key)" in airports["error"]
    assert not any(key in result.stdout + result.stderr for key in (old.access, old.secret))
    servers.store.admit(new)
    keep_keys(home_behind, new)
    again = product.run(home_behind)
    assert again.exit_code == 0, again.stderr
    assert again.rows() == {"flights": 0, "airports": 3}
    assert differences(reader, home_behind) == []
