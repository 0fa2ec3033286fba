"""A service is kept running once on a state folder, and whoever comes second is told who does so."""

import os
import socket
from pathlib import Path

import pytest
from ingest_core import JobError, TransientError, service_locks


def test_a_second_holder_is_refused_and_told_who_is_the_first(tmp_path: Path) -> None:
    with service_locks(tmp_path, ["webserver", "daemon"]):
        with pytest.raises(TransientError) as raised, service_locks(tmp_path, ["code-server", "daemon"]):
            pytest.fail("two hold the daemon")
        assert f"'daemon' runs already on this state folder: process {os.getpid()}" in str(raised.value)
        assert socket.gethostname() in str(raised.value)
        with service_locks(tmp_path, ["code-server"]):
            """What the refused one held before it was refused is free."""


def test_a_lock_is_free_again_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with service_locks(tmp_path, ["daemon"]):
            assert (tmp_path / "state" / "orchestrator.daemon.lock").stat().st_size > 0
        assert (tmp_path / "state" / "orchestrator.daemon.lock").stat().st_size == 0


def test_a_folder_that_cannot_be_written_is_told_with_the_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "state" / "dagster"
    kept.mkdir(parents=True)
    monkeypatch.setattr(os, "access", lambda path, *_, **__: Path(path) != kept)
    with pytest.raises(JobError, match=r"Permission denied \(.*/state/dagster\)\n.*chown -R"):
        service_locks(tmp_path, ["daemon"], ["dagster"]).__enter__()
