"""The secrets of a declared API show nowhere, whatever their origin, and a missing one is told with its mend."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Shell

SECRET = "rain-4711-and-wind"  # noqa: S105  # of nobody
CLOUDS = """\
version: 1
options:
  token: {secret: true, default: "${secret:clouds.token}", description: Lets us in.}
  base_url: {required: true}
base_url: ${option:base_url}
auth: {type: bearer, token: "${option:token}"}
streams:
  sightings: {path: /sightings, key: [id]}
"""
REGISTRY = "version: 1\nconnectors:\n  clouds: {description: Clouds, roles: [source]}\n"
JOB = """\
tenant: acme
source: {connector: clouds, objects: [sightings], with: {base_url: "URL"MORE}}
target: {connector: iceberg, write: replace}
"""
WRONG = "wrong-but-secret-all-the-same"


class _Gossip(BaseHTTPRequestHandler):
    """Lets the secret in; tells everybody else, in its refusal and its records, what they said."""

    def do_GET(self) -> None:
        said = self.headers.get("Authorization", "").removeprefix("Bearer ")
        let_in = said == SECRET
        body = json.dumps([{"id": 1}] if let_in else {"message": f"we do not know {said}"}).encode()
        self.send_response(200 if let_in else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # the library's name
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    """The address of the API."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Gossip)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def clouds(shell: Shell, url: str) -> Shell:
    """A home with the connector, and the secret where its default says."""
    shell.write("connectors/clouds.yaml", CLOUDS)
    shell.write("registry/connectors.yaml", REGISTRY)
    shell.write("secrets/acme/clouds.yaml", f"token: {SECRET}\n")
    shell.write("jobs/acme/shop.yaml", JOB.replace("URL", url).replace("MORE", ""))
    return shell


def test_a_secret_that_the_definition_names_is_looked_up(clouds: Shell) -> None:
    ended = clouds.run_job()
    assert ended.code == 0, ended.stderr
    assert clouds.rows("clouds_sightings") == [(1,)]


def test_one_that_is_missing_is_told_with_the_option_and_the_mend(clouds: Shell) -> None:
    (clouds.home / "secrets/acme/clouds.yaml").unlink()
    ended = clouds.run_job()
    assert ended.code == 2
    assert "source.with.token: the secret 'clouds.token' of tenant 'acme' is nowhere" in ended.report["error"]
    assert "mend: " in ended.report["error"]
    assert "secrets/acme/clouds.yaml" in ended.report["error"]


def test_a_job_that_says_the_option_needs_no_secret(clouds: Shell, url: str) -> None:
    (clouds.home / "secrets/acme/clouds.yaml").unlink()
    said = ', token: "${env:SUNNY}"'
    clouds.write("jobs/acme/shop.yaml", JOB.replace("URL", url).replace("MORE", said))
    assert clouds.run_job(SUNNY=SECRET).code == 0


ORIGINS = ["${secret:clouds.token}", "${env:SUNNY}", WRONG]
ENDS = [("run", said) for said in ORIGINS] + [(command, WRONG) for command in ("check", "discover", "preview", "plan")]


@pytest.mark.parametrize(("command", "said"), ENDS)
def test_a_secret_option_shows_nowhere_whatever_its_origin(clouds: Shell, url: str, command: str, said: str) -> None:
    clouds.write("secrets/acme/clouds.yaml", f"token: {WRONG}\n")
    clouds.write("jobs/acme/shop.yaml", JOB.replace("URL", url).replace("MORE", f', token: "{said}"'))
    ended = clouds.ingest(command, "--config", "jobs/acme/shop.yaml", SUNNY=WRONG)
    assert ended.code == 2
    assert "401: we do not know ***" in ended.stdout + ended.stderr
    assert WRONG not in ended.stdout + ended.stderr


def test_a_secret_option_of_another_kind_is_refused_without_its_value(clouds: Shell, url: str) -> None:
    clouds.write("jobs/acme/shop.yaml", JOB.replace("URL", url).replace("MORE", f", token: [{SECRET}]"))
    for command in ("validate", "run"):
        arguments = ["--config"] if command == "run" else []
        ended = clouds.ingest(command, *arguments, "jobs/acme/shop.yaml")
        assert ended.code == 2
        assert "source.with.token: must be text" in ended.stdout + ended.stderr
        assert SECRET not in ended.stdout + ended.stderr
