"""A tenant's slot holds between real processes, and is freed however its holder ends."""

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ingest_core import TransientError
from ingest_core.executor.slots import tenant_slot
from ingest_core.plugin import RunContext

HOLD = """
import sys
from pathlib import Path
from ingest_core.executor.slots import tenant_slot
from ingest_core.plugin import RunContext
with tenant_slot(RunContext(Path(sys.argv[1]), "acme", "nightly", "run-1")):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own line
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def context(home: Path, tenant: str = "acme") -> RunContext:
    return RunContext(home, tenant, "shop", "run-2")


def test_a_busy_tenant_is_told_with_its_holder(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(TransientError, match="'acme' is busy") as raised, tenant_slot(context(tmp_path)):
        pass
    assert f"job 'nightly' (run run-1, process {holder.pid} on {socket.gethostname()}, since 20" in str(raised.value)


@pytest.mark.usefixtures("holder")
def test_another_tenant_is_free(tmp_path: Path) -> None:
    with tenant_slot(context(tmp_path, "beta")):
        pass


def test_a_killed_holder_holds_nothing(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    with tenant_slot(context(tmp_path)):
        pass


def test_a_slot_is_given_back_and_can_be_taken_again(tmp_path: Path) -> None:
    for _ in range(2):
        with tenant_slot(context(tmp_path)):
            pass


def test_a_disk_without_room_for_the_holders_name_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", fill)
    with pytest.raises(TransientError, match="No space left"), tenant_slot(context(tmp_path)):
        pass
    monkeypatch.undo()
    with tenant_slot(context(tmp_path)):
        pass
