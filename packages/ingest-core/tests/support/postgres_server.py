"""A PostgreSQL server of its own for a test, where this machine has one installed."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest_core.plugin import free_port, port_answers
from waiting import until

USER = "ingest"
PASSWORD = "canary-pw"  # noqa: S105  # of a server that lives as long as its test


def installed() -> Path | None:
    """Find the folder of the server's programs."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """Start a server, and give the URL of its database."""
    # It refuses to run as root, and its folder must be one that its own user reaches.
    user = next(name for name in ("postgres", "nobody") if _exists(name)) if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        if user:
            shutil.chown(folder, user)
        data, port = f"{folder}/data", free_port()
        word = Path(folder, "word")
        word.write_text(PASSWORD, encoding="utf-8")
        known = ["--auth=scram-sha-256", f"--username={USER}", f"--pwfile={word}"]
        make = [f"{programs}/initdb", *known, "--no-sync", "--pgdata", data]
        subprocess.run(make, user=user, cwd=folder, stdout=subprocess.DEVNULL, check=True)  # noqa: S603  # a fixed line
        start = [f"{programs}/postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder, "-F"]
        with (
            Path(folder, "log").open("wb") as log,
            subprocess.Popen(start, user=user, cwd=folder, stdout=log, stderr=log) as process,  # noqa: S603  # a fixed line
        ):
            try:
                until(lambda: _answers(port), "PostgreSQL answers")
                yield f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{port}/postgres"
            finally:
                process.send_signal(signal.SIGINT)  # SIGTERM would wait for its clients to go
                process.wait()


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _answers(port: int) -> bool:
    try:
        return port_answers("127.0.0.1", port)
    except OSError:
        return False
