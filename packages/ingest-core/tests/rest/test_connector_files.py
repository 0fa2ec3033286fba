"""Connector files are found in the home and among those that ship, and what is wrong in one is told with its line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from ingest_core import JobError, list_connectors, load_job, plan
from ingest_core.plugin import Source, SourceContext
from ingest_core.rest.definition import defined_names, find_definition, options_model, read_definition
from pydantic import BaseModel

if TYPE_CHECKING:
    from conftest import Home

ROOT = Path(__file__).parents[4]
CLOUDS = """\
version: 1
options:
  region: {enum: [north, south], default: north}
base_url: https://clouds.example
streams:
  sightings: {path: /sightings, key: [id]}
"""
REGISTRY = "version: 1\nconnectors:\n  clouds: {description: Clouds, roles: [source]}\n"
JOB = """\
tenant: acme
source: {connector: clouds, objects: [sightings], with: {region: north}}
target: {connector: iceberg}
"""


@pytest.fixture(autouse=True)
def registered(home: Home) -> None:
    home.write("registry/connectors.yaml", REGISTRY)


def refusal(home: Home, job: str = JOB) -> str:
    with pytest.raises(JobError) as raised:
        plan(load_job(home.job(job)))
    return str(raised.value)


def test_a_file_and_a_registry_entry_are_a_connector(home: Home) -> None:
    home.write("connectors/clouds.yaml", CLOUDS)
    assert plan(load_job(home.job(JOB))).engine == "native"


def test_a_homes_own_file_comes_before_the_one_that_ships(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "clouds.yaml").write_text(CLOUDS, encoding="utf-8")
    (shipped / "winds.yaml").write_text(CLOUDS, encoding="utf-8")
    monkeypatch.setenv("INGEST_CONNECTORS", str(shipped))
    assert find_definition(home.root, "clouds") == shipped / "clouds.yaml"
    own = home.write("connectors/clouds.yaml", CLOUDS)
    assert find_definition(home.root, "clouds") == own
    assert defined_names(home.root) == ["clouds", "winds"]


def test_what_lies_at_the_root_ships(home: Home) -> None:
    assert defined_names(home.root) == sorted(path.stem for path in ROOT.glob("connectors/*.yaml"))


def test_a_file_that_is_not_there_is_told_with_the_nearest(home: Home) -> None:
    home.write("connectors/cloud.yaml", CLOUDS)
    told = refusal(home)
    assert "nothing declares the connector 'clouds'" in told
    assert "did you mean 'cloud'?" in told


def test_without_a_near_one_it_is_told_where_to_write_it(home: Home) -> None:
    assert "write connectors/clouds.yaml, or install its package" in refusal(home)


def test_all_faults_of_a_file_are_told_with_their_lines(home: Home) -> None:
    path = home.write("connectors/clouds.yaml", CLOUDS.replace("key:", "kee:").replace("enum:", "enumm:"))
    with pytest.raises(JobError) as raised:
        read_definition(path)
    first, second = map(str, raised.value.faults)
    assert first.startswith(f"{path}:3:12: options.region.enumm: unknown key")
    assert second.startswith(f"{path}:6:33: streams.sightings.kee: unknown key 'kee'\n  mend: did you mean 'key'?")


def test_the_faults_of_a_connectors_file_are_told_to_whoever_names_it(home: Home) -> None:
    path = home.write("connectors/clouds.yaml", CLOUDS.replace("version: 1", "version: 2"))
    assert f"{path}:1:1: version: this release reads version 1 of connector files" in refusal(home)


def test_a_setting_is_held_against_what_the_file_declares(home: Home) -> None:
    home.write("connectors/clouds.yaml", CLOUDS)
    assert "did you mean 'region'?" in refusal(home, JOB.replace("region:", "regoin:"))
    assert "did you mean 'north'?" in refusal(home, JOB.replace("region: north", "region: nort"))


NO_SUCH = "auth: `type` must be one of 'bearer', 'header', 'query', 'basic', 'oauth2'\n  mend: did you mean 'bearer'?"


@pytest.mark.parametrize(
    ("auth", "told"),
    [
        ("{type: bearr, token: x}", NO_SUCH),
        ("{token: x}", "auth: the key 'type' is missing\n  mend: say which it is"),
        ("{type: bearer, token: x, tokn: y}", "auth.tokn: unknown key 'tokn'\n  mend: did you mean 'token'?"),
    ],
)
def test_what_is_wrong_with_one_of_several_kinds_is_told_in_plain_words(home: Home, auth: str, told: str) -> None:
    home.write("connectors/clouds.yaml", f"{CLOUDS}auth: {auth}\n")
    assert told in refusal(home)


class _Silent:
    """An engine with the two methods that it must have."""

    def options(self, connector: str, home: Path) -> type[BaseModel]:
        path = find_definition(home, connector)
        assert path is not None
        return options_model(connector, read_definition(path).options)

    def source(self, connector: str, context: SourceContext) -> Source:
        raise NotImplementedError


def test_an_engine_that_declares_nothing_takes_any_object(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.write("connectors/clouds.yaml", CLOUDS)
    job = JOB.replace("[sightings]", "[rain]")
    assert "clouds has no object 'rain'" in refusal(home, job)
    monkeypatch.setattr("ingest_core.engines.native.NativeEngine", _Silent)
    assert [planned.name for planned in plan(load_job(home.job(job))).objects] == ["rain"]
    (told,) = list_connectors(home.root, ["clouds"])
    assert (told.objects, told.error) == ({}, None)
