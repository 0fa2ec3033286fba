"""The image as operators meet it: who it runs as, what it may do, what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from docker.errors import APIError, ContainerError

if TYPE_CHECKING:
    from e2e.support.home import Home
    from e2e.support.product import Product

CLOSED = {"read_only": True, "tmpfs": {"/tmp": ""}, "cap_drop": ["ALL"], "security_opt": ["no-new-privileges"]}  # noqa: S108  # inside the container


def test_it_runs_as_a_user_that_is_not_root(product: Product) -> None:
    assert product.inspect()["Config"]["User"] == "10001:0"
    assert product.output_of("id", "-u").strip() == "10001"


def test_a_job_runs_with_a_read_only_root_and_no_capabilities(product: Product, home: Home) -> None:
    result = product.run(home, options=CLOSED)
    assert result.exit_code == 0, result.stderr


def test_a_job_runs_as_an_arbitrary_user_of_group_0(product: Product, home: Home) -> None:
    result = product.run(home, options={"user": "12345:0", **CLOSED})
    assert result.exit_code == 0, result.stderr


@pytest.mark.parametrize("program", ["pip", "pip3", "uv", "gcc", "cc"])
def test_no_tool_to_install_or_compile_is_inside(product: Product, program: str) -> None:
    with pytest.raises((APIError, ContainerError), match="executable file not found"):
        product.output_of(program, "--version")


def test_pip_is_no_module_of_its_python_either(product: Product) -> None:
    with pytest.raises(ContainerError, match="No module named pip"):
        product.output_of("python", "-m", "pip", "--version")


def test_the_registry_lies_where_the_image_says(product: Product) -> None:
    variables = product.inspect()["Config"]["Env"]
    assert "INGEST_REGISTRY=/registry/connectors.yaml" in variables
    assert "csv:" in product.output_of("cat", "/registry/connectors.yaml")


def test_its_labels_say_what_it_is(product: Product) -> None:
    labels = product.inspect()["Config"]["Labels"]
    assert labels["org.opencontainers.image.title"] == "ingest"
    assert labels["org.opencontainers.image.licenses"] == "Apache-2.0"
    assert labels["org.opencontainers.image.version"] in product.output_of("ingest", "--version")


def test_without_arguments_it_shows_its_help(product: Product, home: Home) -> None:
    result = product.run(home, arguments=())
    assert result.exit_code == 0
    assert "Usage: ingest" in result.stdout
