"""The command serves until it is told to end, and says what is wrong."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

import standins
from standins.apis import APIS

ROOT = Path(__file__).parent.parent


def command(*arguments: str) -> list[str]:
    """Give the command line; -S leaves all packages out but the standard library."""
    return [sys.executable, "-S", "-m", "standins", *arguments]


@pytest.mark.parametrize("api", APIS)
def test_prints_its_address_first_and_ends_in_order(api: str, tmp_path: Path) -> None:
    line = command(api, "--records", "3", "--port-file", str(tmp_path / "port"), "--latency", "1ms")
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own command
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.endswith(":" + (tmp_path / "port").read_text().strip())
        with pytest.raises(OSError, match="40"), urlopen(f"{url}/nothing/there", timeout=10):  # noqa: S310  # http, on this machine
            pass
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0


def test_says_that_the_port_is_taken() -> None:
    with standins.paged() as server:
        line = command("paged", "--port", str(server.port))
        done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1:{server.port}" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (("stripe", "--rate", "often"), "'often' is no rate"),
        (("paged", "--latency", "20"), "'20' is no time"),
        (("paged", "--order", "sideways"), "order 'sideways' is unknown"),
        (("stripe", "--faults", "sulk"), "fault 'sulk' is unknown"),
        (("stripe", "--until", "soon"), "soon"),
        (("hubspot", "--prepare", "unicorns"), "unicorns"),
    ],
)
def test_says_what_is_wrong(arguments: tuple[str, ...], wrong: str) -> None:
    done = subprocess.run(command(*arguments), cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    assert done.returncode == 2
    assert wrong in done.stderr
    assert "Traceback" not in done.stderr
