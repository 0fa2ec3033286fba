"""``python -m bench``: measure, print, keep, and with ``--check`` fail where an aim is missed."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bench.asking import chain, stretches
from bench.cases import Build, Case, grown, load
from bench.measuring import FailedError, Measured, measure
from bench.orders import TYPES
from bench.pairs import Pair, cpu_ratio, figure, peak_ratio, wall_ratio
from bench.places import ROOT, Places
from bench.results import append, circumstances, summary
from bench.standing import asked_for_help, merging, nothing_new

FIVE_MILLION = 5_000_000

CASES: dict[str, Build] = {
    "csv": lambda places: load(places, "csv", places.rows, TYPES),
    "csv-inferred": lambda places: load(places, "csv", places.rows, {"price": TYPES["price"]}),
    "parquet": lambda places: load(places, "parquet", places.rows, {}),
    "jsonl": lambda places: load(places, "jsonl", places.rows // 5, TYPES),
    "merge": merging,
    "nothing": nothing_new,
    "help": asked_for_help,
    "api-chain": chain,
    "api-stretches": stretches,
    "csv-4x": grown,
}
"""By name; the last is measured only where it is asked for: at full size it takes 3.5 GB of disk."""

USUAL = [name for name in CASES if name != "csv-4x"]
say = partial(print, file=sys.stdout, flush=True)


def main() -> int:
    """Measure what is asked for."""
    asked = _arguments()
    places = Places(asked.folder.absolute(), asked.rows)
    missed = []
    for name in asked.case or USUAL:
        case = CASES[name](places)
        pairs = measured(case, asked.pairs)
        told = {**circumstances(asked.rows), "case": name, **summary(pairs, case.aims)}
        append(asked.results, told)
        missed += tell(name, case, pairs)
    return 1 if asked.check and missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nox -s bench --", description=__doc__)
    parser.add_argument("case", nargs="*", choices=[*CASES, []], help=f"default: {' '.join(USUAL)}")
    parser.add_argument(
        "--rows", type=int, default=FIVE_MILLION, help="orders; JSON lines: a fifth of them, API: a 25th"
    )
    parser.add_argument("--pairs", type=int, default=5, help="how often each is measured, ours and theirs in turn")
    parser.add_argument("--check", action="store_true", help="end with 1 where an aim is missed beyond noise")
    parser.add_argument("--folder", type=Path, default=ROOT / ".bench", help="where data and tables are kept")
    parser.add_argument("--results", type=Path, default=ROOT / "bench" / "results.jsonl", help="file to append to")
    return parser.parse_args()


def measured(case: Case, pairs: int) -> list[Pair]:
    """Measure a case, ours and theirs in turn; several turns come after one that warms the disk's cache."""
    if pairs > 1:
        turn(case)
    return [turn(case) for _ in range(pairs)]


def turn(case: Case) -> Pair:
    """Measure one pair.

    Raises:
        FailedError: One of the two failed, or did not land what it was to land.
    """
    case.before_ours()
    ours = measure(case.ours, ROOT)
    case.before_theirs()
    pair = Pair(ours, measure(case.theirs, ROOT))
    if case.rows is not None:
        _check_rows(case, pair)
    return pair


def _check_rows(case: Case, pair: Pair) -> None:
    landed = sum(each["rows"] for each in json.loads(pair.ours.out)["objects"])
    if landed != case.rows or (pair.theirs.out and int(pair.theirs.out) != case.rows):
        raise FailedError(f"{case.name}: {landed} and {pair.theirs.out!r} rows landed instead of {case.rows}")


def tell(name: str, case: Case, pairs: Sequence[Pair]) -> list[str]:
    """Print what was measured, and give the aims that were missed."""
    ratios = {"wall": wall_ratio, "cpu": cpu_ratio, "peak": peak_ratio}
    found = {what: figure(pairs, asked) for what, asked in ratios.items()}
    say(f"{name}: " + ", ".join(f"{what} {each.middle:.2f} ±{each.spread:.2f}" for what, each in found.items()))
    say(f"    ours: {_shown([pair.ours for pair in pairs])}; theirs: {_shown([pair.theirs for pair in pairs])}")
    missed = []
    for aim in case.aims:
        by = aim.missed_by(pairs)
        say(f"    {aim.name}: {figure(pairs, aim.of).middle:.2f}, aim {aim.most}{': MISSED' if by else ''}")
        missed += [f"{name}: {aim.name}"] if by else []
    return missed


def _shown(runs: Sequence[Measured]) -> str:
    wall, cpu, peak = (sorted(each) for each in zip(*((run.wall, run.cpu, run.peak) for run in runs), strict=True))
    middle = len(runs) // 2
    return f"{wall[middle]:.2f} s, {cpu[middle]:.2f} s cpu, {peak[middle] / 1e6:.0f} MB"


if __name__ == "__main__":
    sys.exit(main())
