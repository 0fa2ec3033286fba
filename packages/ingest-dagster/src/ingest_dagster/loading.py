"""Finds the facts of a runner file: planned in a code server, read in the runs that it starts."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
from pathlib import Path

from ingest_core import plan_runner

from ingest_dagster.facts import Facts, facts_of

RECORDED = "INGEST_DAGSTER_FACTS"
"""The variable by which processes find what the one that started them has planned: ``<its id>:<file>``."""

_KEPT_SECONDS = 7 * 24 * 3600
"""A run begins sooner after its code server loaded what it reads, or that loaded it again."""


def load_facts(runner_file: str | os.PathLike[str], home: str | os.PathLike[str] | None = None) -> Facts:
    """Give the facts of a runner file: as the process that started this one planned them, or planned now.

    Raises:
        JobError: Something is wrong with the file or with one of its jobs; carries every fault.
    """
    file = Path(runner_file).absolute()
    if (recorded := _recorded(file)) is not None:
        return recorded
    facts = facts_of(plan_runner(file, home))
    _record(facts)
    return facts


def is_started_by_a_code_server() -> bool:
    """Tell whether the process that started this one has planned what it loads, as that of a run."""
    process, _, place = os.environ.get(RECORDED, "").partition(":")
    # What this process recorded itself is planned anew when somebody asks it to load once more.
    return bool(place) and process != str(os.getpid())


def _recorded(runner_file: Path) -> Facts | None:
    if not is_started_by_a_code_server():
        return None
    place = os.environ[RECORDED].partition(":")[2]
    try:
        facts = Facts.read(Path(place).read_bytes())
    except (OSError, ValueError):  # swept away, or of another version
        return None
    return facts if facts.runner_file == runner_file else None


def _record(facts: Facts) -> None:
    """Write facts down for the processes that this one starts; where that fails, they plan for themselves."""
    data = facts.written()
    folder = facts.home / "state" / "dagster" / "facts"
    place = folder / f"{hashlib.sha256(data).hexdigest()[:16]}.json"
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as written:
            written.write(data)
        Path(written.name).replace(place)
        os.environ[RECORDED] = f"{os.getpid()}:{place}"
        _sweep(folder, place)


def _sweep(folder: Path, own: Path) -> None:
    """Remove what is too old for a run to begin with: each change of a runner file leaves one behind."""
    for path in folder.iterdir():
        if path != own and time.time() - path.stat().st_mtime > _KEPT_SECONDS:
            path.unlink(missing_ok=True)
