"""Files of an S3 store are listed, read and known again; what it refuses is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from ingest_core import IngestError, JobError, Outcome, TransientError
from ingest_core.connectors.csv import CsvSource, Options
from ingest_core.files import remote_errors
from ingest_core.plugin import SourceContext
from moto.server import ThreadedMotoServer

if TYPE_CHECKING:
    from conftest import Answering, Home

KEYS = {"key": "key", "secret": "word"}

JOB = """\
tenant: acme
source:
  connector: csv
  with: {key: "${secret:s3.key}", secret: "${secret:s3.secret}", endpoint_url: "%s", region: us-east-1}
  objects:
    orders: {path: "s3://shop/orders/*.csv"}
target: {connector: iceberg}
"""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401  # boto3 makes its classes at run time
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    store = boto3.resource(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=KEYS["key"],
        aws_secret_access_key=KEYS["secret"],
        region_name="us-east-1",
    )
    found = store.Bucket("shop")
    found.create()
    found.objects.delete()
    return found


def put(bucket: Any, name: str, text: str) -> None:  # noqa: ANN401  # as above
    bucket.put_object(Key=name, Body=text.encode())


def check(home: Path, path: str | list[str], **options: Any) -> None:  # noqa: ANN401  # the connector's own
    objects: dict[str, dict[str, Any]] = {"orders": {"path": path, "types": {}}}
    CsvSource(SourceContext(home, objects, Options(**options))).check()


def test_a_pattern_is_landed_and_only_new_files_after_that(home: Home, bucket: Any, endpoint: str) -> None:  # noqa: ANN401  # as above
    home.write("secrets/acme/s3.yaml", "key: key\nsecret: word\n").chmod(0o600)
    put(bucket, "orders/a.csv", "id\n1\n")
    put(bucket, "orders/sub.txt", "no\n")
    put(bucket, "orders/", "")
    assert home.run(JOB % endpoint).outcome is Outcome.SUCCESS
    put(bucket, "orders/b.csv", "id\n2\n")
    report = home.run(JOB % endpoint)
    assert (report.outcome, report.objects[0].rows) == (Outcome.SUCCESS, 1)
    assert home.run(JOB % endpoint).objects[0].status == "unchanged"
    assert home.values("csv_orders", "id", "_ingest_source") == [
        (1, "s3://shop/orders/a.csv"),
        (2, "s3://shop/orders/b.csv"),
    ]


def test_an_object_written_again_is_told_and_one_with_the_same_bytes_is_not(
    home: Home,
    bucket: Any,  # noqa: ANN401  # as above
    endpoint: str,
) -> None:
    home.write("secrets/acme/s3.yaml", "key: key\nsecret: word\n").chmod(0o600)
    put(bucket, "orders/a.csv", "id\n1\n")
    assert home.run(JOB % endpoint).outcome is Outcome.SUCCESS
    put(bucket, "orders/a.csv", "id\n1\n")
    assert home.run(JOB % endpoint).objects[0].status == "unchanged"
    put(bucket, "orders/a.csv", "id\n3\n")
    assert "has other content now" in str(home.run(JOB % endpoint).objects[0].error)


def test_a_large_object_is_read_whole(home: Home, bucket: Any, endpoint: str) -> None:  # noqa: ANN401  # as above
    home.write("secrets/acme/s3.yaml", "key: key\nsecret: word\n").chmod(0o600)
    put(bucket, "orders/a.csv", "id,text\n" + "".join(f"{row},{'x' * 100}\n" for row in range(200_000)))
    report = home.run(JOB % endpoint)
    assert (report.outcome, report.objects[0].rows) == (Outcome.SUCCESS, 200_000)


@pytest.mark.parametrize(
    "path", ["s3://shop/none/*.csv", "s3://shop/none.csv", "s3://nobody/a.csv", "s3://shop/orders"]
)
def test_a_path_that_names_no_object_is_told(tmp_path: Path, bucket: Any, endpoint: str, path: str) -> None:  # noqa: ANN401  # as above
    put(bucket, "orders/a.csv", "id\n1\n")
    with pytest.raises(JobError, match="no file at s3://") as raised:
        check(tmp_path, path, **KEYS, endpoint_url=endpoint)
    assert raised.value.faults[0].key == ("source", "objects", "orders", "path")


def test_without_credentials_the_mend_names_them(tmp_path: Path, bucket: Any, endpoint: str) -> None:  # noqa: ANN401  # as above
    put(bucket, "orders/a.csv", "id\n1\n")
    with pytest.raises(JobError, match="there are no credentials"):
        check(tmp_path, "s3://shop/orders/*.csv", endpoint_url=endpoint)


def test_credentials_may_come_from_the_environment(
    tmp_path: Path,
    bucket: Any,  # noqa: ANN401  # as above
    endpoint: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "word")
    put(bucket, "orders/a.csv", "id\n1\n")
    check(tmp_path, ["s3://shop/orders/a.csv", "s3://shop/orders/*.csv"], endpoint_url=endpoint)


def test_an_unknown_scheme_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(JobError, match="there are no files at htps://") as raised:
        check(tmp_path, "htps://shop/orders.csv")
    assert raised.value.faults[0].mend == "did you mean https://?"


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (403, "InvalidAccessKeyId", JobError("", "may not be read: the server refuses it")),
        (403, "SignatureDoesNotMatch", JobError("", "may not be read: the server refuses it")),
        (503, "SlowDown", TransientError("", "cannot be read for now: status 503")),
    ],
)
def test_what_the_store_answers_is_told_by_what_happens_next(
    soon: None, answering: Answering, status: int, code: str, error: IngestError
) -> None:
    del soon
    body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
    url = answering(lambda _: (status, {"Content-Type": "application/xml"}, body))
    with pytest.raises(type(error), match=error.faults[0].mend):
        check(Path(), "s3://shop/orders/*.csv", **KEYS, endpoint_url=url)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nobody wait for a server that will not do better."""
    monkeypatch.setattr(remote_errors, "WAITS", (0.0,))
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
