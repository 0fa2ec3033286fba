"""JSON lines and Parquet behind a URL."""

from __future__ import annotations

import io
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ingest_core import JobError
from ingest_core.connectors.jsonl import JsonlSource
from ingest_core.connectors.jsonl import Options as JsonlOptions
from ingest_core.connectors.parquet import Options, ParquetSource
from ingest_core.plugin import Batch, SourceContext

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Answering
    from ingest_core.files import FileSource


def source(home: Path, path: str) -> FileSource:
    settings = {"path": path, "types": {}, "select": ["id"]}
    if path.endswith(".parquet"):
        return ParquetSource(SourceContext(home, {"orders": settings}, Options()))
    return JsonlSource(SourceContext(home, {"orders": settings}, JsonlOptions()))


def ids(given: FileSource) -> list[object]:
    (stream,) = given.streams()
    messages = [message for split in given.splits(stream, {}) for message in given.read(split)]
    return [row["id"] for each in messages if isinstance(each, Batch) for row in each.record_batch.to_pylist()]


class Server:
    """Answers with parts of a body, and counts their bytes."""

    def __init__(self, body: bytes, *, has_ranges: bool = True) -> None:
        self.body = body
        self.has_ranges = has_ranges
        self.given = 0

    def __call__(self, handler: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        """Answer as servers do that know of ranges, or as others."""
        asked = handler.headers.get("Range")
        if not self.has_ranges or not asked:
            return 200, {"ETag": '"1"'} if self.has_ranges else {"Accept-Ranges": "none"}, self.body
        first, _, last = asked.removeprefix("bytes=").partition("-")
        part = self.body[int(first) : int(last) + 1]
        self.given += len(part)
        place = f"bytes {first}-{int(first) + len(part) - 1}/{len(self.body)}"
        return 206, {"ETag": '"1"', "Content-Range": place}, part


def parquet() -> bytes:
    buffer = io.BytesIO()
    table = pa.table({"id": range(100_000), "big": [f"{row:0100}" for row in range(100_000)]})
    pq.write_table(table, buffer, row_group_size=20_000, compression="none", use_dictionary=False)
    return buffer.getvalue()


def test_of_a_parquet_file_the_selected_columns_alone_are_fetched(tmp_path: Path, answering: Answering) -> None:
    server = Server(parquet())
    assert ids(source(tmp_path, f"{answering(server)}/a.parquet")) == list(range(100_000))
    assert 800_000 < server.given < 2_000_000, "of more than ten million"


def test_a_server_that_gives_no_parts_of_a_parquet_file_is_told(tmp_path: Path, answering: Answering) -> None:
    url = answering(Server(parquet(), has_ranges=False))
    with pytest.raises(JobError, match="its server gives no parts of files"):
        ids(source(tmp_path, f"{url}/a.parquet"))


@pytest.mark.parametrize("has_ranges", [True, False])
def test_json_lines_are_read_from_any_server(tmp_path: Path, answering: Answering, has_ranges: bool) -> None:  # noqa: FBT001  # a parameter
    body = b"".join(b'{"id": %d, "text": "%s"}\n' % (row, b"x" * 100) for row in range(100_000))
    url = answering(Server(body, has_ranges=has_ranges))
    assert ids(source(tmp_path, f"{url}/a.jsonl")) == list(range(100_000))
