"""The command gives freed memory back by the system's allocator, unless whoever starts it wants another."""

import os
import platform
import subprocess
import sys

import pytest

CODE = """\
import sys
from ingest_cli import main
main.ingest = lambda **_: sys.stdout.write(__import__("pyarrow").default_memory_pool().backend_name) and 0
main.main()
"""


@pytest.mark.parametrize(("said", "used"), [({}, "system"), ({"ARROW_DEFAULT_MEMORY_POOL": "mimalloc"}, "mimalloc")])
def test_arrow_uses_the_systems_allocator_unless_told_otherwise(said: dict[str, str], used: str) -> None:
    plain = {name: value for name, value in os.environ.items() if name != "ARROW_DEFAULT_MEMORY_POOL"}
    done = subprocess.run([sys.executable, "-c", CODE], env=plain | said, capture_output=True, text=True, check=False)  # noqa: S603  # our own code
    assert (done.returncode, done.stdout) == (0, used), done.stderr


HEAPS = """\
import ctypes, sys, threading
from ingest_cli import main

def work(*_, **__):
    together = threading.Barrier(12)
    def allocate():
        together.wait()
        held.append(libc.malloc(1000))
        together.wait()
    threads = [threading.Thread(target=allocate) for _ in range(12)]
    for each in threads: each.start()
    for each in threads: each.join()
    libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
    libc.fflush(None)

libc, held = ctypes.CDLL(None), []
main.ingest = work
main.main()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="a thing of glibc's")
@pytest.mark.parametrize(("said", "most", "least"), [({}, 2, 1), ({"MALLOC_ARENA_MAX": "6"}, 6, 3)])
def test_threads_share_two_heaps_unless_told_otherwise(said: dict[str, str], most: int, least: int) -> None:
    plain = {name: value for name, value in os.environ.items() if name != "MALLOC_ARENA_MAX"}
    done = subprocess.run([sys.executable, "-c", HEAPS], env=plain | said, capture_output=True, text=True, check=True)  # noqa: S603  # our own code
    assert least <= done.stdout.count("<heap nr=") <= most, done.stdout
