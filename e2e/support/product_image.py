"""Builds the product's own image from this repository's Dockerfile, by a client that has BuildKit."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import tomllib
from pathlib import Path

from e2e.support.base_image import RECIPE as BASE
from e2e.support.canaries.certificates import with_canary
from e2e.support.images import obtain
from e2e.support.tools import MissingToolError, run

ROOT = Path(__file__).parents[2]
NAME = "ingestion:dev"
TARGETS = ("core", "dagster", "airflow", "whole")
"""The Dockerfile's, the smallest first; the last is its default."""
CLIENTS = ("docker", "/usr/bin/docker")
BUNDLES = (os.environ.get("SSL_CERT_FILE", ""), "/etc/ssl/certs/ca-certificates.crt")
FIRST_WITHOUT_BUILDKIT = 23
"""From this version on, a client's BuildKit is a plug-in, buildx, that may be missing."""


def build(name: str = f"{NAME}-core", target: str = "core", source: str = "") -> str:
    """Build the image.

    Args:
        name: The image's name with its tag.
        target: One of :data:`TARGETS`.
        source: Where its source can be read, for its label: a URL.

    Returns:
        The image's own id: the name may be given to another one by whoever builds at the same time.
    """
    obtain(BASE)
    told = {"VERSION": version(), "SOURCE": source, "REVISION": _git("describe", "--always", "--dirty", "--abbrev=40")}
    told["CREATED"] = _git("log", "-1", "--format=%cI")
    arguments = [part for key, value in told.items() for part in ("--build-arg", f"{key}={value}")]
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "id"
        command = [client(), "build", "--tag", name, "--target", target, *arguments, *_bundle()]
        run([*command, "--iidfile", written, ROOT], {"DOCKER_BUILDKIT": "1"})
        return written.read_text(encoding="ascii")


def target_name(name: str, target: str) -> str:
    """Name a target's image: the default one as asked, the others with their target behind the tag."""
    return name if target == TARGETS[-1] else f"{name}-{target}"


def client() -> str:
    """Find a docker command that can build with BuildKit.

    Raises:
        MissingToolError: None can.
    """
    for candidate in CLIENTS:
        found = shutil.which(candidate)
        if found and _has_buildkit(found):
            return found
    raise MissingToolError("no docker command with BuildKit: apt-get install docker.io, or install docker-buildx")


def version() -> str:
    """Read the version of the `ingest` command."""
    project = tomllib.loads((ROOT / "packages/ingest-cli/pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def _git(*arguments: str) -> str:
    """Ask git of this tree; a tree without git has no revision. The commit's time keeps equal builds equal."""
    command = ["git", "-C", str(ROOT), *arguments]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    return done.stdout.strip()


def _has_buildkit(found: str) -> bool:
    return _succeeds(found, "buildx", "version") or _major(found) < FIRST_WITHOUT_BUILDKIT


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0  # noqa: S603  # our own commands


def _major(found: str) -> int:
    """Read a client's major version; one that does not tell it counts as new."""
    match = re.search(r"version (\d+)", run([found, "--version"]))
    return int(match[1]) if match else FIRST_WITHOUT_BUILDKIT


def _bundle() -> list[str]:
    """Lend the build the host's certificates, for networks that re-sign TLS; no layer keeps them."""
    found = next((path for path in BUNDLES if path and Path(path).is_file()), None)
    return ["--secret", f"id=ca,src={with_canary(Path(found))}"] if found else []
