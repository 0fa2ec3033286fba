"""What is said between the image and Nessie gets lost, or is not true: no row is lost by it, and none doubled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from e2e.support.acts import applied_then, nothing, refusing, twice
from e2e.support.exactness import differences
from e2e.support.exchange import Act, Rule
from e2e.support.places import commit_to

if TYPE_CHECKING:
    from e2e.support.home import Home
    from e2e.support.product import Product
    from e2e.support.proxy import Proxy
    from e2e.support.reading import Reader

PAIRS: dict[str, tuple[Act, Act]] = {
    "lost, and 409 where nothing landed": (applied_then(nothing), refusing(409)),
    "409 though it landed, and 503 though it landed": (applied_then(refusing(409)), applied_then(refusing(503))),
    "delivered twice, and the second answer comes": (twice(first=False), twice(first=False)),
}
"""What happens to the first commit of an append, and to that of a replace."""


def test_answers_to_commits_that_are_lost_or_false_cost_no_row_and_double_none(
    product: Product, home_behind: Home, proxy: Proxy, reader: Reader
) -> None:
    for month, (name, (to_append, to_replace)) in enumerate(PAIRS.items(), 3):
        home_behind.write_flights(month, 50)
        rules = [Rule(commit_to("csv_flights"), to_append), Rule(commit_to("csv_airports"), to_replace)]
        proxy.rules[:] = rules
        result = product.run(home_behind)
        assert [rule.met for rule in rules] == [1, 1], name
        assert result.exit_code == 0, (name, result.stderr)
        assert result.rows() == {"flights": 550 if month == 3 else 50, "airports": 3}, name
        assert differences(reader, home_behind) == [], name
    proxy.rules.clear()
    assert product.run(home_behind).rows()["flights"] == 0
    assert differences(reader, home_behind) == []
    assert not proxy.broken
