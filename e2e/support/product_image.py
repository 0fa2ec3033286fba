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
CLIENTS = ("docker", "/usr/bin/docker")
BUNDLES = (os.environ.get("SSL_CERT_FILE", ""), "/etc/ssl/certs/ca-certificates.crt")
FIRST_WITHOUT_BUILDKIT = 23
"""From this version on, a client's BuildKit is a plug-in, buildx, that may be missing."""


def build(name: str = NAME) -> str:
    """Build the image.

    Args:
        name: The image's name with its tag.

    Returns:
        The image's own id: the name may be given to another one by whoever builds at the same time.
    """
    obtain(BASE)
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "id"
        command = [client(), "build", "--tag", name, "--target", "core", "--build-arg", f"VERSION={version()}"]
        run([*command, "--iidfile", told, *_bundle(), ROOT], {"DOCKER_BUILDKIT": "1"})
        return told.read_text(encoding="ascii")


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
