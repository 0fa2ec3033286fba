"""The properties of each kind of object, as HubSpot describes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CREATED = "2019-08-06T02:41:08.029Z"
READ_ONLY = frozenset({"createdate", "hs_object_id", "hs_lastmodifieddate", "lastmodifieddate"})
FIELDS = {
    "string": "text",
    "number": "number",
    "datetime": "date",
    "date": "date",
    "enumeration": "select",
    "bool": "booleancheckbox",
}
"""The kind of field of each type."""


@dataclass(frozen=True)
class Kind:
    """A kind of object.

    Args:
        name: Its name in paths, as ``contacts``.
        types: The types of its properties by their names.
        shown: Those that are answered where none are asked for.
        modified: The property that tells when an object was changed.
    """

    name: str
    types: dict[str, str]
    shown: tuple[str, ...]
    modified: str = "hs_lastmodifieddate"
    added: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def always(self) -> tuple[str, ...]:
        """Give the properties that are answered whatever is asked for."""
        return ("createdate", "hs_object_id", self.modified)


def kinds() -> dict[str, Kind]:
    """Give the kinds of objects by their names; each call gives its own, for properties may be added."""
    return {kind.name: kind for kind in (_contacts(), _companies(), _deals(), _tickets())}


def described(kind: Kind) -> list[dict[str, Any]]:
    """Describe all properties of a kind."""
    return [described_one(kind, name) for name in kind.types]


def described_one(kind: Kind, name: str) -> dict[str, Any]:
    """Describe a property."""
    type_, own = kind.types[name], name not in READ_ONLY
    return {
        "name": name,
        "label": name.replace("_", " ").title(),
        "type": type_,
        "fieldType": FIELDS[type_],
        "description": f"What the {name} of one of the {kind.name} is",
        "groupName": f"{kind.name}information",
        "options": [_option(value) for value in ("one", "two")] if type_ == "enumeration" else [],
        "createdAt": CREATED,
        "updatedAt": CREATED,
        "displayOrder": -1,
        "calculated": False,
        "externalOptions": False,
        "archived": False,
        "hasUniqueValue": name == "email",
        "hidden": False,
        "hubspotDefined": True,
        "modificationMetadata": {"archivable": own, "readOnlyDefinition": True, "readOnlyValue": not own},
        "formField": own,
        **kind.added.get(name, {}),
    }


def _option(value: str) -> dict[str, Any]:
    return {"label": value.title(), "value": value, "displayOrder": 0, "hidden": False}


def _types(modified: str, **types: str) -> dict[str, str]:
    return {
        "createdate": "datetime",
        "hs_object_id": "number",
        modified: "datetime",
        "hubspot_owner_id": "enumeration",
        **types,
    }


def _contacts() -> Kind:
    types = _types(
        "lastmodifieddate",
        email="string",
        firstname="string",
        lastname="string",
        phone="string",
        city="string",
        lifecyclestage="enumeration",
        num_notes="number",
        hs_email_optout="bool",
        date_of_birth="date",
    )
    shown = ("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname")
    return Kind("contacts", types, shown, "lastmodifieddate")


def _companies() -> Kind:
    types = _types(
        "hs_lastmodifieddate",
        name="string",
        domain="string",
        city="string",
        numberofemployees="number",
        is_public="bool",
    )
    return Kind("companies", types, ("createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"))


def _deals() -> Kind:
    types = _types(
        "hs_lastmodifieddate",
        dealname="string",
        amount="number",
        closedate="datetime",
        dealstage="enumeration",
        pipeline="enumeration",
    )
    shown = ("amount", "closedate", "createdate", "dealname", "dealstage")
    return Kind("deals", types, (*shown, "hs_lastmodifieddate", "hs_object_id", "pipeline"))


def _tickets() -> Kind:
    types = _types(
        "hs_lastmodifieddate",
        subject="string",
        content="string",
        hs_pipeline="enumeration",
        hs_pipeline_stage="enumeration",
        hs_ticket_priority="enumeration",
    )
    shown = ("content", "createdate", "hs_lastmodifieddate", "hs_object_id", "hs_pipeline", "hs_pipeline_stage")
    return Kind("tickets", types, (*shown, "hs_ticket_priority", "subject"))
