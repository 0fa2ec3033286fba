"""ingest-dagster makes no promise yet, and keeps to that."""

from importlib.metadata import entry_points

import ingest_dagster


def test_it_offers_no_name() -> None:
    assert [name for name in vars(ingest_dagster) if not name.startswith("_")] == []


def test_it_registers_no_orchestrator() -> None:
    assert "dagster" not in entry_points(group="ingest.orchestrators").names
