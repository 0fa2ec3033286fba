"""A child's pipe is read as lines, masked however they were cut."""

import io
import subprocess
import sys
import time
from typing import IO, cast

import pytest
from ingest_core.redaction import MASK, Redactor, Secret, redacted_lines

VALUE = "sesame-street/42"


def knowing() -> Redactor:
    redactor = Redactor()
    redactor.add(Secret(VALUE, "test.secret"))
    return redactor


def buffered(raw: object) -> IO[bytes]:
    return io.BufferedReader(cast("io.RawIOBase", raw))


class Cut(io.RawIOBase):
    """Gives what it holds in pieces, as pipes do."""

    def __init__(self, *pieces: bytes) -> None:
        super().__init__()
        self._pieces = list(pieces)

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # any buffer, as io promises
        """Give the next piece."""
        piece = self._pieces.pop(0) if self._pieces else b""
        buffer[: len(piece)] = piece
        return len(piece)


def test_a_secret_cut_at_every_byte_is_masked() -> None:
    text = f"é {VALUE} b\n{VALUE}".encode()
    for place in range(1, len(text)):
        assert list(redacted_lines(buffered(Cut(text[:place], text[place:])), knowing())) == [f"é {MASK} b\n", MASK]


@pytest.mark.parametrize("bufsize", [-1, 0])
def test_what_a_child_says_comes_line_by_line_and_masked(bufsize: int) -> None:
    code = "import os, sys; os.write(2, (sys.argv[1] + '\\none\\rtwo\\n').encode() + b'\\xff end')"
    with subprocess.Popen([sys.executable, "-c", code, VALUE], stderr=subprocess.PIPE, bufsize=bufsize) as child:  # noqa: S603  # our own line
        assert child.stderr
        assert list(redacted_lines(child.stderr, knowing())) == [f"{MASK}\n", "one\rtwo\n", "\udcff end"]


def test_an_endless_line_comes_in_parts() -> None:
    parts = list(redacted_lines(buffered(io.BytesIO(b"x" * 1_000_000)), knowing()))
    assert max(map(len, parts)) < 500_000
    assert sum(map(len, parts)) == 1_000_000


def test_ten_megabytes_take_less_than_a_second() -> None:
    code = 'import sys; sys.stdout.write(\'{"event": "written", "rows": 131072}\\n\' * 250_000)'
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as child:  # noqa: S603  # our own line
        assert child.stdout
        began = time.process_time()
        assert sum(1 for _ in redacted_lines(child.stdout, knowing())) == 250_000
    assert time.process_time() - began < 1
