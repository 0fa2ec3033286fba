"""Commits are sent in words that older servers know, too."""

import json
from typing import Any

import pytest
from ingest_core.catalogs.http import LONGEST_PAUSE_SECONDS, BoundedRetry, with_last_column_id
from urllib3 import HTTPResponse

NESTED = {
    "type": "struct",
    "schema-id": 1,
    "fields": [
        {"id": 1, "name": "a", "type": "long"},
        {"id": 2, "name": "l", "type": {"type": "list", "element-id": 7, "element": "string"}},
        {"id": 3, "name": "m", "type": {"type": "map", "key-id": 5, "key": "string", "value-id": 9, "value": "long"}},
    ],
}


def sent(*updates: dict[str, Any], last: int = 0) -> list[dict[str, Any]]:
    requirements = [{"type": "assert-table-uuid", "uuid": "u"}]
    if last:
        requirements.append({"type": "assert-last-assigned-field-id", "last-assigned-field-id": last})  # type: ignore[dict-item]  # as JSON has it
    body = json.dumps({"requirements": requirements, "updates": updates}).encode()
    found: list[dict[str, Any]] = json.loads(with_last_column_id(body))["updates"]
    return found


def test_the_highest_id_of_the_schema_is_said_nested_ones_too() -> None:
    assert sent({"action": "add-schema", "schema": NESTED})[0]["last-column-id"] == 9


def test_the_last_id_never_goes_down_when_a_column_was_taken_away() -> None:
    assert sent({"action": "add-schema", "schema": NESTED}, last=12)[0]["last-column-id"] == 12


def test_an_id_that_is_said_and_other_updates_stay_as_they_are() -> None:
    said = {"action": "add-schema", "schema": NESTED, "last-column-id": 20}
    other = {"action": "set-current-schema", "schema-id": -1}
    assert sent(said, other) == [said, other]


@pytest.mark.parametrize(("asked", "waited"), [("2", 2), ("86400", LONGEST_PAUSE_SECONDS), (None, None)])
def test_a_server_may_ask_for_a_pause_within_reason(asked: str | None, waited: float | None) -> None:
    answer = HTTPResponse(headers={"Retry-After": asked} if asked else {})
    assert BoundedRetry().get_retry_after(answer) == waited
