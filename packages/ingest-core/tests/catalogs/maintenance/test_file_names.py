"""Names of files are compared as the file system has them, however tables spell them."""

from __future__ import annotations

import pytest
from ingest_core.catalogs.maintenance.file_names import compared, is_below, overlap


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("s3://bucket/t/data/a.parquet", "s3a://bucket/t/data/a.parquet"),
        ("s3n://bucket/t/data/a.parquet", "s3://alias-of-bucket/t/data/a.parquet"),
        ("s3://bucket/t//data/a.parquet", "s3://bucket/t/data/a.parquet"),
        ("file:///w/t/a.parquet", "file:/w/t/a.parquet"),
        ("file:///w/t/a.parquet", "/w/t/a.parquet"),
        ("file://localhost/w/t/a.parquet", "/w/t/a.parquet"),
        ("/w/./x/../t/a.parquet", "/w/t/a.parquet"),
        ("abfss://files@account.dfs.core.windows.net/t/a", "abfs://files@account.dfs.core.windows.net/t/a"),
    ],
)
def test_one_file_spelled_in_two_ways_is_one(one: str, other: str) -> None:
    assert compared(one) == compared(other)


@pytest.mark.parametrize("name", ["a#b", "a?b", "a%20b", "a b", "a%b", "ä", "a:b", "a;b=1", "a+b", "日本", "x://y"])
@pytest.mark.parametrize("folder", ["s3://bucket/t/data", "file:///w/t/data", "/w/t/data"])
def test_nothing_in_a_name_is_read_as_a_uri(folder: str, name: str) -> None:
    place = "/t/data" if folder.startswith("s3") else "/w/t/data"
    assert compared(f"{folder}/{name}") == f"{place}/{name.replace('//', '/')}"


def test_different_files_are_different() -> None:
    names = ["a#b", "a#c", "a", "a?b", "a%20b", "a b", "A", "ä", "a\u0308"]
    assert len({compared(f"s3://bucket/t/{name}") for name in names}) == len(names)


def test_a_folder_whose_name_begins_alike_is_another() -> None:
    assert is_below("/w/t/a", "/w/t")
    assert is_below("/w/t", "/w/t")
    assert is_below("/w/t", "/")
    assert not is_below("/w/t2/a", "/w/t")
    assert overlap("/w/t", "/w")
    assert overlap("/w", "/w/t")
    assert not overlap("/w/t", "/w/t2")
