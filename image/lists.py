"""Makes the lists of third-party packages that the image installs, one for each of its layers, from the lock.

A build of the image resolves nothing: it installs these lists, with hashes and without looking at what a package
asks for. ``nox -s lock`` makes them: ``python -m image.lists``.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"
FOLDER = ROOT / "image" / "lists"
PYTHON = "3.11"
"""Debian 12's, which the image runs."""
MACHINES = ("x86_64", "aarch64")
CORE = ("./packages/ingest-core[nessie,s3,http]", "./packages/ingest-cli")
ORCHESTRATORS = {
    "dagster": "./packages/ingest-dagster[postgres,docker]",
    "airflow": "./packages/ingest-airflow[postgres]",
}
OURS = ("ingest-core", "ingest-cli", "ingest-dagster", "ingest-airflow")
MAKING = ("hatchling", "uv")
"""What our wheels are built with, and what installs packages. None of it is in the image."""

_ENTRY = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>\S+)")
_NAMED = re.compile(r"^([a-z0-9][a-z0-9._-]*)", re.MULTILINE)


def main() -> None:
    """Write the lists anew."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in lists().items():
        (FOLDER / f"{name}.txt").write_text(text, encoding="utf-8")


def lists() -> dict[str, str]:
    """Give the text of each list by its name.

    Returns:
        ``build``: what makes the image; ``core``: what is in every target; ``shared``: what Dagster and Airflow both
        add; ``dagster`` and ``airflow``: what one of them alone adds. But for ``build``, no package is in two lists.
    """
    locked = _entries(LOCK.read_text(encoding="utf-8"))
    core = _needed(*CORE)
    dagster, airflow = (_needed(*CORE, package) - core for package in ORCHESTRATORS.values())
    layers = {
        "build": _needed(*MAKING),
        "core": core,
        "shared": dagster & airflow,
        "dagster": dagster - airflow,
        "airflow": airflow - dagster,
    }
    return {name: _text(name, packages, locked) for name, packages in layers.items()}


def _needed(*wanted: str) -> set[str]:
    """Ask uv which packages an installation holds on any machine, all of them as wheels; ours are not told."""
    return {name for machine in MACHINES for name in _NAMED.findall(_compiled(wanted, machine))}


def _compiled(wanted: Iterable[str], machine: str) -> str:
    options = ["--constraint", str(LOCK), "--python-version", PYTHON, "--only-binary", ":all:"]
    platform = ["--python-platform", f"{machine}-manylinux_2_36"]
    quiet = ["--quiet", "--no-header", "--no-annotate", "--no-emit-index-url"]
    ours = [part for name in OURS for part in ("--no-emit-package", name)]
    command = ["uv", "pip", "compile", *quiet, *options, *platform, *ours, "-"]
    done = subprocess.run(command, input="\n".join(wanted), cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # a fixed line; nox brings uv
    if done.returncode:
        raise RuntimeError(f"requirements.lock does not hold what the image installs:\n{done.stderr}")
    return done.stdout


def _entries(lock: str) -> dict[str, list[str]]:
    """Divide the lock into its entries, by name: one for each version that some Python or platform gets."""
    found: dict[str, list[str]] = {}
    for entry in re.split(r"^(?=\S)", lock, flags=re.MULTILINE):
        if match := _ENTRY.match(entry):
            lines = [line for line in entry.splitlines() if not line.lstrip().startswith("#")]
            found.setdefault(match["name"], []).append("\n".join(lines) + "\n")
    return found


def _text(name: str, packages: Iterable[str], locked: Mapping[str, list[str]]) -> str:
    head = f"# The layer {name!r} of the image, from requirements.lock by `nox -s lock`: do not edit.\n"
    return head + "".join(entry for package in sorted(packages) for entry in locked[package])


if __name__ == "__main__":
    main()
