"""Reads the registry: every connector with its roles, its engines and its flags.

The home's ``registry/connectors.yaml`` comes before the shipped one, entry by entry. The shipped one is the file that
``INGEST_REGISTRY`` names, else the one in this package.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ingest_core.documents import read_yaml, reading_once, validate

REGISTRY_VARIABLE = "INGEST_REGISTRY"
_SHIPPED = Path(__file__).with_name("shipped") / "connectors.yaml"


class Connector(BaseModel):
    """One entry of the registry."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    description: str
    roles: Annotated[list[Literal["source", "target"]], Field(min_length=1)]
    engine: str = "native"
    engines: list[str] = ["native"]
    allowed_in_cloud: bool = True


def _first_version(version: int) -> int:
    if version != 1:
        raise ValueError("this release reads version 1 of the registry")
    return version


class ConnectorsFile(BaseModel):
    """A file of connectors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    version: Annotated[int, AfterValidator(_first_version), Field(json_schema_extra={"const": 1})]
    connectors: dict[str, Connector]


def load_connectors(home: Path) -> Mapping[str, Connector]:
    """Read the shipped registry and the home's.

    Args:
        home: The home folder.

    Raises:
        JobError: One of the files is wrong; carries all of its faults.
    """
    shipped = Path(os.environ.get(REGISTRY_VARIABLE) or _SHIPPED)
    own = home / "registry" / "connectors.yaml"
    return {**read_connectors(shipped), **(read_connectors(own) if own.exists() else {})}


@reading_once
def read_connectors(path: Path) -> Mapping[str, Connector]:
    """Read one registry.

    Raises:
        JobError: It is wrong; carries all of its faults.
    """
    return validate(ConnectorsFile, read_yaml(path)).connectors
