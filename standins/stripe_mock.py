"""Stripe's own mock, run here: real shapes for every endpoint, no state (github.com/stripe/stripe-mock)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MODULE = "github.com/stripe/stripe-mock@v0.203.0"
KEY = "sk_test_123"
"""It takes any key that looks like one."""
TO_INSTALL = 300
"""Seconds."""


def can_be_installed() -> bool:
    """Tell whether there is a Go to build it with."""
    return shutil.which("go") is not None


def install(folder: Path) -> Path:
    """Build it in a folder, once; Go keeps what it built.

    Raises:
        subprocess.CalledProcessError: Go cannot build it; its own words are on stderr.
    """
    program = folder / "stripe-mock"
    if not program.exists():
        line = ["go", "install", MODULE]
        environment = {**os.environ, "GOBIN": str(folder)}
        subprocess.run(line, env=environment, check=True, timeout=TO_INSTALL)  # noqa: S603  # a fixed module
    return program


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Run it on a free port.

    Args:
        folder: Where it is built.

    Yields:
        Its address.

    Raises:
        RuntimeError: It ended before it listened.
    """
    line = [str(install(folder)), "-http-port", "0"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:  # noqa: S603  # built above
        try:
            yield f"http://127.0.0.1:{_port(process)}"
        finally:
            process.terminate()


def _port(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None  # noqa: S101  # a pipe was asked for
    said = []
    for line in process.stdout:
        said.append(line)
        found = re.search(r"Listening for HTTP at address: .*:(\d+)", line)
        if found:
            return found[1]
    raise RuntimeError(f"stripe-mock ended: {''.join(said)}")
