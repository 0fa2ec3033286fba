"""Reads what a person sets of Dagster's instance (``configs/dagster.yaml``), and refuses what would break a promise."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from ingest_core import JobError

from ingest_dagster.instance.settings import Settings
from ingest_dagster.naming import SCHEDULE_TAG

KEYS = frozenset(
    {
        *("auto_materialize", "backfills", "code_servers", "compute_logs", "concurrency", "defs_state_storage"),
        *("event_log_storage", "freshness", "instance_class", "local_artifact_storage", "nux", "python_logs"),
        *("retention", "run_coordinator", "run_launcher", "run_monitoring", "run_queue", "run_retries", "run_storage"),
        *("schedule_storage", "schedules", "scheduler", "secrets", "sensors", "storage", "telemetry"),
    }
)
"""What Dagster knows at the top of its file; what is below, it checks itself."""

Place = tuple[str, ...]

_REFUSED: dict[Place, tuple[str, str]] = {
    ("concurrency", "pools", "granularity"): (
        "a tenant's place is held by whole runs, so that no two of them land at once",
        "remove it",
    ),
    ("concurrency", "pools", "default_limit"): (
        "how many runs of a tenant there may be at once is said in the runner file",
        "remove it, and set `concurrency_per_tenant` there",
    ),
    ("concurrency", "default_op_concurrency_limit"): (
        "how many runs of a tenant there may be at once is said in the runner file",
        "remove it, and set `concurrency_per_tenant` there",
    ),
    ("run_coordinator",): (
        "the queue is what keeps the runs of a tenant apart",
        "remove it; `run_queue` sets how the queue is emptied",
    ),
    ("run_queue", "max_concurrent_runs"): ("Dagster takes it in one place only", "say it in `concurrency.runs`"),
    ("run_queue", "tag_concurrency_limits"): ("Dagster takes it in one place only", "say it in `concurrency.runs`"),
    ("run_queue", "block_op_concurrency_limited_runs"): ("tenants' places are held by whole runs", "remove it"),
}
_STORAGES = ("storage", "run_storage", "event_log_storage", "schedule_storage")


def read_own_settings(path: Path, *, database: bool) -> Settings:
    """Read the file, where there is one.

    Args:
        path: The file.
        database: Whether the runner file says where Dagster's records are.

    Raises:
        JobError: It is no mapping in YAML, or says what Dagster does not know or what would break a promise. Carries
            every fault, each with its place and mend.
    """
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        said = yaml.safe_load(text)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise JobError(f"{path}: this is no YAML that can be read: {error}", "see the place it names") from error
    if said is None:
        return {}
    if not isinstance(said, dict) or node is None:
        raise JobError(f"{path}: the file must hold keys and values", "write `run_launcher: ...`, for one")
    _refuse(said, _places(node), path, database=database)
    return said


def _refuse(said: Settings, places: dict[Place, str], path: Path, *, database: bool) -> None:
    found = [*_unknown(said), *_breaking(said), *(_two_storages(said) if database else ())]
    if found:
        errors = (
            JobError(f"{path}{places.get(place, '')}: {'.'.join(place)}: {problem}", mend)
            for place, problem, mend in found
        )
        raise JobError.of(fault for error in errors for fault in error.faults)


Finding = tuple[Place, str, str]
"""A place, what is wrong there, and its mend."""


def _unknown(said: Settings) -> Iterator[Finding]:
    for key in said:
        if key not in KEYS:
            near = difflib.get_close_matches(str(key), sorted(KEYS), n=1)
            yield (str(key),), "Dagster has no such setting", f"did you mean `{near[0]}`?" if near else "remove it"


def _breaking(said: Settings) -> Iterator[Finding]:
    for place, (problem, mend) in _REFUSED.items():
        if _at(said, place) is not None:
            yield place, problem, mend
    retries = said.get("run_retries")
    if isinstance(retries, dict) and retries.get("enabled") and retries.get("retry_on_asset_or_op_failure", True):
        yield (
            ("run_retries",),
            "a run that failed would be run again, whatever its job says",
            "say `retry` in the job; or add `retry_on_asset_or_op_failure: false`, for runs that were killed",
        )
    limits = _at(said, ("concurrency", "runs", "tag_concurrency_limits"))
    if any(isinstance(limit, dict) and limit.get("key") == SCHEDULE_TAG for limit in limits or ()):
        yield (
            ("concurrency", "runs", "tag_concurrency_limits"),
            f"the limit of {SCHEDULE_TAG} is said in the runner file",
            "set `max_concurrent_runs` of the schedule there",
        )


def _two_storages(said: Settings) -> Iterator[Finding]:
    for key in _STORAGES:
        if key in said:
            yield (key,), "the runner file says where Dagster's records are (`database`)", "say it in one of the two"


def _at(said: Settings, place: Place) -> Any:  # noqa: ANN401  # YAML is of any type
    value: Any = said
    for key in place:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _places(node: yaml.Node, above: Place = ()) -> dict[Place, str]:
    """Tell the line and column of each key."""
    found: dict[Place, str] = {}
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        place = (*above, str(key.value))
        found[place] = f":{key.start_mark.line + 1}:{key.start_mark.column + 1}"
        found |= _places(value, place)
    return found
