"""What people write for partitions and order is read as Iceberg means it."""

import pytest
from ingest_core.layout import PartitionField, SortField, clash, partition_field, property_faults, rejoined, sort_field


@pytest.mark.parametrize(
    ("text", "column", "transform", "name"),
    [
        ("region", "region", "identity", "region"),
        ("identity(region)", "region", "identity", "region"),
        (" day( ordered at ) ", "ordered at", "day", "ordered at_day"),
        ("bucket(16, id)", "id", "bucket[16]", "id_bucket_16"),
        ("Truncate(4,name, first)", "name, first", "truncate[4]", "name, first_trunc_4"),
        ("identity(f(x))", "f(x)", "identity", "f(x)"),
    ],
)
def test_a_partition_is_a_transform_of_a_column(text: str, column: str, transform: str, name: str) -> None:
    assert partition_field(text) == PartitionField(column, transform)
    assert partition_field(text).name == name


def test_entries_that_yaml_took_apart_at_their_commas_are_put_together() -> None:
    assert rejoined(["bucket(16", "id)", "a", "truncate(4", "b)"]) == ["bucket(16, id)", "a", "truncate(4, b)"]
    assert rejoined(["day(a", "b"]) == ["day(a, b"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("dya(at)", "there is no transform 'dya'; did you mean 'day'?"),
        ("modulo(at)", "the transforms are identity, year, month, day, hour, bucket, truncate"),
        ("bucket(id)", "bucket takes a number and a column, for example bucket(16, id)"),
        ("bucket(0, id)", "bucket takes a number"),
        ("bucket(99999999999, id)", "bucket takes a number"),
        ("day()", "names no column"),
        ("", "names no column"),
        ("day(a, b", "is not closed"),
    ],
)
def test_what_is_no_partition_is_told_with_its_mend(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as raised:
        partition_field(text)
    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", SortField("a", "asc", "first")),
        ("a desc", SortField("a", "desc", "last")),
        ("a ASC Nulls Last", SortField("a", "asc", "last")),
        ("a b desc nulls first", SortField("a b", "desc", "first")),
        ("desc", SortField("desc", "asc", "first")),
        ("a nulls last", SortField("a", "asc", "last")),
    ],
)
def test_an_order_is_a_column_with_a_direction_and_a_place_for_nulls(text: str, expected: SortField) -> None:
    assert sort_field(text) == expected


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        (["day(a)", "month(a)"], "'a_month' beside 'a_day' divides nothing further"),
        (["a", "a"], "'a' beside 'a'"),
        (["a_day", "day(a)"], "two fields would be named 'a_day'"),
        (["bucket(2, a)", "bucket(4, a)", "day(b)", "a"], ""),
    ],
)
def test_fields_that_cannot_stand_beside_one_another_are_told(entries: list[str], told: str) -> None:
    found = clash(tuple(map(partition_field, entries)))
    assert found.startswith(told)
    assert bool(found) == bool(told)


def test_properties_that_a_job_may_not_set_are_told_and_others_are_not() -> None:
    assert property_faults({"write.metadata.compression-codec": "gzip", "write.target-file-size-bytes": "10"}) == []
    assert len(property_faults({"ingest.x": "1", "format-version": "2", "write.target-file-size-bytes": "1GB"})) == 3
