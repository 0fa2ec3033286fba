"""A data contract of one table, as values. Reading the file is ``loading``'s work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ingest_core.column_docs import Docs

if TYPE_CHECKING:
    import pyarrow as pa

    from ingest_core.errors import Key

CONTRACT_KIND = "DataContract"
"""By which the standard's files say what they are."""


@dataclass(frozen=True)
class Column:
    """What a contract says of one column.

    Args:
        name: The column, as it lands.
        type: Its type; ``None`` where the contract leaves it to the source.
        docs: What it means, and the fields within it.
        is_required: Whether the contract wants a value in every row. Nothing holds rows to that yet.
        key: Where in the file it stands.
        where: The same, as ``path:line:column``.
    """

    name: str
    type: pa.DataType | None
    docs: Docs
    is_required: bool
    key: Key
    where: str

    @property
    def description(self) -> str:
        """What it means; empty where nobody says."""
        return self.docs.get((self.name,), "")


@dataclass(frozen=True)
class Member:
    """Somebody of the team that a contract names.

    Args:
        username: By what the person is known: often an address.
        name: The name, where it is said.
        role: What the person does: ``owner``, ``data steward``.
    """

    username: str
    name: str = ""
    role: str = ""


@dataclass(frozen=True)
class Team:
    """Who answers for a table.

    Args:
        name: The team's name, where it is said.
        members: Who is in it today.
    """

    name: str = ""
    members: Sequence[Member] = ()


@dataclass(frozen=True)
class Contract:
    """What a data contract says of one table.

    Args:
        asset: The asset's name, as the job says it.
        description: What the table holds; empty where nobody says.
        columns: Its columns, by the names that land, in the file's order.
        primary_key: The columns that tell its rows apart, in their order.
        team: Who answers for it.
        tags: The contract's tags and those of the schema.
    """

    asset: str
    description: str = ""
    columns: Mapping[str, Column] = field(default_factory=dict)
    primary_key: tuple[str, ...] = ()
    team: Team = field(default_factory=Team)
    tags: Sequence[str] = ()

    @property
    def types(self) -> Mapping[str, pa.DataType]:
        """The types that it gives, by the names that land."""
        return {name: column.type for name, column in self.columns.items() if column.type is not None}

    @cached_property
    def docs(self) -> Docs:
        """All descriptions of columns, and of fields within them."""
        return {path: text for column in self.columns.values() for path, text in column.docs.items()}

    @property
    def properties(self) -> Mapping[str, str]:
        """The table's property by which Iceberg's engines know what it holds."""
        return {"comment": self.description} if self.description else {}


NO_CONTRACT = Contract("")
"""Says nothing."""
