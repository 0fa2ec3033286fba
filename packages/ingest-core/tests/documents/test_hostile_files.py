"""Files from strangers are refused clearly, in bounded time and memory, and nothing of them is repeated."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ingest_core import JobError
from ingest_core.documents import read_yaml, surveying, yaml_reader

SECONDS = 5
"""Of the process's own time; each case takes a tenth of one."""

CANARY = "hunter2"


def fault(path: Path) -> str:
    began = time.process_time()
    with pytest.raises(JobError) as raised:
        read_yaml(path)
    assert time.process_time() - began < SECONDS
    return str(raised.value).replace(str(path), "FILE")


def of(tmp_path: Path, content: str | bytes) -> str:
    path = tmp_path / "job.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return fault(path)


BOMB = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 40)]
)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (BOMB, "aliases multiply"),
        (BOMB + "\n? *a39\n: 1\n", "aliases multiply"),
        ("&a [*a]", "aliases multiply"),
        ("a: &a {b: *a}", "aliases multiply"),
        ("[" * 10_000 + "]" * 10_000, "FILE:1:65: more than 64 levels deep"),
        ("{a: " * 200_000, "more than 64 levels deep"),
        ("\n".join(f"{' ' * level}a:" for level in range(1000)), "more than 64 levels deep"),
        ("- " * 400_000, "more than 64 levels deep"),
        ("- a\n" * 200_000, "FILE:100000:3: more than 100000 values"),
        ("a: 1\nb: x\x00y\n", "FILE:2:5: the character U+0000 cannot stand in a YAML file"),
        ("a: \x1b[31m", "FILE:1:4: the character U+001B cannot stand"),
        (b"a: 1\nb: caf\xe9\n", "FILE:2:7: it is not UTF-8"),
        ("a: 1".encode("utf-16"), "FILE: it is UTF-16, not UTF-8"),
        ("a: 1".encode("utf-32"), "FILE: it is UTF-16, not UTF-8"),
        (b"\x1f\x8b\x08\x00rest", "FILE:1:2: it is not UTF-8"),
        (b"a" * 1_000_001, "FILE: larger than 1 MB"),
        ("a: 1\na: 2\n", "FILE:2:1: the key 'a' stands twice; first at 1:1"),
        ("a: {b: 1, 'b': 2}", "FILE:1:11: a: the key 'b' stands twice"),
        ("a: 1\n---\nb: 2\n", "FILE:2:1: not valid YAML: but found another document"),
        ("a: [1\nb: 2\n", "not valid YAML: did not find expected ',' or ']'\n  mend: close the list"),
        ("a:\tb\n\tc: d", "not valid YAML"),
        ("? [a]\n: b\n", "FILE:1:3: a key must be a plain word"),
        ("a: 2024-13-45", "FILE:1:4: a: not a value that YAML knows\n  mend: put it in quotes"),
        (f"a: {'9' * 5000}", "not a value that YAML knows"),
    ],
    ids=lambda value: None if isinstance(value, str) and len(value) < 60 else "odd",
)
def test_what_is_no_job_is_refused_with_its_place(tmp_path: Path, content: str | bytes, told: str) -> None:
    assert told in of(tmp_path, content)


@pytest.mark.parametrize(
    "line",
    [
        f"password: *{CANARY}",
        f"password: !{CANARY}",
        f"password: !{CANARY} x",
        f"password: !!{CANARY} x",
        f"password: !!bool {CANARY}",
        f"password: !!int {CANARY}",
        f"password: !!timestamp {CANARY}",
        f"password: !e!{CANARY} x",
        f"password: !<tag:{CANARY}> x",
        f"password: '{CANARY}",
        f'password: "\\{CANARY}"',
        f"password: @{CANARY}",
        f"password: {CANARY}: x",
        f"password: |{CANARY}",
        f"password: [{CANARY}",
        f"password: `{CANARY}",
    ],
)
@pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.SafeLoader], ids=["libyaml", "python"])
def test_a_secret_that_yaml_takes_for_something_else_is_not_repeated(
    tmp_path: Path, line: str, loader: type[yaml.SafeLoader], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surveying, "LOADER", loader)
    monkeypatch.setattr(yaml_reader, "LOADER", loader)
    assert CANARY not in of(tmp_path, line)


def test_a_huge_file_costs_no_more_than_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "job.yaml"
    path.write_bytes(b"a: b\n" * 10_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert fault(path) == "FILE: larger than 1 MB\n  mend: divide it into several files"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # KB


def test_an_endless_file_ends() -> None:
    assert "larger than 1 MB" in fault(Path("/dev/zero"))


def test_a_folder_a_name_that_cannot_be_and_a_file_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    assert fault(tmp_path) == "FILE: it is a folder\n  mend: name a file in it"
    assert "no file can have this name" in fault(tmp_path / "a\0b")
    assert "cannot be read: File name too long" in fault(tmp_path / ("x" * 300))
    assert "cannot be read: Input/output error" in fault(Path("/proc/self/mem"))
    assert "no such file" in fault(tmp_path / "none" / "job.yaml")


READ_AS_ANOTHER = """
import os, sys
from pathlib import Path
from ingest_core.documents import read_yaml
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    read_yaml(Path(sys.argv[1]))
except Exception as error:
    print(error)
"""


@pytest.mark.parametrize("barred", ["file", "folder"])
def test_a_file_that_is_others_own_is_told_with_the_mend(barred: str) -> None:
    folder = Path(subprocess.run(["mktemp", "-d"], check=True, capture_output=True, text=True).stdout.strip())  # noqa: S607  # pytest's own folders bar other users as they are
    path = folder / "job.yaml"
    path.write_text("a: 1", encoding="utf-8")
    path.chmod(0o000 if barred == "file" else 0o644)
    folder.chmod(0o000 if barred == "folder" else 0o755)
    line = [sys.executable, "-c", READ_AS_ANOTHER, str(path)]
    told = subprocess.run(line, check=True, capture_output=True, text=True)  # noqa: S603  # our own lines
    folder.chmod(0o755)
    path.unlink()
    folder.rmdir()
    assert "cannot be read: permission denied" in told.stdout
    assert "mend: give whoever runs ingest the right to read it" in told.stdout


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_is_in_a_file_it_is_read_or_refused(content: bytes) -> None:
    path = Path(f"/dev/shm/{os.getpid()}-job.yaml")  # noqa: S108  # one file of this process, in memory
    path.write_bytes(content)
    try:
        with contextlib.suppress(JobError):
            read_yaml(path)
    finally:
        path.unlink()
