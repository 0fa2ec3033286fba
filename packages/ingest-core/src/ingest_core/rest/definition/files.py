"""Finds and reads connector files: those of the home folder before those that ship."""

from __future__ import annotations

import os
from pathlib import Path

from ingest_core.documents import placed, read_yaml, reading_once, validate
from ingest_core.errors import JobError
from ingest_core.rest.definition.checks import definition_faults
from ingest_core.rest.definition.connector import Definition

CONNECTORS_VARIABLE = "INGEST_CONNECTORS"
_SHIPPED = Path(__file__).parent.parent / "shipped"


def find_definition(home: Path, name: str) -> Path | None:
    """Find a connector's file.

    Args:
        home: The home folder, whose ``connectors/`` come first.
        name: The connector.

    Returns:
        Its path; ``None`` where there is none.
    """
    return next((path for folder in _folders(home) if (path := folder / f"{name}.yaml").is_file()), None)


def defined_names(home: Path) -> list[str]:
    """List the connectors that have a file."""
    return sorted({path.stem for folder in _folders(home) for path in folder.glob("*.yaml")})


@reading_once
def read_definition(path: Path) -> Definition:
    """Read a connector's file.

    Raises:
        JobError: It is wrong; carries all of its faults.
    """
    document = read_yaml(path)
    definition = validate(Definition, document)
    if faults := definition_faults(definition):
        raise JobError.of(placed(faults, document))
    return definition


def _folders(home: Path) -> list[Path]:
    return [home / "connectors", Path(os.environ.get(CONNECTORS_VARIABLE) or _SHIPPED)]
