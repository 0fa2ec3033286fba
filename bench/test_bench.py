"""The measurements run, at a size that says nothing of speed, and say so where an aim is missed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.aims import Aim
from bench.measuring import FailedError, Measured, measure
from bench.orders import make
from bench.pairs import Pair
from bench.places import ROOT, python

FEW = "20000"


def run_bench(folder: Path, *arguments: str) -> list[dict[str, object]]:
    """Run the measurements once, and give what they kept."""
    results = folder / "results.jsonl"
    line = [
        *python("bench"),
        *arguments,
        "--rows",
        FEW,
        "--pairs",
        "1",
        "--folder",
        str(folder),
        "--results",
        str(results),
    ]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return [json.loads(text) for text in results.read_text(encoding="utf-8").splitlines()]


def test_cases_are_measured_and_kept(tmp_path: Path) -> None:
    cases = ["csv", "merge", "nothing", "help"]
    kept = run_bench(tmp_path, *cases)
    assert [each["case"] for each in kept] == cases
    assert all(each["rows"] == int(FEW) and each["cores"] == os.cpu_count() for each in kept)
    assert all(each["wall_seconds"] and each["peak_mb"] and each["aims"] for each in kept)


def test_the_same_seed_makes_the_same_file(tmp_path: Path) -> None:
    one, other, third = (tmp_path / name for name in ("one.csv", "other.csv", "third.csv"))
    make(one, 5000)
    make(other, 5000)
    make(third, 5000, seed=2)
    assert one.read_bytes() == other.read_bytes() != third.read_bytes()


def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(FailedError, match="ended with 3"):
        measure([sys.executable, "-c", "raise SystemExit(3)"], tmp_path)


def test_the_memory_of_children_is_counted(tmp_path: Path) -> None:
    hold = "import time; held = bytearray(60_000_000); time.sleep(2)"
    both = (
        f"import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', '''{hold}''']); {hold}; child.wait()"
    )
    assert measure([sys.executable, "-c", both], tmp_path).peak > 120_000_000


def paired(*ratios: float) -> list[Pair]:
    return [Pair(Measured(ratio, 1.0, 1, ""), Measured(1.0, 1.0, 1, "")) for ratio in ratios]


def test_an_aim_is_missed_only_beyond_the_noise_of_the_pairs() -> None:
    aim = Aim("wall", lambda pair: pair.ours.wall / pair.theirs.wall, 1.25)
    assert aim.missed_by(paired(1.5, 1.5, 1.6)) == pytest.approx(0.25)
    assert aim.missed_by(paired(1.1, 1.3, 1.5)) == 0
    assert aim.missed_by(paired(1.0, 1.1, 1.2)) == 0
