"""The base of every image here: Debian's slim image, or one that debootstrap makes in its place.

Source of what makes an image slim, and of its settings for dpkg: debuerreotype, which makes the public image
(scripts/.slimify-excludes, .slimify-includes, debuerreotype-slimify).
"""

from __future__ import annotations

import tarfile
import tempfile
from pathlib import Path

import docker

from e2e.support.images import Recipe
from e2e.support.tools import require, run

NAME = "debian:bookworm-slim"
SUITE = "bookworm"
LEFT_OUT = (
    *("usr/share/doc", "usr/share/info", "usr/share/linda", "usr/share/lintian/overrides", "usr/share/locale"),
    "usr/share/man",
)
"""Folders whose content the public image lacks, save for licences."""
KEPT = "usr/share/doc/*/copyright"
OF_THE_MAKING = ("var/cache/apt", "var/lib/apt/lists", "var/log", "etc/resolv.conf", "etc/hostname")
"""What debootstrap downloaded, wrote and copied from the host."""


def make() -> None:
    """Make Debian's minimal system and import it under the public image's name. Needs root."""
    debootstrap = require("debootstrap", "apt-get install debootstrap, or run .ci/engine.sh")
    with tempfile.TemporaryDirectory() as folder:
        system = Path(folder) / "system"
        run([debootstrap, "--variant=minbase", SUITE, system])
        (system / "etc/dpkg/dpkg.cfg.d/docker").write_text(_settings(), encoding="ascii")
        archive = Path(folder) / "system.tar"
        with tarfile.open(archive, "w") as tar:
            tar.add(system, arcname=".", filter=_slim)
        repository, tag = NAME.split(":")
        docker.from_env(timeout=600).api.import_image_from_file(str(archive), repository=repository, tag=tag)


def _settings() -> str:
    """Let dpkg leave out the same of packages that are installed later."""
    return "".join([*(f"path-exclude /{folder}/*\n" for folder in LEFT_OUT), f"path-include /{KEPT}\n"])


def _slim(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out the files of what a slim image lacks; its folders stay."""
    path = Path(member.name)
    if member.isdir() or path.match(KEPT):
        return member
    inside = path.as_posix()
    left_out = any(inside == one or inside.startswith(f"{one}/") for one in (*LEFT_OUT, *OF_THE_MAKING))
    return None if left_out else member


RECIPE = Recipe(public=NAME, made=NAME, make=make)
"""Finds an image: present, pulled, or made from packages where no image registry is reached."""
