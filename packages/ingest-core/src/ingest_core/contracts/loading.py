"""Makes of an asset's file what a job needs of it. Imported where a job names an asset, since the models take long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest_core.contracts.asset_name import AssetName
from ingest_core.contracts.column_types import column_type, field_name
from ingest_core.contracts.contract import Column, Contract, Member, Team
from ingest_core.contracts.descriptions import property_docs
from ingest_core.contracts.reading import find_schema, read_contract, schema_mend
from ingest_core.errors import JobError, Key

if TYPE_CHECKING:
    from open_data_contract_standard.model import OpenDataContractStandard, SchemaObject, SchemaProperty

    from ingest_core.documents import Document

_PHYSICAL = (None, "column")


@dataclass(frozen=True)
class AssetFile:
    """A contract that was read.

    Args:
        contract: What it says.
        document: The file.
    """

    contract: OpenDataContractStandard
    document: Document

    @classmethod
    def read(cls, path: Path) -> AssetFile:
        """Read it.

        Raises:
            JobError: It has faults; carries them all.
        """
        return cls(*read_contract(path))

    def table(self, name: AssetName, table: str, at: Key, *, is_shared: bool) -> Contract:
        """Give what is said of a table.

        Args:
            name: The asset, as the job names it.
            table: The object whose table it is: the schema's name, where the job says none.
            at: What names the asset in the job file.
            is_shared: Whether several objects go by the asset, each by the schema of its name.

        Raises:
            JobError: No schema has the name.
        """
        schemas = self.contract.schema_ or []
        wanted = name.schema or table
        place = find_schema(schemas, wanted, is_only=name.schema is None and not is_shared)
        if place is None:
            mend = f"{schema_mend(schemas, wanted)} Say which: `asset: {name.file}#name`, at the object"
            raise JobError(f"{self.document.path} has no schema {wanted!r}", mend, at)
        return self._contract(name.file, schemas[place], ("schema", place, "properties"))

    def _contract(self, asset: str, schema: SchemaObject, at: Key) -> Contract:
        columns = [self._column(each, (*at, place)) for place, each in _columns(schema)]
        purpose = self.contract.description.purpose if self.contract.description else None
        return Contract(
            asset,
            (schema.description or purpose or "").strip(),
            {column.name: column for column in columns},
            _primary_key(schema),
            _team(self.contract),
            tuple(dict.fromkeys([*(self.contract.tags or ()), *(schema.tags or ())])),
        )

    def _column(self, said: SchemaProperty, at: Key) -> Column:
        docs = dict(property_docs(said))
        return Column(field_name(said), column_type(said), docs, bool(said.required), at, self.document.where(at))


def _columns(schema: SchemaObject) -> Iterator[tuple[int, SchemaProperty]]:
    """List the properties that are columns: a measure or a dimension is made of others."""
    yield from (pair for pair in enumerate(schema.properties or ()) if pair[1].semanticType in _PHYSICAL)


def _primary_key(schema: SchemaObject) -> tuple[str, ...]:
    """Order the columns of the key by their positions; those without one come last, as they stand."""
    parts = [each for _, each in _columns(schema) if each.primaryKey]
    last = len(parts) + max((each.primaryKeyPosition or 0 for each in parts), default=0)
    placed = [(each.primaryKeyPosition or 0, field_name(each)) for each in parts]
    return tuple(name for _, name in sorted(placed, key=lambda pair: pair[0] if pair[0] > 0 else last))


def _team(contract: OpenDataContractStandard) -> Team:
    """Give the team: up to version 3.0 of the standard it was a list of members."""
    said = contract.team
    members = (said if isinstance(said, list) else said.members if said else None) or []
    today = [each for each in members if not each.dateOut and not each.replacedByUsername]
    name = "" if said is None or isinstance(said, list) else said.name or ""
    return Team(name, tuple(Member(each.username or "", each.name or "", each.role or "") for each in today))
