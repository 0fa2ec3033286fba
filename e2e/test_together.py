"""`publish: together` by the image: three tables show by one merge, or none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from e2e.support.acts import applied_then, nothing, refusing
from e2e.support.branching import branches_below
from e2e.support.exactness import differences
from e2e.support.exchange import Answer, Exchange, Rule
from e2e.support.places import is_publication

if TYPE_CHECKING:
    from e2e.conftest import Servers
    from e2e.support.home import Home
    from e2e.support.product import Product
    from e2e.support.proxy import Proxy
    from e2e.support.reading import Reader

TABLES = ("csv_flights", "csv_carriers", "csv_airports")
FIRST_EVER = "ingest begins the history"
"""What a server is told that had no commit at all."""


@pytest.fixture
def three(home_behind: Home) -> Home:
    """Lay out a home whose job lands three tables together."""
    carriers = "    carriers:\n      path: data/carriers.csv\n      write: append\n"
    home_behind.replace_in_job("    airports:\n", f"{carriers}    airports:\n")
    home_behind.replace_in_job("tenant: acme", "tenant: acme\npublish: together")
    (home_behind.path / "data/carriers.csv").write_text("carrier,name\nUA,United\nAA,American\n", encoding="utf-8")
    return home_behind


def shown(reader: Reader, home: Home) -> dict[str, int]:
    """Count the rows of the tables that main shows."""
    return {name: reader.count(home.namespace, name) for name in TABLES if reader.exists(home.namespace, name)}


def test_three_tables_show_by_one_merge_also_when_its_answer_is_lost_or_false(
    product: Product, three: Home, proxy: Proxy, reader: Reader, servers: Servers
) -> None:
    seen = []

    def look(exchange: Exchange) -> Answer:
        seen.append(shown(reader, three))
        return exchange.forward()

    acts = [look, applied_then(nothing), refusing(409), applied_then(refusing(409))]
    for month, act in enumerate(acts, 3):
        before = {entry.hash_ for entry in servers.nessie.log()}
        three.write_flights(month, 50)
        proxy.rules[:] = [Rule(is_publication, act)]
        result = product.run(three)
        assert proxy.rules[0].met == 1
        assert result.exit_code == 0, result.stderr
        new = [str(entry.message) for entry in servers.nessie.log() if entry.hash_ not in before]
        assert len([message for message in new if message != FIRST_EVER]) == 1, new
        assert f"/{result.report['run_id']}" in new[0]
        assert shown(reader, three) == {"csv_flights": 500 + 50 * (month - 2), "csv_carriers": 2, "csv_airports": 3}
    assert seen == [{}]  # until the first merge none showed
    assert differences(reader, three) == []
    assert branches_below(servers.nessie, f"ingest/acme/flights/{result.report['run_id']}") == []


def test_one_object_that_fails_keeps_all_three_from_showing(product: Product, three: Home, reader: Reader) -> None:
    (three.path / "data/carriers.csv").unlink()
    result = product.run(three)
    assert result.exit_code == 2
    assert "not published, since carriers failed" in result.report["objects"][0]["error"]
    assert shown(reader, three) == {}
