"""The image as operators meet it, in each of its targets: who it runs as, what it may do, what is in it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from docker.errors import APIError, ContainerError

from e2e.support.images import named
from e2e.support.product import Product
from e2e.support.product_image import NAME, TARGETS, build, target_name

if TYPE_CHECKING:
    from e2e.conftest import Servers
    from e2e.support.home import Home

CLOSED = {"read_only": True, "tmpfs": {"/tmp": ""}, "cap_drop": ["ALL"], "security_opt": ["no-new-privileges"]}  # noqa: S108  # inside the container
SHIPPED = Path(__file__).parent.parent / "connectors"
ORCHESTRATORS = {"dagster": "dagster-webserver", "airflow": "airflow"}
"""A program of each, by the target that holds it; the whole image holds both."""
PAGES = {"dagster": ["3000/tcp"], "airflow": ["8080/tcp"], "whole": ["3000/tcp", "8080/tcp"]}


@pytest.fixture(scope="module", params=TARGETS)
def target(request: pytest.FixtureRequest) -> str:
    """Each target; only the whole image where the option names one."""
    if request.config.getoption("--ingest-image") and request.param != TARGETS[-1]:
        pytest.skip("the option names one image")
    return str(request.param)


@pytest.fixture(scope="module")
def built(request: pytest.FixtureRequest, servers: Servers, target: str) -> Product:
    wanted = request.config.getoption("--ingest-image")
    return Product(servers.stage, named(wanted) if wanted else build(target_name(NAME, target), target))


def test_it_runs_as_a_user_that_is_not_root(built: Product) -> None:
    assert built.inspect()["Config"]["User"] == "10001:0"
    assert built.output_of("id", "-u").strip() == "10001"


def test_a_job_runs_with_a_read_only_root_and_no_capabilities(product: Product, home: Home) -> None:
    result = product.run(home, options=CLOSED)
    assert result.exit_code == 0, result.stderr
    assert result.rows() == {"flights": 500, "airports": 3}


def test_a_job_runs_as_an_arbitrary_user_of_group_0(built: Product, home: Home) -> None:
    result = built.run(home, options={"user": "12345:0", **CLOSED})
    assert result.exit_code == 0, result.stderr


@pytest.mark.parametrize("program", ["pip", "pip3", "uv", "gcc", "cc"])
def test_no_tool_to_install_or_compile_is_inside(product: Product, program: str) -> None:
    with pytest.raises((APIError, ContainerError), match="executable file not found"):
        product.output_of(program, "--version")


def test_pip_is_no_module_of_its_python_either(product: Product) -> None:
    with pytest.raises(ContainerError, match="No module named pip"):
        product.output_of("python", "-m", "pip", "--version")


def test_no_program_gives_its_caller_the_rights_of_another_user(built: Product) -> None:
    assert built.output_of("find", "/usr", "/opt", "-type", "f", "-perm", "/6000") == ""
    assert "/usr/bin/passwd" in built.output_of("find", "/usr/bin", "-name", "passwd")  # the search sees what is there


@pytest.mark.parametrize("orchestrator", ORCHESTRATORS)
def test_an_orchestrator_is_in_its_own_target_and_in_the_whole_image(
    built: Product, target: str, orchestrator: str
) -> None:
    packages = built.output_of("ls", "/opt/ingest/bin")
    assert (ORCHESTRATORS[orchestrator] in packages.split()) == (target in (orchestrator, TARGETS[-1]))


def test_the_orchestrators_begin_in_the_environment_that_they_share(built: Product, target: str) -> None:
    if target in ("dagster", TARGETS[-1]):
        assert "dagster-webserver, version 1." in built.output_of("dagster-webserver", "--version")
    if target in ("airflow", TARGETS[-1]):
        assert "migration done" in built.output_of("python", "-m", "airflow", "db", "migrate")
        assert built.output_of("airflow", "version").startswith("3.")
    assert "ingest, version" in built.output_of("ingest", "--version")


def test_the_registry_lies_where_the_image_says(built: Product) -> None:
    variables = built.inspect()["Config"]["Env"]
    assert "INGEST_REGISTRY=/registry/connectors.yaml" in variables
    assert "csv:" in built.output_of("cat", "/registry/connectors.yaml")


def test_the_connectors_that_ship_lie_where_the_image_says(built: Product) -> None:
    assert "INGEST_CONNECTORS=/connectors" in built.inspect()["Config"]["Env"]
    assert sorted(built.output_of("ls", "/connectors").split()) == sorted(each.name for each in SHIPPED.iterdir())
    assert "documentation: https://" in built.output_of("ingest", "connectors", "stripe")


def test_its_labels_say_what_it_is(built: Product) -> None:
    labels = {name.rpartition(".")[2]: text for name, text in built.inspect()["Config"]["Labels"].items()}
    assert (labels["title"], labels["licenses"], labels["name"]) == ("ingest", "Apache-2.0", "debian:bookworm-slim")
    assert labels["version"] in built.output_of("ingest", "--version")
    assert labels["description"]


def test_a_build_in_a_git_tree_says_of_which_revision_it_is(servers: Servers) -> None:
    source = "https://example.org/ingest"
    labels = Product(servers.stage, build(f"{NAME}-core", source=source)).inspect()["Config"]["Labels"]
    assert labels["org.opencontainers.image.source"] == source
    assert len(labels["org.opencontainers.image.revision"].removesuffix("-dirty")) == 40
    assert datetime.fromisoformat(labels["org.opencontainers.image.created"]).tzinfo is not None


def test_without_arguments_the_core_shows_its_help(product: Product, home: Home) -> None:
    result = product.run(home, arguments=())
    assert result.exit_code == 0
    assert "Usage: ingest" in result.stdout


def test_without_arguments_what_holds_an_orchestrator_starts_it(built: Product, target: str) -> None:
    config = built.inspect()["Config"]
    if target in PAGES:
        assert config["Cmd"] == ["start", "orchestrated", "--runner-config", "/app/configs/runner.yaml"]
        assert sorted(config["ExposedPorts"]) == PAGES[target]
    else:
        assert (config["Cmd"], config.get("ExposedPorts")) == (["--help"], None)


def test_what_holds_airflow_finds_our_command_of_that_name_first(built: Product, target: str) -> None:
    found = built.output_of("bash", "-c", "type -P airflow || true").strip()
    assert found == ("/usr/local/bin/airflow" if target in ("airflow", TARGETS[-1]) else "")
