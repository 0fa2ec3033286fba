"""Reads the file of a data contract strictly: every fault at once, with its place.

The models are those of the package ``open-data-contract-standard``, which the standard's own makers publish.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from open_data_contract_standard.model import OpenDataContractStandard, SchemaObject
from pydantic import ValidationError

from ingest_core.contracts.contract import CONTRACT_KIND
from ingest_core.contracts.property_checks import property_faults
from ingest_core.documents import Document, faults_of, nearest, placed, read_yaml
from ingest_core.errors import Fault, JobError, Key

_VERSION = re.compile(r"v3\.\d+\.\d+")


def read_contract(path: Path) -> tuple[OpenDataContractStandard, Document]:
    """Read a contract of version 3 of the standard.

    Args:
        path: The file.

    Returns:
        The contract, and the file for naming places.

    Raises:
        JobError: It is no such contract, or says of its tables what cannot be; carries every fault with file and line.
    """
    document = read_yaml(path)
    data = _texts({} if document.data is None else document.data)
    faults = list(_head_faults(data))
    told = {fault.key for fault in faults}
    try:
        # The models pass over what they do not know, and take "yes" for true: a slip of the pen would go unseen.
        contract = OpenDataContractStandard.model_validate(data, strict=True, extra="forbid")
    except ValidationError as error:
        found = faults_of(OpenDataContractStandard, error, data)
        raise JobError.of(placed([*faults, *(each for each in found if each.key not in told)], document)) from None
    if faults := [*faults, *_schema_faults(contract.schema_ or [])]:
        raise JobError.of(placed(faults, document))
    return contract, document


def _texts(value: Any) -> Any:  # noqa: ANN401  # whatever the file holds
    """Write dates as texts: to the standard they are, and YAML makes dates of them where they have no quotes."""
    if isinstance(value, dict):
        return {key: _texts(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_texts(each) for each in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


def _head_faults(data: Any) -> Iterator[Fault]:  # noqa: ANN401  # whatever the file holds
    if not isinstance(data, dict):
        return
    if data.get("kind") != CONTRACT_KIND:
        yield Fault(f"must be {CONTRACT_KIND}", "an asset is an Open Data Contract", ("kind",))
    version = data.get("apiVersion")
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        problem = "must be a version 3 of the Open Data Contract Standard"
        yield Fault(problem, "say `apiVersion: v3.1.0`, and write the contract so", ("apiVersion",))


def _schema_faults(schemas: list[SchemaObject]) -> Iterator[Fault]:
    if not schemas:
        yield Fault("the contract describes no table", "add its `schema`, with `properties`", ("schema",))
    names = [each.name for each in schemas]
    for place, each in enumerate(schemas):
        at: Key = ("schema", place)
        if not each.name:
            yield Fault("a schema needs a name", "say `name: ...`", at)
        elif each.name in names[:place]:
            yield Fault(f"{each.name!r} is named as another schema is", "give it a name of its own", (*at, "name"))
        yield from property_faults(each.properties or (), (*at, "properties"))
        yield from _position_faults(each, (*at, "properties"))


def _position_faults(schema: SchemaObject, at: Key) -> Iterator[Fault]:
    """Refuse two columns at one place of a key."""
    first: dict[int, int] = {}
    for place, each in enumerate(schema.properties or ()):
        position = each.primaryKeyPosition or 0
        if each.primaryKey and position > 0 and (other := first.setdefault(position, place)) != place:
            problem = f"properties[{other}] has this place in the key already"
            yield Fault(problem, "count the columns of the key: 1, 2, ...", (*at, place, "primaryKeyPosition"))


def find_schema(schemas: list[SchemaObject], name: str, *, is_only: bool) -> int | None:
    """Give the place of a schema.

    Args:
        schemas: Those of a contract.
        name: The schema's name.
        is_only: Whether the only schema that there is will do, whatever its name.
    """
    place = next((place for place, each in enumerate(schemas) if each.name == name), None)
    return 0 if place is None and is_only and len(schemas) == 1 else place


def schema_mend(schemas: list[SchemaObject], name: str) -> str:
    """Say which schema may be meant by a wrong name."""
    known = [each.name or "" for each in schemas]
    close = nearest(name, known)
    return f"did you mean {close!r}?" if close else f"its schemas are {', '.join(known)}"
