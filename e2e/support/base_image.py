"""The base of every image here: Debian's slim image, or one that debootstrap makes in its place."""

from __future__ import annotations

import tarfile
import tempfile
from pathlib import Path

import docker

from e2e.support.images import Recipe
from e2e.support.tools import require, run

NAME = "debian:bookworm-slim"
SUITE = "bookworm"


def make() -> None:
    """Make Debian's minimal system and import it under the public image's name. Needs root."""
    debootstrap = require("debootstrap", "apt-get install debootstrap, or run .ci/engine.sh")
    with tempfile.TemporaryDirectory() as folder:
        system = Path(folder) / "system"
        run([debootstrap, "--variant=minbase", SUITE, system])
        archive = Path(folder) / "system.tar"
        with tarfile.open(archive, "w") as tar:
            tar.add(system, arcname=".", filter=_without_downloads)
        repository, tag = NAME.split(":")
        docker.from_env(timeout=600).api.import_image_from_file(str(archive), repository=repository, tag=tag)


def _without_downloads(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out the packages that were unpacked, and the host's resolver that debootstrap copied."""
    left_out = ("./var/cache/apt/archives/", "./var/lib/apt/lists/", "./etc/resolv.conf", "./etc/hostname")
    return None if member.name.startswith(left_out) else member


RECIPE = Recipe(public=NAME, made=NAME, make=make)
