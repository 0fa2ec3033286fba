"""A table grows by what lands, and is never narrowed."""

import pyarrow as pa
import pytest
from ingest_core import JobError
from ingest_core.evolution import growth, is_wider

TABLE = pa.schema([("id", pa.int32()), ("price", pa.decimal128(8, 2)), ("note", pa.string())])


def test_columns_that_the_table_lacks_are_added() -> None:
    landing = pa.schema([*TABLE, pa.field("extra", pa.date32())])
    assert growth(landing, TABLE, {}) == pa.schema([("extra", pa.date32())])


def test_a_table_that_takes_all_stays_as_it_is() -> None:
    assert len(growth(pa.schema([("id", pa.int32())]), TABLE, {"id": pa.int32()})) == 0


def test_an_inferred_type_never_changes_a_tables() -> None:
    assert len(growth(pa.schema([("note", pa.int64())]), TABLE, {})) == 0


def test_a_wider_type_that_the_job_gives_is_taken() -> None:
    given = {"id": pa.int64(), "price": pa.decimal128(12, 2)}
    assert growth(TABLE, TABLE, given) == pa.schema(given.items())


@pytest.mark.parametrize(
    ("has", "wanted"),
    [
        (pa.int64(), pa.int32()),
        (pa.int64(), pa.float64()),
        (pa.decimal128(8, 2), pa.decimal128(8, 3)),
        (pa.decimal128(8, 2), pa.decimal128(7, 2)),
        (pa.string(), pa.binary()),
        (pa.date32(), pa.timestamp("us")),
    ],
)
def test_what_iceberg_cannot_widen_is_not_wider(has: pa.DataType, wanted: pa.DataType) -> None:
    assert not is_wider(wanted, has)


def test_all_that_a_table_cannot_become_is_told_at_once() -> None:
    with pytest.raises(JobError) as raised:
        growth(pa.schema([("ID", pa.int32())]), TABLE, {"price": pa.float64()})
    assert [fault.problem for fault in raised.value.faults] == [
        "the column 'ID' differs in case only from the table's 'id'",
        "the job says double for 'price', the table has decimal128(8, 2)",
    ]
