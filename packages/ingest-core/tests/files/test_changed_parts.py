"""A large file that comes with other content is read anew, part by part, whatever was read of its former content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from ingest_core import Outcome
from ingest_core.connectors.csv import division
from ingest_core.errors import TransientError
from ingest_core.files import news, source
from ingest_core.files.identity import noted_part

if TYPE_CHECKING:
    from conftest import Home

JOB = """\
tenant: acme
source: {connector: csv, objects: {orders: {path: data/orders.csv, write: merge, key: [id], commit_every: 1}}}
target: {connector: iceberg}
limits: {workers: 1}
"""


@pytest.fixture(autouse=True)
def divided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "LEAST_DIVIDED", 1000)
    monkeypatch.setattr(division, "parts_of", lambda _: 4)


def write(home: Home, value: str, rows: int = 1000) -> None:
    home.write("data/orders.csv", "id,value\n" + "".join(f"{number:04},{value}\n" for number in range(rows)))


def cut(monkeypatch: pytest.MonkeyPatch, last: int) -> None:
    """Let the source fail behind a part; what was committed before is all but that part."""

    def failing(file: Any, part: int, *rest: Any) -> Any:  # noqa: ANN401  # as what it stands for
        if part > last:
            raise TransientError("the source is gone")
        return noted_part(file, part, *rest)

    monkeypatch.setattr(source, "noted_part", failing)


def values(home: Home) -> set[object]:
    return {value for (value,) in home.values("csv_orders", "value")}


def test_after_a_failure_midway_the_rest_of_the_new_content_is_read(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home, "a")
    home.run(JOB)
    write(home, "b")
    cut(monkeypatch, 1)
    assert home.run(JOB).outcome is Outcome.PARTIAL
    cut(monkeypatch, 3)
    (rest,) = home.run(JOB).objects
    assert (rest.status, rest.rows) == ("committed", 750)
    assert values(home) == {"b"}
    assert home.run(JOB).objects[0].status == "unchanged"


def test_content_that_changes_again_midway_is_read_whole(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home, "a")
    cut(monkeypatch, 1)
    home.run(JOB)
    write(home, "b")
    cut(monkeypatch, 1)
    home.run(JOB)
    write(home, "c")
    cut(monkeypatch, 3)
    assert home.run(JOB).objects[0].rows == 1000
    assert values(home) == {"c"}
    assert home.run(JOB).objects[0].status == "unchanged"


def test_a_file_that_became_small_or_large_is_known_afterwards(home: Home) -> None:
    for value, rows in (("a", 1000), ("b", 10), ("c", 1000), ("d", 10), ("e", 20)):
        write(home, value, rows)
        assert home.run(JOB).objects[0].rows == rows
        assert home.run(JOB).objects[0].status == "unchanged"
        (home.root / "data/orders.csv").touch()
        assert home.run(JOB).objects[0].status == "unchanged", "a new time alone is no other content"
