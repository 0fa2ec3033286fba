"""A service for tests: does one after the other what its command line says, and then nothing until it is ended."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

FOLDER, NAME = Path(sys.argv[1]), sys.argv[2]
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); signal.pause()"


def healthy(_: str) -> None:
    """Say so, by the process's number."""
    part = FOLDER / f"{NAME}.part"
    part.write_text(str(os.getpid()), encoding="ascii")
    part.replace(FOLDER / f"{NAME}.healthy")


def note(pid: int) -> None:
    """Note a process that was begun."""
    with (FOLDER / "pids").open("a", encoding="ascii") as pids:
        pids.write(f"{pid}\n")


def say(text: str) -> None:
    """Print."""
    print(text, flush=True)  # noqa: T201  # a service's output is what is tested


def show(variable: str) -> None:
    """Print a variable."""
    say(f"{variable}={os.environ.get(variable)}")


def halves(variable: str) -> None:
    """Print a variable in halves, to stdout and stderr: both are one stream."""
    text = f"{variable}={os.environ[variable]}\n"
    sys.stdout.write(text[: len(text) // 2])
    sys.stdout.flush()
    time.sleep(0.2)  # so that the halves are read one by one; if they are not, the test is only easier
    sys.stderr.write(text[len(text) // 2 :])
    sys.stderr.flush()


def colored(variable: str) -> None:
    """Print a variable whose halves have different colours."""
    text = os.environ[variable]
    say(f"\x1b[32min colours: \x1b[0m{text[:9]}\x1b[1;31m{text[9:]}\x1b[0m")


def read(file: str) -> None:
    """Print a file."""
    say(Path(file).read_text(encoding="utf-8"))


def log(secret_variable: str) -> None:
    """Print a log line as runs do, with a secret in it."""
    secret = os.environ[secret_variable]
    say(json.dumps({"event": "committed", "level": "info", "timestamp": "2026-01-01", "rows": 2, "error": secret}))


def raw(_: str) -> None:
    """Print bytes that are no text."""
    os.write(1, b"raw \xff\x00 bytes\n")


def endless(characters: str) -> None:
    """Print a line that has no end for long."""
    say("x" * int(characters))


def much(lines: str) -> None:
    """Print many lines, and note that all were taken."""
    for number in range(int(lines)):
        say(f"{number} " + "y" * 1000)
    (FOLDER / f"{NAME}.said").touch()


def stubborn(_: str) -> None:
    """Do not end when asked to."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def grandchild(kind: str) -> None:
    """Begin a process that does not end when asked to; ``escaped``: in a session of its own."""
    line = [sys.executable, "-c", STUBBORN]
    child = subprocess.Popen(line, stdout=subprocess.PIPE, start_new_session=kind == "escaped")  # noqa: S603  # our own line
    assert child.stdout  # as asked for
    child.stdout.readline()
    note(child.pid)


def listen(_: str) -> None:
    """Take the port that the orchestrator was given."""
    global taken  # noqa: PLW0603  # it is to be kept
    taken = socket.create_server(("127.0.0.1", int(os.environ["DIALLED_PORT"])))


def die(code: str) -> None:
    """End with a code."""
    sys.exit(int(code))


def die_once(code: str) -> None:
    """End with a code, the first time."""
    marker = FOLDER / f"{NAME}.died"
    if not marker.exists():
        marker.touch()
        die(code)


taken: socket.socket | None = None
note(os.getpid())
for what, _, how in (said.partition(":") for said in sys.argv[3:]):
    globals()[what](how)
if NAME != "migrate":
    while True:
        signal.pause()
