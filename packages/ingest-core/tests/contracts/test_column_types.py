"""A contract's types become Iceberg's: those of ``physicalType`` as they stand, else what ``logicalType`` says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_core import JobError
from ingest_core.contracts.column_types import column_type
from ingest_core.contracts.property_checks import property_faults
from ingest_core.iceberg_types import TYPE_NAMES, arrow_type, type_name
from open_data_contract_standard.model import SchemaProperty

Said = dict[str, Any]

SCALARS = {
    "string": "string",
    "integer": "long",
    "number": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamptz",
    "time": "time",
}


def typed(said: Said) -> str | None:
    kind = column_type(SchemaProperty.model_validate({"name": "a", **said}))
    return None if kind is None else type_name(kind)


@pytest.mark.parametrize(
    ("said", "lands"),
    [
        *(({"logicalType": logical}, iceberg) for logical, iceberg in SCALARS.items()),
        ({}, None),
        ({"logicalType": "object"}, "map<string, string>"),
        ({"logicalType": "array"}, None),
        ({"logicalType": "timestamp", "logicalTypeOptions": {"timezone": False}}, "timestamp"),
        ({"logicalType": "timestamp", "logicalTypeOptions": {"timezone": True}}, "timestamptz"),
        ({"logicalType": "integer", "logicalTypeOptions": {"format": "i16"}}, "int"),
        ({"logicalType": "integer", "logicalTypeOptions": {"format": "i32"}}, "int"),
        ({"logicalType": "integer", "logicalTypeOptions": {"format": "u32"}}, "long"),
        ({"logicalType": "integer", "logicalTypeOptions": {"format": "u64"}}, "decimal(20, 0)"),
        ({"logicalType": "integer", "logicalTypeOptions": {"minimum": 0}}, "long"),
        ({"logicalType": "number", "logicalTypeOptions": {"format": "f32"}}, "float"),
        ({"logicalType": "date", "logicalTypeOptions": {"format": "yyyy-MM-dd"}}, "date"),
        ({"logicalType": "date", "logicalTypeOptions": {"format": "dd. MMMM yyyy 'Zhr'"}}, "date"),
        ({"logicalType": "date", "logicalTypeOptions": {"format": "yyyy-MM-dd HH:mm:ss"}}, "timestamp"),
        ({"logicalType": "date", "logicalTypeOptions": {"format": "yyyy-MM-dd'T'HH:mm:ssXXX"}}, "timestamptz"),
        ({"logicalType": "date", "logicalTypeOptions": {"format": "HH:mm:ss"}}, "time"),
        ({"logicalType": "string", "logicalTypeOptions": {"format": "uuid"}}, "string"),
        ({"logicalType": "string", "physicalType": "uuid"}, "uuid"),
        ({"physicalType": "decimal(12, 2)"}, "decimal(12, 2)"),
        ({"logicalType": "number", "physicalType": "DECIMAL(12,2)"}, "decimal(12, 2)"),
        ({"logicalType": "number", "physicalType": "Numeric (9, 4)"}, "decimal(9, 4)"),
        ({"logicalType": "string", "physicalType": "VARCHAR(18)"}, "string"),
        ({"logicalType": "integer", "physicalType": "INT"}, "long"),
        ({"physicalType": "VARCHAR2(18)"}, None),
        ({"logicalType": "map"}, "map<string, string>"),
        (
            {"logicalType": "map", "map": {"key": {"logicalType": "string"}, "value": {"logicalType": "integer"}}},
            "map<string, long>",
        ),
    ],
)
def test_a_type_is_what_the_contract_says(said: Said, lands: str | None) -> None:
    assert typed(said) == lands


@given(st.sampled_from(TYPE_NAMES))
def test_every_iceberg_type_may_be_said_physically_and_wins(name: str) -> None:
    assert typed({"logicalType": "object", "physicalType": name}) == name


def nested(inner: st.SearchStrategy[tuple[Said, str]]) -> st.SearchStrategy[tuple[Said, str]]:
    """Build lists and objects of types, each beside the Iceberg type that it is to become."""
    fields = st.dictionaries(st.sampled_from("abcd"), inner, min_size=1)
    return st.one_of(
        inner.map(lambda each: ({"logicalType": "array", "items": each[0]}, f"list<{each[1]}>")),
        fields.map(
            lambda each: (
                {"logicalType": "object", "properties": [{"name": name, **said} for name, (said, _) in each.items()]},
                f"struct<{', '.join(f'{name}: {lands}' for name, (_, lands) in each.items())}>",
            )
        ),
    )


@given(st.recursive(st.sampled_from([({"logicalType": said}, lands) for said, lands in SCALARS.items()]), nested))
def test_nested_types_stay_nested(pair: tuple[Said, str]) -> None:
    said, lands = pair
    assert typed(said) == lands
    assert column_type(SchemaProperty(name="a", physicalType=lands)) == arrow_type(lands)


def faults(*said: Said) -> list[tuple[str, str]]:
    found = property_faults([SchemaProperty.model_validate(each) for each in said], ("p",))
    return [(".".join(map(str, fault.key)), f"{fault.problem}; {fault.mend}") for fault in found]


WRONG: list[tuple[Said, str, str]] = [
    ({"logicalType": "interger"}, "p.0.logicalType", "did you mean 'integer'?"),
    ({"logicalType": "vector"}, "p.0.logicalType", "list<float>"),
    (
        {"logicalType": "integer", "logicalTypeOptions": {"format": "i128"}},
        "p.0.logicalTypeOptions.format",
        "decimal(38, 0)",
    ),
    ({"physicalType": "decimal(50, 2)"}, "p.0.physicalType", "38 digits at most"),
    ({"logicalType": "number", "primaryKey": True}, "p.0.primaryKey", "'a' cannot be a key: double"),
    ({"logicalType": "array", "items": {"logicalType": "txt"}}, "p.0.items.logicalType", "no logical type 'txt'"),
    ({"logicalType": "object", "properties": [{"name": "b"}]}, "p.0", "of which type b would be"),
    ({"logicalType": "object", "properties": [{"logicalType": "date"}]}, "p.0.properties.0", "needs a name"),
    (
        {"logicalType": "object", "properties": [{"name": "b", "logicalType": "date", "primaryKey": True}]},
        "p.0.properties.0.primaryKey",
        "within a column cannot be a key",
    ),
]


@pytest.mark.parametrize(("said", "key", "told"), WRONG)
def test_what_cannot_be_is_told_once_where_it_stands(said: Said, key: str, told: str) -> None:
    ((found, text),) = faults({"name": "a", **said})
    assert found == key
    assert told in text


def test_names_that_differ_in_case_only_are_refused() -> None:
    ((key, text),) = faults({"name": "Id"}, {"name": "x"}, {"name": "other", "physicalName": "ID"})
    assert key == "p.2"
    assert "'ID' is named as properties[0] is" in text


def test_a_vector_lands_as_its_physical_type_says() -> None:
    assert faults({"name": "a", "logicalType": "vector", "physicalType": "list<float>"}) == []
    assert typed({"logicalType": "vector", "physicalType": "list<float>"}) == "list<float>"


def test_a_decimal_that_no_table_has_is_no_double() -> None:
    with pytest.raises(JobError, match="a table has no such decimal"):
        typed({"logicalType": "number", "physicalType": "DECIMAL(40,2)"})
