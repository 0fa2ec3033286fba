"""The core has three doors; one more name in one of them is a conversation."""

import ingest_core
import ingest_core.plugin

FRONT = {
    "IngestError", "Job", "JobError", "ObjectForesight", "ObjectStanding", "Outcome", "Plan", "Redactor", "Report",
    "RunOptions", "Secret", "TransientError", "configure_logging", "foresee", "load_job", "parse_duration", "plan",
    "redact_streams", "reset", "run", "standing",
}  # fmt: skip
PLUGIN = {
    "Batch", "Branch", "Branches", "Catalog", "Change", "Checkpoint", "Committed", "Cursor", "DataFile", "Engine",
    "IngestError", "JobError", "Layout", "OpenCatalog", "PartitionField", "RunContext", "SecretStore", "SortField",
    "Source", "SourceContext", "Split", "State", "StateKey", "Stream", "Table", "TableName", "TransientError", "Writer",
}  # fmt: skip


def test_the_front_door_offers_these_names_and_no_other() -> None:
    assert set(ingest_core.__all__) == FRONT
    assert all(hasattr(ingest_core, name) for name in FRONT)


def test_the_door_for_plugins_offers_these_names_and_no_other() -> None:
    assert set(ingest_core.plugin.__all__) == PLUGIN
    assert all(hasattr(ingest_core.plugin, name) for name in PLUGIN)


def test_no_module_shares_its_name_with_a_function_of_the_front_door() -> None:
    for name in ("load_job", "plan", "run", "configure_logging", "redact_streams"):
        assert callable(getattr(ingest_core, name))
