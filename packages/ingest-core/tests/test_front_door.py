"""The core has three doors; one more name in one of them is a conversation."""

import subprocess
import sys

import ingest_core
import ingest_core.plugin
import ingest_core.testing

FRONT = {
    "ConnectorFacts", "FileCheck", "IngestError", "Interrupts", "Job", "JobError", "MaintenanceOptions",
    "ObjectForesight", "ObjectPlan", "ObjectStanding", "Outcome", "Plan", "PlannedSchedule", "Redactor", "Report",
    "RunEvent", "RunOptions", "RunnerPlan", "RunnerSpec", "Secret", "TableUpkeep", "TenantUpkeep", "TransientError",
    "Window", "check", "configure_logging", "discover", "environment_secrets", "foresee", "job_secrets",
    "json_schema", "list_connectors", "load_job", "load_runner", "maintain", "maintain_tenant", "parse_duration",
    "plan", "plan_runner", "preview", "redact_streams", "redacted_lines", "reset", "run", "schedule_names",
    "service_locks", "slot_of", "standing", "validate",
}  # fmt: skip
PLUGIN = {
    "Batch", "Branch", "Branches", "Catalog", "Change", "Checkpoint", "Committed", "Compacted", "Cursor",
    "DataFile", "Seldom", "ask_json", "bracketed", "check_database", "check_free", "free_port", "named_address",
    "port_answers", "reachable", "with_driver", "write_private",
    "Declared", "Declaring", "Deployment", "Engine", "FileGroup", "IngestError", "JobError", "Kept",
    "Launch", "Layout",
    "Maintenance", "NamespaceSeen", "ObjectFacts", "OpenCatalog", "Orchestrator", "PartitionField", "Preparation",
    "RunContext", "SecretStore", "Service",
    "ONE_STOP_SECONDS", "STOPS", "StopHandler", "heeding",
    "SortField", "Source", "SourceContext", "Split", "State", "StateKey", "StoredFile", "Stream", "StreamGrewError",
    "Table", "TableName", "TransientError", "WantedBranch", "Window", "Writer",
}  # fmt: skip
TESTING = {
    "Answered", "Asked", "CHECKS", "Check", "ConformanceError", "DoesNotApplyError", "MemorySource", "MemorySystem",
    "MemoryTables", "ODD_NAMES", "RestSystem", "Served", "System", "Verdict", "WIDE", "conformance",
    "conformance_test", "plain_rows",
}  # fmt: skip


def test_the_front_door_offers_these_names_and_no_other() -> None:
    assert set(ingest_core.__all__) == FRONT
    assert all(hasattr(ingest_core, name) for name in FRONT)


def test_the_door_for_plugins_offers_these_names_and_no_other() -> None:
    assert set(ingest_core.plugin.__all__) == PLUGIN
    assert all(hasattr(ingest_core.plugin, name) for name in PLUGIN)


def test_the_door_for_tests_offers_these_names_and_no_other() -> None:
    assert set(ingest_core.testing.__all__) == TESTING
    assert all(hasattr(ingest_core.testing, name) for name in TESTING)


def test_the_door_for_tests_opens_without_a_test_framework() -> None:
    told = "import sys, ingest_core.testing; sys.exit('pytest' in sys.modules or 'pyiceberg' in sys.modules)"
    subprocess.run([sys.executable, "-c", told], check=True)  # noqa: S603  # a fixed line


def test_no_module_shares_its_name_with_a_function_of_the_front_door() -> None:
    for name in ("load_job", "plan", "run", "configure_logging", "redact_streams"):
        assert callable(getattr(ingest_core, name))
