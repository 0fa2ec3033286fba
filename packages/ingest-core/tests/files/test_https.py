"""Files behind URLs are read and known again; what a server answers is told by what happens next."""

from __future__ import annotations

import errno
import gzip
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

import pytest
from ingest_core import IngestError, JobError, Outcome, TransientError
from ingest_core.connectors.csv import CsvSource, Options
from ingest_core.files import remote_errors
from ingest_core.files.addresses import is_refused
from ingest_core.files.identity import looks_like
from ingest_core.files.remote import plain
from ingest_core.files.remote_errors import LONGEST_WAIT
from ingest_core.plugin import Batch, SourceContext

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Answering, Home
    from ingest_core.files import FileSource

JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {path: "%s/orders.csv"}
target: {connector: iceberg}
"""


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_errors, "WAITS", (0.0, 0.0, 0.0))


def source(home: Path, path: str | list[str]) -> FileSource:
    return CsvSource(SourceContext(home, {"orders": {"path": path, "types": {}}}, Options()))


def rows(given: FileSource) -> list[dict[str, Any]]:
    (stream,) = given.streams()
    messages = [message for split in given.splits(stream, {}) for message in given.read(split)]
    return [row for each in messages if isinstance(each, Batch) for row in each.record_batch.to_pylist()]


def ranged(body: bytes, handler: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
    """Answer as servers do that know of ranges."""
    asked = handler.headers.get("Range")
    if not asked:
        return 200, {"ETag": '"1"'}, body
    first, _, last = asked.removeprefix("bytes=").partition("-")
    part = body[int(first) : int(last) + 1]
    return 206, {"ETag": '"1"', "Content-Range": f"bytes {first}-{int(first) + len(part) - 1}/{len(body)}"}, part


@pytest.mark.parametrize("has_ranges", [True, False])
def test_a_url_is_read_whole_whether_or_not_its_server_knows_ranges(
    tmp_path: Path,
    answering: Answering,
    has_ranges: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    body = b"id,text\n" + b"".join(b"%d,%s\n" % (row, b"x" * 100) for row in range(100_000))
    url = answering(lambda handler: ranged(body, handler) if has_ranges else (200, {"Accept-Ranges": "none"}, body))
    assert [row["id"] for row in rows(source(tmp_path, f"{url}/a.csv"))] == list(range(100_000))


def test_several_urls_and_a_compressed_one_are_read(tmp_path: Path, answering: Answering) -> None:
    url = answering(lambda handler: ranged(_body_of(handler.path), handler))
    assert rows(source(tmp_path, [f"{url}/a.csv", f"{url}/b.csv.gz"])) == [{"id": 1}, {"id": 2}]


def _body_of(path: str) -> bytes:
    return gzip.compress(b"id\n2\n") if path.endswith("gz") else b"id\n1\n"


def test_a_url_is_loaded_once_until_its_etag_changes(home: Home, answering: Answering) -> None:
    etag = ["1"]
    url = answering(lambda _: (200, {"ETag": etag[0], "Accept-Ranges": "none"}, b"id\n1\n"))
    assert home.run(JOB % url).outcome is Outcome.SUCCESS
    assert home.run(JOB % url).objects[0].status == "unchanged"
    etag[0] = "2"
    assert "has other content now" in str(home.run(JOB % url).objects[0].error)


@pytest.mark.parametrize(
    ("status", "kind", "told"),
    [
        (404, JobError, "no file at http"),
        (403, JobError, r"may not be read: the server refuses it \(status 403\)"),
        (401, JobError, r"may not be read: the server refuses it \(status 401\)"),
        (500, TransientError, "cannot be read for now: status 500"),
        (429, TransientError, "cannot be read for now: status 429"),
    ],
)
def test_a_status_is_told(
    tmp_path: Path, answering: Answering, status: int, kind: type[IngestError], told: str
) -> None:
    url = answering(lambda _: (status, {}, b"no"))
    with pytest.raises(kind, match=told):
        source(tmp_path, f"{url}/a.csv").check()


def test_a_page_in_a_files_place_is_told(tmp_path: Path, answering: Answering) -> None:
    url = answering(lambda _: (200, {"Content-Type": "text/html; charset=utf-8"}, b"<html>log in</html>"))
    with pytest.raises(JobError, match="is a web page, not a file of rows"):
        source(tmp_path, f"{url}/a.csv").check()


def test_a_page_that_calls_itself_csv_is_told(tmp_path: Path, answering: Answering) -> None:
    url = answering(lambda _: (200, {"Content-Type": "text/csv"}, b"<!DOCTYPE html>\n<html></html>"))
    with pytest.raises(JobError, match="is a web page, not CSV"):
        source(tmp_path, f"{url}/a.csv").streams()


def test_an_answer_that_passes_is_asked_for_again(tmp_path: Path, answering: Answering) -> None:
    asked: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        asked.append(handler.path)
        return (503, {}, b"") if len(asked) in (1, 2, 4, 6) else ranged(b"id\n1\n", handler)

    assert rows(source(tmp_path, f"{answering(answer)}/a.csv")) == [{"id": 1}]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("2", 2),
        (formatdate(time.time() + 3600, usegmt=True), LONGEST_WAIT),
        (formatdate(time.time() - 60, usegmt=True), 0),
        ("3600", LONGEST_WAIT),
        ("soon", 0),
        ("", 0),
    ],
    ids=["seconds", "a date", "a date gone by", "an hour", "neither", "unsaid"],
)
def test_a_server_is_asked_again_when_it_says_within_reason(
    tmp_path: Path, answering: Answering, monkeypatch: pytest.MonkeyPatch, asked: str, expected: float
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(remote_errors, "pause", waits.append)
    came: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        came.append(handler.path)
        return (429, {"Retry-After": asked} if asked else {}, b"") if len(came) <= 2 else ranged(b"id\n1\n", handler)

    assert rows(source(tmp_path, f"{answering(answer)}/a.csv")) == [{"id": 1}]
    assert waits == [expected]


def test_a_body_that_is_cut_off_is_told_to_be_tried_again(tmp_path: Path, answering: Answering) -> None:
    url = answering(lambda _: (200, {"Content-Length": "1000", "Accept-Ranges": "none"}, b"id\n1\n"))
    with pytest.raises(TransientError, match="cannot be read for now"):
        rows(source(tmp_path, f"{url}/a.csv"))


def test_two_addresses_that_differ_in_a_key_alone_are_told_and_others_are_two_files(
    tmp_path: Path, answering: Answering
) -> None:
    url = answering(lambda handler: ranged(f"id\n{len(handler.path)}\n".encode(), handler))
    two = [f"{url}/e?table=eu&api_key=k", f"{url}/e?table=usa&api_key=k"]
    assert sorted(row["id"] for row in rows(source(tmp_path, two))) == [21, 22]
    with pytest.raises(JobError, match="differ only in what lets one in"):
        source(tmp_path, [f"{url}/e?api_key=k", f"{url}/e?api_key=l"]).check()


def test_a_file_of_which_its_server_tells_nothing_is_never_taken_for_unchanged() -> None:
    nothing = {"size": None}
    assert not looks_like(nothing, nothing)
    assert looks_like({"size": 1}, {"size": 1})


def test_a_server_that_is_not_there_is_told_to_be_tried_again(tmp_path: Path) -> None:
    with pytest.raises(TransientError, match="cannot be read for now"):
        source(tmp_path, "http://127.0.0.1:1/a.csv").check()


@pytest.mark.parametrize("address", ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]", "100.100.100.200"])
@pytest.mark.parametrize("is_redirect", [True, False])
def test_an_address_that_gives_out_the_machines_credentials_is_not_asked(
    tmp_path: Path,
    answering: Answering,
    address: str,
    is_redirect: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    there = f"http://{address}/latest/meta-data"
    url = answering(lambda _: (302, {"Location": there}, b"")) if is_redirect else there
    with pytest.raises(JobError, match="leads to an address that only the machine itself may ask"):
        source(tmp_path, f"{url}/a.csv" if is_redirect else url).check()


@pytest.mark.parametrize(("address", "refused"), [("127.0.0.1", False), ("10.0.0.1", False), ("fd00:ec2::254", True)])
def test_addresses_of_ones_own_network_are_asked(address: str, refused: bool) -> None:  # noqa: FBT001  # a parameter
    assert is_refused(address) is refused


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://u:p@host/a.csv#x", "https://host/a.csv"),
        ("https://host/a.csv?id=1", "https://host/a.csv?id=1"),
        ("https://host/a.csv?X-Amz-Signature=abc", "https://host/a.csv"),
        ("s3://shop/a.csv", "s3://shop/a.csv"),
    ],
)
def test_what_lets_one_in_is_no_part_of_a_files_name(url: str, shown: str) -> None:
    assert plain(url) == shown


def test_a_stop_that_a_passing_error_takes_the_place_of_is_not_tried_again() -> None:
    asked: list[int] = []

    def ask() -> None:
        asked.append(1)
        try:
            raise KeyboardInterrupt
        finally:
            raise ConnectionResetError(errno.ECONNRESET, "the connection broke")

    with pytest.raises(KeyboardInterrupt):
        remote_errors.retried(ask)
    assert asked == [1]
