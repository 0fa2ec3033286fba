"""A canary is found wherever a container, a server or an image can keep it."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import docker
import pyarrow as pa
import pytest
from pyiceberg.catalog.rest import RestCatalog

from e2e.support import nessie
from e2e.support.base_image import RECIPE as BASE
from e2e.support.branching import client_of
from e2e.support.canaries import Canaries, images
from e2e.support.canaries.evidence import Evidence
from e2e.support.canaries.left_by_servers import contents_of
from e2e.support.canaries.searching import folder, search
from e2e.support.canaries.taking import keeping, take
from e2e.support.containers import Server, Stage
from e2e.support.images import obtain
from e2e.support.layers import build
from e2e.support.objectstore import BUCKET
from e2e.support.product import Product
from e2e.support.waiting import wait_until

if TYPE_CHECKING:
    from docker.models.containers import Container

    from e2e.conftest import Servers
    from e2e.support.home import Home

ON_SERVERS = {
    *("object", "object of another bucket", "object by its name", "unfinished upload", "metadata of a table"),
    *("name of a table", "property of a namespace", "message of a commit", "name of a branch", "table on a tag"),
}
PART = 12 << 20
"""Bytes of which at least a part is sent before the whole is there."""


@dataclass
class Planting:
    """Canaries of its own, that the search after all tests does not know, and what is kept for a search of its own."""

    canaries: Canaries
    evidence: Evidence

    def found(self) -> dict[str, set[str]]:
        """Search what was kept: names, each with the kinds of places where it is."""
        places: dict[str, set[str]] = {}
        for found in search(folder(self.evidence.folder), self.canaries):
            places.setdefault(found.name, set()).add(found.place.split("/")[0])
        return places


def planting(path: Path) -> Planting:
    return Planting(Canaries(f"tulip{secrets.token_hex(4)}"), Evidence(path))


@pytest.fixture
def planted(tmp_path: Path) -> Planting:
    return planting(tmp_path / "kept")


@pytest.fixture
def stage(servers: Servers, planted: Planting) -> Iterator[Stage]:
    """A stage on the servers' network that keeps what its containers leave with what is planted."""
    made = Stage(servers.stage.network, secrets.token_hex(4), planted.evidence)
    yield made
    for container in made.containers():
        container.remove(force=True, v=True)


@pytest.fixture(scope="module")
def on_servers(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Where a search finds what was planted in S3 and in Nessie."""
    made = planting(tmp_path_factory.mktemp("planted"))
    plant_in_catalog(servers, made.canaries)
    plant_in_store(servers, made.canaries)
    with servers.store.files.open_output_stream(f"{BUCKET}/planted-{secrets.token_hex(4)}") as upload:
        upload.write(made.canaries.fresh("unfinished upload").encode() + bytes(PART))
        upload.flush()
        take(servers.stage, made.evidence)
    assert made.evidence.missing == []
    return made.found()


def plant_in_store(servers: Servers, planted: Canaries) -> None:
    token = secrets.token_hex(4)
    servers.store.files.create_dir(f"other-{token}")
    objects = {
        f"{BUCKET}/planted-{token}/object": planted.fresh("object"),
        f"other-{token}/object": planted.fresh("object of another bucket"),
        f"{BUCKET}/planted-{token}/{planted.fresh('object by its name')}": "",
    }
    for path, value in objects.items():
        with servers.store.files.open_output_stream(path) as stream:
            stream.write(value.encode())


def plant_in_catalog(servers: Servers, planted: Canaries) -> None:
    said = {"header.Nessie-Commit-Message": planted.fresh("message of a commit")}
    uri, namespace = servers.nessie.catalog_uri, f"planted_{secrets.token_hex(4)}"
    catalog = RestCatalog("planted", uri=uri, warehouse=nessie.WAREHOUSE, **servers.store.properties, **said)
    catalog.create_namespace(namespace, {"note": planted.fresh("property of a namespace")})
    told = {"note": planted.fresh("metadata of a table")}
    catalog.create_table((namespace, planted.fresh("name of a table")), pa.schema([("n", pa.int64())]), properties=told)
    client = client_of(servers.nessie)
    head = client.get_reference("main").hash_
    client.create_branch(planted.fresh("name of a branch"), "main", head)
    branch = f"planted-{secrets.token_hex(4)}"
    client.create_branch(branch, "main", head)
    elsewhere = RestCatalog("e", uri=f"{uri}/{branch}", warehouse=nessie.WAREHOUSE, **servers.store.properties)
    elsewhere.create_table((namespace, planted.fresh("table on a tag")), pa.schema([("n", pa.int64())]))
    head = client.get_reference(branch).hash_
    client.create_tag(f"tag-{branch}", branch, head)
    client.delete_branch(branch, head)


@pytest.mark.parametrize("what", sorted(ON_SERVERS))
def test_what_servers_keep_is_searched(on_servers: dict[str, set[str]], what: str) -> None:
    of_the_store = what.startswith(("object", "unfinished", "metadata"))
    assert ("s3" if of_the_store else "nessie") in on_servers[what]


def test_nessie_is_read_to_its_last_page(servers: Servers, on_servers: dict[str, set[str]]) -> None:
    assert on_servers
    of_one_entry = list(contents_of(servers.nessie.host_address, per_page=1))
    at_once = dict(contents_of(servers.nessie.host_address))
    for kind, field in {"contents of main": b'"metadataLocation"', "log of main": b'"commitMeta"'}.items():
        pages = [data for name, data in of_one_entry if name.startswith(kind)]
        assert len(pages) > 1
        assert b"".join(pages).count(field) == at_once[f"{kind}, page 1"].count(field) > 0


def saying(value: str) -> dict[str, object]:
    """Let the image say something on both streams, and live on."""
    return {"entrypoint": ["sh", "-c", f"echo {value}-out; echo {value}-err >&2; exec sleep 600"]}


def both_streams(container: Container) -> None:
    wait_until(lambda: container.logs().count(b"\n") == 2, "both streams were written to")


def test_the_log_of_a_product_that_is_removed_is_kept(
    product: Product, home: Home, stage: Stage, planted: Planting
) -> None:
    ours = Product(stage, product.image)
    with ours.started(home, (), saying(planted.canaries.fresh("killed"))) as container:
        both_streams(container)
        container.kill()
    with ours.started(home, (), saying(planted.canaries.fresh("removed while it ran"))) as container:
        both_streams(container)
    assert planted.found() == {"killed": {"logs"}, "removed while it ran": {"logs"}}
    assert len(list(search(folder(planted.evidence.folder), planted.canaries))) == 4
    assert planted.evidence.images == {product.image}


def test_the_log_of_a_container_that_others_removed_is_told_to_be_missing(
    product: Product, home: Home, stage: Stage, planted: Planting
) -> None:
    with Product(stage, product.image).started(home, ("--version",)) as container:
        container.wait()
        container.remove()
    assert planted.evidence.missing == [f"the log of {container.name}: the container was removed by others"]


def test_logs_of_servers_are_kept_when_their_stage_ends_also_of_those_that_stopped(
    product: Product, stage: Stage, planted: Planting
) -> None:
    value = planted.canaries.fresh("server")
    with keeping(stage):
        stage.start(Server("planted", product.image, (), ("connectors",))).wait()
        failing = stage.start(Server("failing", product.image, (), ("run", "--config", f"/app/jobs/{value}.yaml")))
        assert failing.wait()["StatusCode"] == 2
        assert planted.found() == {}
    assert planted.found() == {"server": {"logs"}}
    assert (len(list((planted.evidence.folder / "logs").iterdir())), planted.evidence.live) == (4, [])


@pytest.mark.parametrize("store_type", ["IN_MEMORY", "ROCKSDB"])
def test_of_a_nessie_that_stopped_only_contents_that_outlive_it_are_missing(
    product: Product, stage: Stage, planted: Planting, store_type: str
) -> None:
    environment = {"nessie.version.store.type": store_type}
    ended = stage.start(Server("ended", product.image, [nessie.PORT], ("--version",), environment))
    ended.wait()
    take(stage, planted.evidence)
    assert [ended.name in missing for missing in planted.evidence.missing] == [True] * (store_type == "ROCKSDB")


def test_layers_of_an_image_are_searched_with_what_a_later_one_hides_and_with_what_is_written_about_it(
    planted: Planting, tmp_path: Path
) -> None:
    make = planted.canaries.fresh
    (tmp_path / "hidden").write_text(make("hidden"))
    lines = [f"FROM {obtain(BASE)}", "COPY hidden /hidden", "RUN rm /hidden", f"ENV KEY={make('variable')}"]
    lines += [f"LABEL key={make('label')}", f"RUN : {make('command')}", f"RUN touch /tmp/{make('name of a file')}"]
    upper = f"FROM {{}}\nRUN echo {make('upper layer')} > /tmp/upper"
    with made(tmp_path, "\n".join(lines)) as name, made(tmp_path, upper.format(name)) as larger:
        found = [*search(images.contents_of([name, larger]), planted.canaries)]
    assert {each.name for each in found} == {
        *("hidden", "variable", "label", "command", "name of a file", "upper layer")
    }
    assert [each.place for each in found if each.name == "hidden"] == [f"image {larger}, hidden"], "shared, read once"


@contextlib.contextmanager
def made(context: Path, dockerfile: str) -> Iterator[str]:
    """Make an image, and remove it in the end."""
    name = f"ingest-e2e/planted:{secrets.token_hex(4)}"
    build(context, dockerfile, name)
    try:
        yield name
    finally:
        docker.from_env().images.remove(name, force=True)
