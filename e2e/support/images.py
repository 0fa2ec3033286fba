"""Finds an image: present, pulled, or made from packages where no image registry is reached."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import docker
from docker.errors import APIError, DockerException, ImageNotFound
from requests.exceptions import RequestException

PULL_SILENCE_SECONDS = 60
"""How long a registry may say nothing before it counts as out of reach."""


@dataclass(frozen=True)
class Recipe:
    """Where an image comes from.

    Args:
        public: Its name on a registry; ``None`` where none holds it.
        made: The name it gets when it is made here; the same as ``public`` when it takes that one's place.
        make: Makes it under the name ``made``.
    """

    public: str | None
    made: str
    make: Callable[[], None]


def present(name: str) -> bool:
    """Tell whether the engine holds an image."""
    try:
        docker.from_env().images.get(name)
    except ImageNotFound:
        return False
    return True


def pulled(name: str) -> bool:
    """Try to pull an image; ``False`` where no registry is reached, or none holds it."""
    try:
        docker.from_env(timeout=PULL_SILENCE_SECONDS).images.pull(name)
    except (APIError, DockerException, RequestException):
        return False
    return True


def obtain(recipe: Recipe) -> str:
    """Give the name of an image that the engine holds, making it once if need be.

    Args:
        recipe: Where it may come from.

    Returns:
        The public name, or the made one.
    """
    with _alone(recipe.made):
        for name in (recipe.public, recipe.made):
            if name and present(name):
                return name
        if recipe.public and pulled(recipe.public):
            return recipe.public
        recipe.make()
        return recipe.made


def named(name: str) -> str:
    """Make sure that an image a person named is there.

    Raises:
        RuntimeError: It is neither present nor to be pulled.
    """
    if present(name) or pulled(name):
        return name
    raise RuntimeError(f"the image {name} is neither present nor to be pulled")


@contextlib.contextmanager
def _alone(name: str) -> Iterator[None]:
    """Let processes that need one image make it once: neither Maven's nor Go's folder bears two who fill it."""
    file = Path(tempfile.gettempdir(), f"ingest-e2e-{os.getuid()}-{re.sub(r'[^a-z0-9.]+', '-', name)}.lock")
    with file.open("w", encoding="ascii") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
