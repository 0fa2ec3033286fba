"""Lands rows in Apache Iceberg: ``load_job``, then ``plan``, then ``run``.

This is the front door. Authors of connectors, engines, catalogs and secret stores enter by ``ingest_core.plugin``.
"""

from ingest_core.connector_facts import ConnectorFacts, list_connectors
from ingest_core.durations import parse_duration
from ingest_core.errors import IngestError, JobError, TransientError
from ingest_core.events import RunEvent
from ingest_core.executor import (
    Interrupts,
    ObjectForesight,
    ObjectStanding,
    RunOptions,
    check,
    discover,
    foresee,
    job_secrets,
    preview,
    reset,
    run,
    service_locks,
    standing,
)
from ingest_core.file_checks import FileCheck, validate
from ingest_core.intervals import slot_of
from ingest_core.job import Job
from ingest_core.job_file import load_job
from ingest_core.logs import configure_logging
from ingest_core.maintenance import MaintenanceOptions, TableUpkeep, TenantUpkeep, maintain, maintain_tenant
from ingest_core.planner import ObjectPlan, Plan, plan
from ingest_core.ports import Window
from ingest_core.redaction import Redactor, Secret, redact_streams, redacted_lines
from ingest_core.references import environment_secrets
from ingest_core.report import Outcome, Report
from ingest_core.runner import RunnerSpec
from ingest_core.runner_file import load_runner
from ingest_core.runner_plan import PlannedSchedule, RunnerPlan, plan_runner, schedule_names
from ingest_core.schemas import json_schema

__all__ = [
    "ConnectorFacts",
    "FileCheck",
    "IngestError",
    "Interrupts",
    "Job",
    "JobError",
    "MaintenanceOptions",
    "ObjectForesight",
    "ObjectPlan",
    "ObjectStanding",
    "Outcome",
    "Plan",
    "PlannedSchedule",
    "Redactor",
    "Report",
    "RunEvent",
    "RunOptions",
    "RunnerPlan",
    "RunnerSpec",
    "Secret",
    "TableUpkeep",
    "TenantUpkeep",
    "TransientError",
    "Window",
    "check",
    "configure_logging",
    "discover",
    "environment_secrets",
    "foresee",
    "job_secrets",
    "json_schema",
    "list_connectors",
    "load_job",
    "load_runner",
    "maintain",
    "maintain_tenant",
    "parse_duration",
    "plan",
    "plan_runner",
    "preview",
    "redact_streams",
    "redacted_lines",
    "reset",
    "run",
    "schedule_names",
    "service_locks",
    "slot_of",
    "standing",
    "validate",
]
