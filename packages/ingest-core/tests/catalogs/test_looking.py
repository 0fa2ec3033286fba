"""A merge reads one column alone where this tells which rows changed, and all columns for what it does not tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from ingest_core import Outcome
from ingest_core.catalogs import looking
from ingest_core.catalogs.reading import TableFiles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conftest import Home

JOB = """\
tenant: acme
source: {connector: csv, objects: {orders: {path: "data/orders*.csv", key: [id]}}}
target: {connector: iceberg, write: merge}
"""
ROWS = [(number, "new", number % 3) for number in range(10)]
HEAD = "id,status,stock\n"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str] | None]:
    """Note which columns of the table's files are read, and take no file for too small to find a telling column."""
    columns: list[Sequence[str] | None] = []
    batches = TableFiles.batches

    def noted(files: TableFiles, task: Any, wanted: Sequence[str] | None = None) -> Iterator[Any]:  # noqa: ANN401  # as the method's own
        columns.append(wanted)
        return batches(files, task, wanted)

    monkeypatch.setattr(TableFiles, "batches", noted)
    monkeypatch.setattr(looking, "WORTH_TELLING", 1)
    return columns


def written(rows: Sequence[tuple[object, ...]]) -> str:
    return HEAD + "".join(f"{','.join(map(str, row))}\n" for row in rows)


@pytest.mark.parametrize(
    ("changes", "read"),
    [
        pytest.param([(1, "paid", 1), (4, "sent", 1)], [["status"]], id="one column tells all"),
        pytest.param([(1, "paid", 1), (2, "paid", 2), (4, "new", 9)], [["status"], None], id="one tells most"),
        pytest.param([(1, "paid", 1), (2, "new", 2), (4, "new", 1)], [None], id="none tells half of them"),
        pytest.param([(1, "new", 1)], [None], id="nothing changed"),
        pytest.param([(99, "new", 1)], [], id="all is new"),
    ],
)
def test_what_comes_of_a_merge_is_the_same_whichever_columns_tell(
    home: Home, asked: list[Sequence[str] | None], changes: list[tuple[int, str, int]], read: list[list[str] | None]
) -> None:
    home.write("data/orders-1.csv", written(ROWS))
    assert home.run(JOB).outcome is Outcome.SUCCESS
    home.write("data/orders-2.csv", written(changes))
    del asked[:]
    assert home.run(JOB).outcome is Outcome.SUCCESS
    whole = {row[0]: row for row in ROWS} | {row[0]: row for row in changes}
    assert home.values("csv_orders", "id", "status", "stock") == sorted(whole.values())
    seen = ["id", "status", "stock"]
    looks = [each for each in asked if each is not None and list(each) != ["id"]]
    first = [seen] if read else []  # one batch is looked at whole, to find what tells
    assert looks == [*first, *(each or seen for each in read)]
