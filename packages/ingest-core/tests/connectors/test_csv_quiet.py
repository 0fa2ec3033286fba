"""Nothing of a CSV file is read any more once its rows are there, or its fault is told: Python may end then."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """\
import sys, time
from pathlib import Path
from ingest_core import JobError
from ingest_core.connectors.csv import CsvSource, Options
from ingest_core.connectors.csv.feed import Feed
from ingest_core.plugin import SourceContext

inside = 0
plain = Feed.read

def slowly(self, size=-1):
    global inside
    inside += 1
    try:
        time.sleep(0.02)  # as a disk that takes its time
        return plain(self, size)
    finally:
        time.sleep(0.02)
        inside -= 1

Feed.read = slowly
source = CsvSource(SourceContext(Path(sys.argv[1]), {"orders": {"path": "a.csv", "types": {}}}, Options()))
try:
    (stream,) = source.streams()
    (split,) = source.splits(stream, {})
    rows = source.read(split)
    for _ in rows:
        if sys.argv[2] == "left":
            rows.close()
except JobError as error:
    told = error  # and with it all frames that were passed
print("inside", inside)
"""

ROWS = "1,a\n" * 1_500_000


@pytest.mark.parametrize(
    "text",
    ["", "id,text\n", "id,text\n1,a,b\n" + ROWS, "id,text\n" + ROWS + "1\n" + ROWS],
    ids=["empty", "a header alone", "a fault at the beginning", "a fault in the midst"],
)
@pytest.mark.parametrize("way", ["read", "left"])
def test_no_thread_reads_on_when_a_program_ends(tmp_path: Path, text: str, way: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    command = [sys.executable, "-c", PROGRAM, str(tmp_path), way]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603  # our own text
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "inside 0\n", "")
