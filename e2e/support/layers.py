"""Builds a small image from a folder; needs neither BuildKit nor the network."""

from __future__ import annotations

from pathlib import Path

import docker

BUILD_SECONDS = 600


def build(context: Path, dockerfile: str, name: str) -> None:
    """Build an image.

    Args:
        context: The folder that its COPY lines read.
        dockerfile: Its text.
        name: The image's name with its tag.
    """
    (context / "Dockerfile").write_text(dockerfile, encoding="utf-8")
    docker.from_env(timeout=BUILD_SECONDS).images.build(path=str(context), tag=name, rm=True)
