"""The servers themselves, without the product: what the other tests stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from pathlib import Path

    from e2e.conftest import Servers
    from e2e.support.reading import Reader


def test_rows_written_through_nessie_are_read_back_from_s3(servers: Servers, reader: Reader, tmp_path: Path) -> None:
    reader.catalog.create_namespace("smoke")
    created = reader.catalog.create_table(("smoke", "numbers"), schema=pa.schema([("n", pa.int64())]))
    assert created.location().startswith("s3://")
    reader.table("smoke", "numbers").append(pa.table({"n": [1, 2, 3]}))
    assert reader.count("smoke", "numbers") == 3
    assert len(reader.fetch("smoke", "numbers", tmp_path / "copies")) == 1
    assert any("numbers" in entry.message for entry in servers.nessie.log())
