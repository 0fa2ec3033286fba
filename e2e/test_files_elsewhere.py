"""Files in an object store land by the image: Parquet and packed JSON lines from a real S3 server."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from e2e.support.objectstore import BUCKET, REGION

if TYPE_CHECKING:
    from e2e.conftest import Servers
    from e2e.support.home import Home
    from e2e.support.objectstore import ObjectStore
    from e2e.support.product import Product
    from e2e.support.reading import Reader

ROWS = 1_000
TAGS = pa.array([[f"t{n % 3}", "x"] for n in range(ROWS)])


@pytest.fixture
def shop(home: Home, servers: Servers) -> str:
    """A folder of the bucket with two Parquet files and one of packed JSON lines; the job reads its secrets' bucket."""
    folder = f"{BUCKET}/incoming-{home.namespace}"
    rows = pa.table({"id": pa.array(range(ROWS)), "tags": TAGS})
    for number, part in enumerate((rows.slice(0, 600), rows.slice(600))):
        with servers.store.files.open_output_stream(f"{folder}/rows-{number}.parquet") as file:
            pq.write_table(part, file, row_group_size=250)
    lines = "".join(f'{{"id": {n}, "place": {{"city": "c{n % 5}"}}}}\n' for n in range(ROWS))
    with servers.store.files.open_output_stream(f"{folder}/places.jsonl.gz", compression=None) as file:
        file.write(gzip.compress(lines.encode()))
    return f"s3://{folder}"


def read_from(home: Home, store: ObjectStore, connector: str, path: str) -> None:
    """Let the home's job read an object of the store, with the keys of its tenant's secrets."""
    job: dict[str, Any] = yaml.safe_load(home.job_file.read_text(encoding="utf-8"))
    keys = {"key": "${secret:s3.access_key}", "secret": "${secret:s3.secret_key}"}
    place = {"endpoint_url": store.endpoint, "region": REGION}
    job["source"] = {"connector": connector, "with": {**keys, **place}, "objects": {"rows": {"path": path}}}
    home.job_file.write_text(yaml.safe_dump(job, sort_keys=False), encoding="utf-8")


def test_parquet_files_in_the_store_land_with_their_nested_types_and_once(
    product: Product, home: Home, reader: Reader, servers: Servers, shop: str
) -> None:
    read_from(home, servers.store, "parquet", f"{shop}/rows-*.parquet")
    for expected in (ROWS, 0):
        result = product.run(home)
        assert (result.exit_code, result.rows()) == (0, {"rows": expected}), result.stderr
    landed = reader.table(home.namespace, "parquet_rows").scan().to_arrow().sort_by("id")
    assert landed["id"].to_pylist() == [*range(ROWS)]
    assert landed["tags"].to_pylist() == TAGS.to_pylist()


def test_packed_json_lines_in_the_store_land(
    product: Product, home: Home, reader: Reader, servers: Servers, shop: str
) -> None:
    read_from(home, servers.store, "jsonl", f"{shop}/places.jsonl.gz")
    result = product.run(home)
    assert (result.exit_code, result.rows()) == (0, {"rows": ROWS}), result.stderr
    landed = reader.table(home.namespace, "jsonl_rows").scan().to_arrow()
    assert sorted({place["city"] for place in landed["place"].to_pylist()}) == ["c0", "c1", "c2", "c3", "c4"]


def test_a_wrong_key_is_2_and_the_mend_names_no_secret(
    product: Product, home: Home, reader: Reader, servers: Servers, shop: str
) -> None:
    read_from(home, servers.store, "parquet", f"{shop}/rows-*.parquet")
    home.replace_in_job("secret: ${secret:s3.secret_key}", "secret: not-the-key")
    result = product.run(home)
    assert (result.exit_code, result.report["objects"][0]["error_type"]) == (2, "JobError")
    assert servers.store.keys.access not in result.stderr + result.stdout
    assert not reader.exists(home.namespace, "parquet_rows")
