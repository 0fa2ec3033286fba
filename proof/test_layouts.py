"""Tables are laid out as the job says on both catalogs, whatever numbers the server gives to columns."""

from __future__ import annotations

import pytest
from dialled import Row

from proof.conftest import MakeHome
from proof.support.home import Home
from proof.support.oracle import expected, landed
from proof.support.processes import run_job
from proof.support.target import KINDS, Kind

ROWS = [Row(number, number, f"v{number % 3}", ("a", "b")) for number in range(12)]
LATER = [*ROWS, *(Row(number, number + 20, f"w{number % 2}") for number in range(4))]
LAYOUT = {
    "partition_by": ["bucket(4, at)", "gone", "truncate(1, value)"],
    "sort_by": ["gone desc", "at"],
    "key": ["id"],
}
"""Names columns on both sides of the nested one, whose inner fields servers number differently."""


def laid_out(home: Home) -> tuple[list[str], list[str], set[str]]:
    """Read a table's layout by the names of columns."""
    table = home.target.table(home.path, home.namespace, "orders")
    assert table is not None
    schema = table.schema()
    parts = [f"{field.transform} of {schema.find_column_name(field.source_id)}" for field in table.spec().fields]
    order = [
        f"{schema.find_column_name(field.source_id)} {field.direction.name}" for field in table.sort_order().fields
    ]
    return parts, order, schema.identifier_field_names()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("write", ["append", "merge"])
def test_a_new_table_is_laid_out_by_the_names_of_columns(kind: Kind, write: str, make_home: MakeHome) -> None:
    home = make_home(kind, write, special=LAYOUT)
    for rows in (ROWS, LATER):
        home.put(rows)
        ended = run_job(home.path)
        assert ended.code == 0, ended.stderr
        assert landed(home) == expected(write, rows)
    parts = ["bucket[4] of at", "identity of gone", "truncate[1] of value"]
    assert laid_out(home) == (parts, ["gone DESC", "at ASC"], {"id"})


@pytest.mark.parametrize("kind", KINDS)
def test_a_layout_that_the_job_changes_changes_with_the_next_rows(kind: Kind, make_home: MakeHome) -> None:
    home = make_home(kind, "append")
    home.put(ROWS)
    assert run_job(home.path).code == 0
    home.special = {"partition_by": ["truncate(1, value)"], "sort_by": ["at desc"]}
    home.write_job()
    home.put(LATER)
    ended = run_job(home.path)
    assert ended.code == 0, ended.stderr
    assert landed(home) == expected("append", LATER)
    assert laid_out(home)[:2] == (["truncate[1] of value"], ["at DESC"])
