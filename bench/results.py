"""Keeps results with what they were measured on, a JSON object a line."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.aims import Aim
from bench.pairs import Pair, cpu_ratio, figure, peak_ratio, wall_ratio
from bench.places import ROOT

PACKAGES = ("ingest-core", "ingest-cli", "pyarrow", "pyiceberg", "duckdb")


def circumstances(rows: int) -> dict[str, object]:
    """Tell what is measured, on what, and when."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "revision": revision(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "rows": rows,
    }


def revision() -> str | None:
    """Give the commit that is measured, marked where files but the results differ; ``None`` outside of a repository."""
    commit = _git("rev-parse", "--short=12", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", ":(exclude)bench/results.jsonl")
    return f"{commit}-dirty" if commit and changed else commit or None


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603, S607  # fixed words; git as it is found


def summary(pairs: Sequence[Pair], aims: Sequence[Aim]) -> dict[str, object]:
    """Sum up the pairs of a case: ratios with their spread, and our own figures in seconds and megabytes."""
    ours = [pair.ours for pair in pairs]
    figures = {"wall": wall_ratio, "cpu": cpu_ratio, "peak": peak_ratio}
    found = {name: figure(pairs, asked) for name, asked in figures.items()}
    return {
        "pairs": len(pairs),
        "ratios": {name: [round(each.middle, 3), round(each.spread, 3)] for name, each in found.items()},
        "wall_seconds": [round(each.wall, 2) for each in ours],
        "cpu_seconds": [round(each.cpu, 2) for each in ours],
        "peak_mb": [round(each.peak / 1e6) for each in ours],
        "aims": {aim.name: [round(figure(pairs, aim.of).middle, 3), aim.most] for aim in aims},
    }


def append(path: Path, result: Mapping[str, object]) -> None:
    """Add a result to a file."""
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(result) + "\n")
