"""What a child process is asked to do: run a job, or maintain the tables of a tenant."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from ingest_core import MaintenanceOptions, Redactor, RunOptions, load_job, maintain_tenant, plan, run


def work(asked: Mapping[str, Any], redactor: Redactor, hold: Callable[..., None]) -> dict[str, Any]:
    """Do what is asked.

    Args:
        asked: ``job`` (a file), ``home``, ``objects`` (a list; empty for all), ``full_refresh``; or ``maintain`` (a
            tenant), ``home``. Of both ``wait`` (seconds for the tenant's slot) and ``tenant_limit``.
        redactor: Learns the secrets.
        hold: Is called when a stop comes too late to change anything.

    Returns:
        ``outcome`` (``success``, ``partial``, ``failure``), ``told`` (what failed, for a person), ``error_types``,
        ``stopped``, and what there is to tell of the work. Not masked.

    Raises:
        IngestError: It could not begin.
    """
    deed = _maintained if "maintain" in asked else _run
    return deed(asked, redactor, hold)


def _run(asked: Mapping[str, Any], redactor: Redactor, hold: Callable[..., None]) -> dict[str, Any]:
    planned = plan(load_job(asked["job"], asked["home"])).only(asked["objects"])
    planned = planned.refreshed() if asked["full_refresh"] else planned
    options = RunOptions(redactor=redactor, wait=timedelta(seconds=asked["wait"]), tenant_limit=asked["tenant_limit"])
    report = run(planned, options, hold)
    return {**json.loads(report.as_json()), "told": report.told(), "error_types": list(report.error_types)}


def _maintained(asked: Mapping[str, Any], redactor: Redactor, hold: Callable[..., None]) -> dict[str, Any]:
    options = MaintenanceOptions(
        redactor=redactor, wait=timedelta(seconds=asked["wait"]), tenant_limit=asked["tenant_limit"]
    )
    done = maintain_tenant(asked["home"], asked["maintain"], options)
    hold()
    tables = [{**asdict(each), "orphans": len(each.orphans), "status": each.status} for each in done.tables]
    told = done.told() or ("it was stopped" if done.stopped else "")
    return {
        "outcome": "failure" if told else "success",
        "told": told,
        "error_types": list(done.error_types),
        "stopped": done.stopped,
        "tables": tables,
    }
