"""The mounts that users have: every command of docs/image.md, typed in an empty folder, and what goes wrong there."""

from __future__ import annotations

import json
import re
import secrets
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
import yaml

from e2e.support import page
from e2e.support.page import Shell

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from e2e.conftest import Servers
    from e2e.support.canaries.evidence import Evidence
    from e2e.support.home import Home
    from e2e.support.product import Product
    from e2e.support.reading import Reader

INIT, JOB, GIVE, RUN, CLOSED = page.commands("From an empty folder to a table", "Users, and a closed container")
JOB_FILE = "jobs/acme/stripe_customers_to_iceberg.yaml"
LANDED = [("cus_1", "Ada"), ("cus_2", "Grace")]


@pytest.fixture
def shell(product: Product, tmp_path: Path) -> Shell:
    folder = tmp_path / "typed"
    folder.mkdir()
    return Shell(folder, product.image)


@pytest.fixture
def ready(shell: Shell) -> Shell:
    """A folder in which the reader has come to the command that runs the job."""
    for command in (INIT, JOB, GIVE):
        done = shell.type(command)
        assert done.returncode == 0, done.stderr
    return shell


def report(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_the_image_makes_a_home_whose_own_job_runs(ready: Shell) -> None:
    done = ready.type(f'docker run --rm -v "$(pwd)":/app {page.NAME} run --config jobs/acme/shop.yaml')
    assert done.returncode == 0, done.stderr
    assert {entry["name"]: entry["rows"] for entry in report(done)["objects"]} == {"orders": 4, "customers": 3}


def test_the_command_of_the_page_lands_the_rows_and_lands_them_once(ready: Shell) -> None:
    first, second = ready.type(RUN), ready.type(RUN)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert [report(done)["objects"][0]["status"] for done in (first, second)] == ["committed", "unchanged"]
    files = str(ready.folder / "state/warehouse/acme/stripe_customers/**/*.parquet")
    assert duckdb.execute("SELECT id, name FROM read_parquet($1) ORDER BY id", [files]).fetchall() == LANDED


def test_a_closed_container_of_any_user_goes_on_where_the_first_one_was(ready: Shell) -> None:
    assert ready.type(RUN).returncode == 0
    with (ready.folder / "jobs/acme/stripe_customers_2.csv").open("w") as more:
        more.write("id,name,created\ncus_3,Edsger,2026-01-07T08:01:00Z\n")
    done = ready.type(CLOSED)
    assert done.returncode == 0, done.stderr
    assert report(done)["objects"][0]["rows"] == 1


@pytest.fixture
def beside_nessie(ready: Shell, product: Product, servers: Servers) -> Shell:
    """The same shell, whose containers reach Nessie."""
    return Shell(ready.folder, product.image, str(servers.stage.network.name))


def test_the_command_of_the_page_lands_on_nessie(
    beside_nessie: Shell, home: Home, reader: Reader, evidence: Evidence
) -> None:
    ready = beside_nessie
    said = yaml.safe_load((ready.folder / JOB_FILE).read_text())
    said["target"] = yaml.safe_load(home.job_file.read_text())["target"]
    (ready.folder / JOB_FILE).write_text(yaml.safe_dump(said))
    (ready.folder / "secrets/acme/s3.yaml").write_text((home.path / "secrets/acme/s3.yaml").read_text())
    done = ready.type(RUN)
    evidence.keep("logs", "typed by hand", (done.stdout + done.stderr).encode())
    assert done.returncode == 0, done.stderr
    landed = reader.table(home.namespace, "stripe_customers").scan().to_arrow()
    assert sorted(zip(landed["id"].to_pylist(), landed["name"].to_pylist(), strict=True)) == LANDED


def test_a_state_folder_that_docker_made_is_refused_and_the_line_of_the_message_mends_it(ready: Shell) -> None:
    state = ready.folder / "state"
    state.rename(ready.folder / "other")
    refused = ready.type(RUN)
    assert (refused.returncode, report(refused)["objects"]) == (2, [])
    assert "the state folder /app/state cannot be written: Permission denied" in report(refused)["error"]
    assert "object_started" not in refused.stderr
    assert list(state.iterdir()) == []
    (line,) = re.findall(r"container's user: (sudo chown -R [0-9]+:[0-9]+ state)$", report(refused)["error"])
    assert ready.type(line).returncode == 0
    assert ready.type(RUN).returncode == 0


def test_what_another_user_s_run_left_is_refused_with_the_line_that_mends_it(ready: Shell) -> None:
    assert ready.type(RUN).returncode == 0
    other = RUN.replace("docker run --rm", "docker run --rm --user 12345:0")
    error = report(ready.type(other))["error"]
    assert error.endswith("sudo chown -R 12345:0 state, or run as its owner: docker run --user 10001:0"), error
    assert ready.type("sudo chown -R 12345:0 state").returncode == 0
    assert ready.type(other).returncode == 0


def test_a_state_folder_that_is_mounted_read_only_is_told_as_one(ready: Shell) -> None:
    refused = ready.type(RUN.replace("/state:/app/state", "/state:/app/state:ro"))
    assert refused.returncode == 2
    assert report(refused)["error"].endswith("mend: mount it so that it can be written")


def test_a_mistyped_mount_of_the_jobs_is_told(ready: Shell) -> None:
    refused = ready.type(RUN.replace("$(pwd)/jobs:", "$(pwd)/jbos:"))
    assert refused.returncode == 2
    assert f"/app/{JOB_FILE}: no such file" in refused.stderr
    assert "/app/jobs is empty: if it is a mount, see that the right folder is mounted there" in refused.stderr


def test_a_mistyped_mount_of_the_secrets_is_told(ready: Shell) -> None:
    job = ready.folder / JOB_FILE
    job.write_text(job.read_text().replace("iceberg}", 'iceberg, catalog: {uri: "${secret:nessie.uri}"}}'))
    refused = ready.type(RUN.replace("$(pwd)/secrets:", "$(pwd)/sercets:"))
    assert refused.returncode == 2
    assert "the secret 'nessie.uri' of tenant 'acme' is nowhere" in report(refused)["error"]
    assert "secrets/ is empty: if it is a mount" in report(refused)["error"]


def test_a_mounted_registry_comes_before_the_one_that_ships(ready: Shell) -> None:
    marker = secrets.token_hex(4)
    entry = {"description": f"ours {marker}", "roles": ["source"], "allowed_in_cloud": True}
    (ready.folder / "registry").mkdir()
    own = {"version": 1, "connectors": {"csv": entry}}
    (ready.folder / "registry/connectors.yaml").write_text(yaml.safe_dump(own))
    in_cloud = RUN.replace("--mode self_hosted", "--mode cloud")
    refused = ready.type(in_cloud)
    assert refused.returncode == 2
    assert "'csv' is not allowed in cloud mode" in refused.stderr
    allowed = ready.type(in_cloud.replace("--rm", "--rm -v $(pwd)/registry:/app/registry:ro"))
    assert allowed.returncode == 0, allowed.stderr
    listed = ready.type(f"docker run --rm -v $(pwd)/registry:/app/registry:ro {page.NAME} connectors")
    assert f"ours {marker}" in listed.stdout
    assert "parquet" in listed.stdout
