"""A connector that is a file, as a user sees it who writes one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Shell

CLOUDS = """\
version: 1
documentation: https://clouds.example/docs
options:
  token: {secret: true, default: "${secret:clouds.token}", description: Lets us in.}
  region: {enum: [north, south], required: true}
base_url: https://clouds.example
auth: {type: bearer, token: "${option:token}"}
streams:
  sightings:
    description: Clouds that somebody saw.
    path: /sightings
    params: {since: "${window:from}"}
    cursor: {field: at}
    key: [id]
    deleted: gone
    incremental:
      changes: {path: /changes, params: {since: "${window:from}"}, cursor: {field: at}, needs: merge}
      at: {}
  observers: {path: /observers}
"""
REGISTRY = "version: 1\nconnectors:\n  clouds: {description: Clouds, roles: [source]}\n"
JOB = """\
tenant: acme
source: {connector: clouds, objects: {sightings: {write: merge}}, with: {region: north}}
target: {connector: iceberg}
"""


@pytest.fixture
def clouds(shell: Shell) -> Shell:
    """A home with the connector, and a job that reads it."""
    shell.write("connectors/clouds.yaml", CLOUDS)
    shell.write("registry/connectors.yaml", REGISTRY)
    shell.write("jobs/acme/shop.yaml", JOB)
    return shell


def told(shell: Shell, change: tuple[str, str]) -> str:
    """Validate the job with a change, which must be refused."""
    assert change[0] in JOB
    shell.write("jobs/acme/shop.yaml", JOB.replace(*change))
    ended = shell.ingest("validate", "jobs")
    assert ended.code == 2, ended.stdout
    return ended.stdout


def test_a_connectors_file_is_validated_as_one(clouds: Shell) -> None:
    ended = clouds.ingest("validate", ".")
    assert ended.code == 0, ended.stdout
    assert "connectors/clouds.yaml: ok, a connector\n" in ended.stdout
    clouds.write("connectors/clouds.yaml", CLOUDS.replace("${option:token}", "${option:tokn}").replace("key:", "kee:"))
    (shape,) = [
        line for line in clouds.ingest("validate", "connectors/clouds.yaml").stdout.splitlines() if "kee" in line
    ]
    assert "connectors/clouds.yaml:14:5: streams.sightings.kee: unknown key 'kee'" in shape
    clouds.write("connectors/clouds.yaml", CLOUDS.replace("${option:token}", "${option:tokn}"))
    ended = clouds.ingest("validate", "connectors/clouds.yaml")
    assert ended.code == 2
    assert "connectors/clouds.yaml:7:22: auth.token: ${option:tokn} names nothing here" in ended.stdout
    assert "did you mean ${option:token}?" in ended.stdout


@pytest.mark.parametrize("text", ["", "version: 1\n"])
def test_a_file_among_the_connectors_is_meant_for_one_whatever_it_says(clouds: Shell, text: str) -> None:
    clouds.write("connectors/clouds.yaml", text)
    assert "streams: the key 'streams' is missing" in clouds.ingest("validate", "connectors/clouds.yaml").stdout


def test_an_editor_gets_its_schema(clouds: Shell) -> None:
    schema = json.loads(clouds.ingest("schema", "connector").stdout)
    assert "documentation" in schema["properties"]
    in_job = json.loads(clouds.ingest("schema", "job", "--home", ".").stdout)["$defs"]["clouds.with"]
    assert in_job["properties"]["token"]["writeOnly"] is True
    assert in_job["required"] == ["region"]


def test_its_options_and_objects_are_listed(clouds: Shell) -> None:
    ended = clouds.ingest("connectors", "clouds")
    assert ended.code == 0
    assert ended.stdout.splitlines()[3:] == [
        "  documentation: https://clouds.example/docs",
        "  with:",
        '    token: string, default "${secret:clouds.token}", secret',
        "      Lets us in.",
        '    region: "north" or "south", must be said',
        "  objects:",
        "    sightings: Clouds that somebody saw.",
        "      key id; cursor at; deleted gone; strategies changes (rows are merged), at",
        "    observers",
    ]
    (line,) = clouds.ingest("connectors", "clouds", "--json").stdout.splitlines()
    assert json.loads(line)["objects"]["sightings"]["strategies"] == {"changes": True, "at": False}


def test_a_job_of_it_is_in_order_and_needs_no_key_of_its_own(clouds: Shell) -> None:
    assert clouds.ingest("validate", "jobs").code == 0
    assert clouds.ingest("plan", "--offline", "--config", "jobs/acme/shop.yaml").code == 0


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            ("{sightings: {write: merge}}", "{sighting: {}}"),
            "source.objects.sighting: clouds has no object 'sighting'\n  mend: did you mean 'sightings'?",
        ),
        (
            ("{sightings: {write: merge}}", "[sightings, rain]"),
            "source.objects[1]: clouds has no object 'rain'\n  mend: it",
        ),
        (
            ("region: north", "regoin: north"),
            "source.with.regoin: unknown key 'regoin'\n  mend: did you mean 'region'?",
        ),
        (("region: north", "region: west"), "source.with.region: must be 'north' or 'south'"),
        (
            ("write: merge", "write: merge, incremental: {strategy: change}"),
            "sightings.incremental.strategy: sightings has no strategy 'change'\n  mend: did you mean 'changes'?",
        ),
        (
            ("write: merge", "write: append, incremental: {strategy: changes}"),
            "by 'changes' rows of sightings come again when they change\n  mend: say `write: merge`",
        ),
        (("sightings: {", "observers: {"), "source.objects.observers: merge needs a key, and observers declares none"),
        (
            ("sightings: {write", "observers: {key: [id], incremental: {strategy: a}, write"),
            "observers has no strategies",
        ),
    ],
)
def test_what_a_job_says_is_held_against_the_file(clouds: Shell, change: tuple[str, str], fault: str) -> None:
    assert fault in told(clouds, change)


def test_a_strategy_for_all_objects_is_told_where_it_stands(clouds: Shell) -> None:
    found = told(clouds, ("with:", "incremental: {strategy: chan}, with:"))
    assert "source.incremental.strategy: sightings has no strategy 'chan'" in found


def test_all_of_a_jobs_faults_are_told_at_once(clouds: Shell) -> None:
    found = told(
        clouds, ("sightings: {write: merge}}, with: {region: north", "sighting: {writ: x}}, with: {region: west")
    )
    for fault in ("did you mean 'sightings'?", "did you mean 'write'?", "must be 'north' or 'south'"):
        assert fault in found


def test_a_file_that_the_registry_does_not_name_is_told_with_the_lines(clouds: Shell) -> None:
    entry = "  clouds: {description: What it is, roles: [source]}"
    clouds.write("registry/connectors.yaml", "version: 1\nconnectors: {}\n")
    for ended in (clouds.ingest("validate", "jobs"), clouds.ingest("connectors", "clouds")):
        assert ended.code == 2
        said = ended.stdout + ended.stderr
        assert f"connectors/clouds.yaml declares it: add it to {clouds.home}/registry/connectors.yaml" in said
        assert entry in said
    (clouds.home / "registry/connectors.yaml").unlink()
    said = clouds.ingest("validate", "jobs").stdout
    assert f"write {clouds.home}/registry/connectors.yaml:\nversion: 1\nconnectors:\n{entry}\n" in said
    clouds.write("registry/connectors.yaml", f"version: 1\nconnectors:\n{entry}\n")
    assert clouds.ingest("validate", "jobs").code == 0
