"""What is told of a connector is what its model says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from ingest_core import JobError, list_connectors
from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from conftest import Home


class _Inner(BaseModel):
    a: int = 1


class _Options(BaseModel):
    must: str
    choice: Literal["a", "b"] = "a"
    either: int | None = None
    nested: _Inner = _Inner()
    many: dict[str, list[int]] = Field(default={}, description="lists by name")


def test_types_defaults_and_descriptions_are_those_of_the_model(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest_core.engines.native.NativeEngine.options", lambda *_: _Options)
    (told,) = list_connectors(home.root, ["csv"])
    assert [(each.name, each.type, each.default, each.required, each.description) for each in told.options] == [
        ("must", "string", None, True, ""),
        ("choice", '"a" or "b"', "a", False, ""),
        ("either", "integer or null", None, False, ""),
        ("nested", "object", {"a": 1}, False, ""),
        ("many", "map of list of integer", {}, False, "lists by name"),
    ]


def test_a_target_has_neither_engine_nor_options(home: Home) -> None:
    (told,) = list_connectors(home.root, ["iceberg"])
    assert (told.engine, told.engines, told.options, told.error) == (None, (), (), None)


def test_a_connector_whose_package_is_not_installed_is_listed_and_says_so(home: Home) -> None:
    home.write("registry/connectors.yaml", "version: 1\nconnectors: {moon: {description: x, roles: [source]}}\n")
    (told,) = list_connectors(home.root, ["moon"])
    assert "nothing declares the connector 'moon': no class of ingest.connectors, and no file" in str(told.error)


def test_an_unknown_name_is_refused_with_the_nearest(home: Home) -> None:
    with pytest.raises(JobError, match="did you mean 'iceberg'"):
        list_connectors(home.root, ["csv", "icberg"])
