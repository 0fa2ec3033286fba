"""A state folder that may not be written is told before anything is begun, with the line that mends it."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from ingest_core import JobError, RunOptions, load_job, plan, run
from ingest_core.executor.lock_files import told
from ingest_core.executor.slots import tenant_slot
from ingest_core.owning import IN_CONTAINER
from ingest_core.plugin import RunContext

NOBODY = 65534
ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
JOB = """
tenant: acme
source: {connector: csv, objects: {orders: {path: "data/*.csv"}}}
target: {connector: iceberg}
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that every user of the machine may look into; pytest's own folders are their user's alone."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    (folder / "state").mkdir()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def nobody() -> Iterator[None]:
    """Another user than the one who made the home, until the test is over."""
    os.seteuid(NOBODY)
    yield
    os.seteuid(0)


def refusal(home: Path) -> str:
    with pytest.raises(JobError) as raised, tenant_slot(RunContext(home, "acme", "shop", "run-1")):
        pass
    return str(raised.value)


@ROOT_ONLY
def test_a_folder_of_another_user_is_told_with_the_line_that_gives_it(home: Path, nobody: None) -> None:
    del nobody
    words = refusal(home)
    assert f"the state folder {home}/state cannot be written: Permission denied\n" in words
    assert words.endswith(f"sudo chown -R {NOBODY}:{os.getegid()} {home}/state")


@ROOT_ONLY
def test_in_a_container_the_line_is_one_for_the_host_and_docker_s_own_folder_is_root_s(
    home: Path, nobody: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    del nobody
    monkeypatch.setenv(IN_CONTAINER, "1")
    assert refusal(home).endswith(f"to the container's user: sudo chown -R {NOBODY}:{os.getegid()} state")


@ROOT_ONLY
def test_in_a_container_one_may_also_run_as_the_user_whose_folder_it_is(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.chown(home / "state", 1234, 1234)
    os.seteuid(NOBODY)
    monkeypatch.setenv(IN_CONTAINER, "1")
    try:
        assert refusal(home).endswith(" state, or run as its owner: docker run --user 1234:0")
    finally:
        os.seteuid(0)


@ROOT_ONLY
@pytest.mark.parametrize("inner", ["locks", "targets", "targets/acme", "spill", "spill/acme"])
def test_folders_that_a_run_of_another_user_left_are_told_and_the_whole_state_is_to_be_given(
    home: Path, inner: str
) -> None:
    (home / "state" / inner).mkdir(parents=True)
    os.chown(home / "state", NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        words = refusal(home)
    finally:
        os.seteuid(0)
    assert f"Permission denied ({home}/state/{inner.split('/', maxsplit=1)[0]}" in words
    assert words.endswith(f"{home}/state")


@ROOT_ONLY
def test_a_run_reads_and_reaches_nothing_before(home: Path) -> None:
    (home / "jobs/acme").mkdir(parents=True)
    (home / "jobs/acme/shop.yaml").write_text(JOB, encoding="utf-8")
    (home / "data").mkdir()
    (home / "data/orders.csv").write_text("id\n1\n", encoding="utf-8")
    planned = plan(load_job(home / "jobs/acme/shop.yaml", home))
    os.seteuid(NOBODY)
    try:
        report = run(planned, RunOptions())
    finally:
        os.seteuid(0)
    assert (int(report.outcome), report.error_type, list(report.objects)) == (2, "JobError", [])
    assert "the state folder" in str(report.error)
    assert list((home / "state").iterdir()) == []


def test_a_state_folder_that_may_be_written_is_taken(home: Path) -> None:
    for name in ("targets/acme", "spill/acme"):
        (home / "state" / name).mkdir(parents=True)
    with tenant_slot(RunContext(home, "acme", "shop", "run-1")):
        assert (home / "state/locks/acme.lock").exists()


def test_a_read_only_mount_is_told_as_one(home: Path) -> None:
    error = OSError(errno.EROFS, os.strerror(errno.EROFS), str(home / "state"))
    assert str(told(error, home / "state")).endswith("mend: mount it so that it can be written")
