"""The command gives freed memory back by the system's allocator, unless whoever starts it wants another."""

import os
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
