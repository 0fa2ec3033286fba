"""What an image's megabytes are: its layers, and the largest packages in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import docker

LAYERS: Mapping[str, Sequence[str]] = {
    "core": ("core's packages", "ingest"),
    "dagster": ("core's packages", "shared packages", "Dagster's packages", "ingest", "ingest-dagster"),
    "airflow": ("core's packages", "shared packages", "Airflow's packages", "ingest", "ingest-airflow"),
    "whole": (
        *("core's packages", "shared packages", "Dagster's packages", "Airflow's packages"),
        *("ingest", "ingest-dagster", "ingest-airflow"),
    ),
}
"""The copies that a target of the Dockerfile is made of, in order."""

LARGE_MB = 4
MEGABYTE = 1_000_000
LIST = """
import json, pathlib
packages, = pathlib.Path("/opt/ingest/lib").glob("python3.*/site-packages")
def size(path):
    files = [path] if path.is_file() else path.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file())
print(json.dumps({path.name.split(".")[0]: size(path) for path in packages.iterdir()}))
"""
"""A program for the image's own Python: it has no other way to look at itself that every target has."""


def size(image: str) -> int:
    """Give an image's size on the disk in bytes, all layers together."""
    return int(docker.from_env().images.get(image).attrs["Size"])


def layers(image: str, target: str) -> dict[str, int]:
    """Give the bytes of each layer by what it holds.

    Args:
        image: Its id or name.
        target: The target that it was built as.
    """
    history: list[dict[str, Any]] = docker.from_env().images.get(image).history()
    oldest_first = [entry for entry in reversed(history) if entry["Size"]]
    copies = iter(LAYERS[target])
    found: dict[str, int] = {}
    for entry in oldest_first:
        name = _name(str(entry["CreatedBy"]), copies) if found else "Debian"
        found[name] = found.get(name, 0) + int(entry["Size"])
    return found


def large_packages(image: str) -> dict[str, int]:
    """Give the bytes of the largest packages, the largest first."""
    command = {"entrypoint": "python", "command": ["-c", LIST], "network_mode": "none", "remove": True}
    sizes: dict[str, int] = json.loads(docker.from_env().containers.run(image, **command))
    ordered = sorted(sizes.items(), key=lambda entry: entry[1], reverse=True)
    return {name: count for name, count in ordered if count >= LARGE_MB * MEGABYTE}


def in_megabytes(sizes: Mapping[str, int]) -> str:
    """Write sizes as a person reads them."""
    return ", ".join(f"{name} {count / MEGABYTE:.0f}" for name, count in sizes.items() if count >= MEGABYTE)


def _name(made_by: str, copies: Any) -> str:  # noqa: ANN401  # an iterator that is read on
    if "/opt/ingest /opt/ingest" in made_by:
        return str(next(copies))
    return "Python, tini, certificates" if "apt-get" in made_by else "user and folders"
