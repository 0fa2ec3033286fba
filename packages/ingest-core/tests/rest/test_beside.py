"""A stream of several requests: each is read to its end, one behind the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from declared import declared, definition
from ingest_core.testing import Answered, Asked

BESIDE = definition(key=["id"], params={"gone": False}, also={"gone": {"params": {"gone": True}}})


def respond(asked: Asked) -> Answered:
    """Give one row for each of the two requests."""
    name = "gone" if asked.param("gone") == "true" else "there"
    return Answered({"data": [{"id": name}]})


@pytest.mark.timeout(20)
def test_the_requests_beside_a_streams_own_are_read_too(tmp_path: Path) -> None:
    with declared(tmp_path, respond, BESIDE) as api:
        assert [row["id"] for row in api.rows()] == ["there", "gone"]
