"""What a failed writer had open is closed; its file stays where it is, since a run deletes nothing."""

import errno
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ingest_core import TransientError
from ingest_core.plugin import TableName

if TYPE_CHECKING:
    from conftest import Landing

ROWS = pa.record_batch([[1, 2, 3], ["a", "b", "c"]], names=["id", "v"])


@pytest.mark.parametrize("parts", [[], ["v"]])
@pytest.mark.parametrize("broken", ["nothing", "when it is abandoned", "when it is flushed"])
def test_a_writer_that_is_abandoned_has_no_file_open_even_if_none_can_be_finished(
    landing: "Landing", monkeypatch: pytest.MonkeyPatch, parts: list[str], broken: str
) -> None:
    landing.land("abandoned", [ROWS], landing.layout(parts))
    table = landing.catalog.load(TableName("acme", "abandoned"))
    assert table is not None
    monkeypatch.setattr("ingest_core.writers.fan_out.ROW_GROUP_ROWS", 1)
    writer = table.writer()
    writer.write(ROWS.cast(table.schema))
    before = landing.open_files()
    assert before == (3 if parts else 1)

    close, kept = pq.ParquetWriter.close, []

    def full(parquet: pq.ParquetWriter) -> None:
        kept.append(parquet)  # as a traceback keeps it; what nothing keeps, Python closes by itself
        close(parquet)
        raise OSError(errno.ENOSPC, "no space left on device")

    if broken != "nothing":
        monkeypatch.setattr(pq.ParquetWriter, "close", full)
    if broken == "when it is flushed":
        with pytest.raises(TransientError, match="no space left"):
            writer.flush()
    writer.abandon()
    assert landing.open_files() == 0
    assert len(list(landing.root.rglob("*.parquet"))) == 2 * before
