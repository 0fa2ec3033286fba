"""A REST catalog's odd answers become errors that a person can act on."""

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from ingest_core import IngestError, JobError, TransientError
from ingest_core.catalogs.embedded import open_catalog as open_embedded
from ingest_core.catalogs.opened import OpenedCatalog
from ingest_core.catalogs.rest import open_catalog
from ingest_core.plugin import RunContext, TableName, WantedBranch
from pyiceberg.io.fsspec import FsspecFileIO
from pyiceberg.io.pyarrow import PyArrowFileIO
from pyiceberg.partitioning import UNPARTITIONED_PARTITION_SPEC
from pyiceberg.schema import Schema
from pyiceberg.table.metadata import new_table_metadata
from pyiceberg.table.sorting import UNSORTED_SORT_ORDER
from pyiceberg.types import LongType, NestedField


class Answer(BaseHTTPRequestHandler):
    """Answers every request alike."""

    status = 200
    body: object = {}

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(json.dumps(self.body).encode())

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def uri() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def opened(uri: str, tmp_path: Path, branch: str | None = None) -> IngestError:
    with pytest.raises(IngestError) as raised:
        open_catalog({"uri": uri}, branch, RunContext(tmp_path, "acme", "shop", "run-1"))
    return raised.value


def answer(monkeypatch: pytest.MonkeyPatch, status: int, body: object) -> None:
    monkeypatch.setattr(Answer, "status", status)
    monkeypatch.setattr(Answer, "body", body)


def error(kind: str, message: str) -> dict[str, object]:
    return {"error": {"message": message, "type": kind, "code": 0}}


@pytest.mark.parametrize(
    "case",
    [
        (404, {}, JobError, "no Iceberg REST catalog at this address"),
        (401, error("NotAuthorized", "who are you"), JobError, "refuses us"),
        (403, error("Forbidden", "not you"), JobError, "refuses us"),
        (400, error("NoSuchReferenceException", "NoSuchReference: x"), JobError, "create the branch"),
        (400, error("IllegalArgument", "(due to: ...NoSuchBucketException: no such)"), JobError, "make the bucket"),
        (400, error("IllegalArgument", "something else"), JobError, "mend the uri"),
        (500, error("IllegalState", "Warehouse 'x' is not known"), JobError, "name a warehouse"),
        (400, error("IllegalArgument", "Warehouse 'x' is not known"), JobError, "name a warehouse"),
        (500, error("Oops", "broken"), TransientError, "the catalog failed"),
        (200, "a page to log in", TransientError, "answer cannot be read"),
    ],
)
def test_an_answer_says_who_must_act(
    uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: tuple[int, object, type, str]
) -> None:
    status, body, kind, told = case
    answer(monkeypatch, status, body)
    found = opened(uri, tmp_path)
    assert isinstance(found, kind)
    assert told in str(found)


def test_what_a_nessie_server_needs_and_is_not_installed_is_told_with_the_line_that_installs_it(
    uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, 200, {"defaults": {}, "overrides": {"nessie.is-nessie-catalog": "true", "uri": uri}})
    for module in ("nessie", "nessie_client"):
        monkeypatch.delitem(sys.modules, f"ingest_core.catalogs.{module}", raising=False)
    monkeypatch.setitem(sys.modules, "confuse", None)
    assert 'pip install "ingest-core[nessie]"' in str(opened(uri, tmp_path))


def test_what_signatures_need_and_is_not_installed_is_told_with_the_line_that_installs_it(
    uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(JobError, match=r"ingest-core\[sigv4\]"):
        open_catalog({"uri": uri, "rest.sigv4-enabled": "true"}, None, RunContext(tmp_path, "acme", "shop", "run-1"))


def test_a_branch_is_refused_where_the_catalog_has_none(
    uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, 200, {"defaults": {}, "overrides": {}})
    assert "no branches; only Nessie has" in str(opened(uri, tmp_path, "feature"))


def test_a_name_that_nobody_configured_is_told(tmp_path: Path) -> None:
    with pytest.raises(JobError, match="knows no catalog 'nowhere'"):
        open_catalog({"name": "nowhere"}, None, RunContext(tmp_path, "acme", "shop", "run-1"))


def test_a_name_is_looked_up_where_pyiceberg_looks(uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, 200, {"defaults": {}, "overrides": {}})
    monkeypatch.setenv("PYICEBERG_CATALOG__LAKE__URI", uri)
    catalog = open_catalog({"name": "lake"}, None, RunContext(tmp_path, "acme", "shop", "run-1"))
    assert catalog.inner.properties["uri"] == uri


ADVICE = {"py-io-impl": "pyiceberg.io.fsspec.FsspecFileIO"}


def table_of(server_says: dict[str, str]) -> dict[str, object]:
    """Write an answer that is both a catalog's configuration and a table, as a server gives them."""
    schema = Schema(NestedField(1, "id", LongType()))
    metadata = new_table_metadata(schema, UNPARTITIONED_PARTITION_SPEC, UNSORTED_SORT_ORDER, "s3://lake/orders")
    return {
        "defaults": server_says,
        "overrides": server_says,
        "metadata-location": "s3://lake/orders/metadata/0.json",
        "metadata": json.loads(metadata.model_dump_json()),
        "config": server_says,
    }


def io_of(catalog: OpenedCatalog) -> object:
    table = catalog.load(TableName("acme", "orders"))
    assert table is not None
    return table.inner.io


def test_files_are_reached_by_arrow_whatever_the_server_says_of_python(
    uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, 200, table_of(ADVICE))
    catalog = open_catalog({"uri": uri}, None, RunContext(tmp_path, "acme", "shop", "run-1"))
    assert isinstance(io_of(catalog), PyArrowFileIO)


def test_files_are_reached_as_the_job_says(uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, 200, table_of({"py-io-impl": "pyiceberg.io.pyarrow.PyArrowFileIO"}))
    catalog = open_catalog({"uri": uri, **ADVICE}, None, RunContext(tmp_path, "acme", "shop", "run-1"))
    assert isinstance(io_of(catalog), FsspecFileIO)


def test_an_address_that_is_no_address_is_told(tmp_path: Path) -> None:
    assert "begins with http://" in str(opened("nessie:19120", tmp_path))


def test_a_branch_cannot_be_made_where_the_catalog_has_none(
    uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, 200, {"defaults": {}, "overrides": {}})
    wanted, context = WantedBranch("nightly", "main"), RunContext(tmp_path, "acme", "shop", "run-1")
    for opener, properties in ((open_catalog, {"uri": uri}), (open_embedded, {})):
        with pytest.raises(JobError, match="this catalog has no branches") as raised:
            opener.settle(properties, wanted, context, make=True)
        assert raised.value.faults[0].key == ("target", "branch_from")
    assert not (tmp_path / "state").exists()
