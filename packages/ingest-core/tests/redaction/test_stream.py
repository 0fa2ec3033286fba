"""The last sink masks what is written through it, however it is cut."""

import io
import subprocess
import sys
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_core.redaction import MASK, RedactingStream, Redactor, Secret, redact_streams

VALUE = "sesame-street/42"
TEN_MEGABYTES = """
import io, json, time
from ingest_core.redaction import RedactingStream, Redactor, Secret
redactor = Redactor()
redactor.add(Secret("sesame-street/42", "test.secret"))
stream = RedactingStream(io.StringIO(), redactor)
line = '{"event": "batch_written", "rows": 131072, "source": "data/orders.csv", "note": "nothing"}\\n'
began = time.process_time()
for _ in range(115_000):
    stream.write(line)
written = time.process_time() - began
began = time.process_time()
for _ in range(115_000):
    json.loads(line)
print(written / (time.process_time() - began))
"""
"""Tells how many times as long it takes to write so much as to parse it: a ratio, since machines differ."""


def knowing(*values: str) -> Redactor:
    redactor = Redactor()
    for value in values or (VALUE,):
        redactor.add(Secret(value, "test.secret"))
    return redactor


def through(chunks: list[str], redactor: Redactor, *, flush: bool = False) -> str:
    inner = io.StringIO()
    stream = RedactingStream(inner, redactor)
    for chunk in chunks:
        stream.write(chunk)
        if flush:
            stream.flush()
    stream.close()
    return inner.getvalue()


@pytest.mark.parametrize("flush", [False, True])
@pytest.mark.parametrize("around", [("", ""), ("before ", " after\n"), ("line\n", ""), ("\r\x1b[1m", "\x1b[0m\r")])
def test_a_secret_split_at_every_place_is_masked(around: tuple[str, str], flush: bool) -> None:  # noqa: FBT001  # a parameter of the test
    text = around[0] + VALUE + around[1]
    for place in range(len(text)):
        assert through([text[:place], text[place:]], knowing(), flush=flush) == around[0] + MASK + around[1]


def test_a_secret_written_letter_by_letter_with_a_flush_each_is_masked() -> None:
    assert through([*f"a {VALUE} b"], knowing(), flush=True) == f"a {MASK} b"


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="sS="), max_size=20)), st.booleans()
)
def test_text_without_secrets_comes_out_as_it_went_in(chunks: list[str], flush: bool) -> None:  # noqa: FBT001  # a parameter of the test
    redactor = knowing()
    whole = "".join(chunks)
    if redactor.text(whole) == whole:
        assert through(chunks, redactor, flush=flush) == whole


def test_a_whole_line_passes_at_once() -> None:
    inner = io.StringIO()
    RedactingStream(inner, knowing()).write("a line\nand the beginning of")
    assert inner.getvalue() == "a line\n"


def test_the_beginning_of_a_longer_secret_waits_for_its_end() -> None:
    redactor = knowing("sesame-street", "sesame-street-corner")
    assert through(["x sesame-street", "-corner y\n"], redactor, flush=True) == f"x {MASK} y\n"


def test_a_secret_of_several_lines_is_masked_across_them() -> None:
    value = "first-line-of-it\nsecond-line-of-it"
    text = f"a {value} b\n"
    for place in range(len(text)):
        assert through([text[:place], text[place:]], knowing(value), flush=True) == f"a {MASK} b\n"


def test_half_a_secret_at_the_very_end_is_masked_too() -> None:
    assert through(["x sesame-str"], knowing()) == f"x {MASK}"


def test_an_endless_line_takes_bounded_memory() -> None:
    inner = io.StringIO()
    stream = RedactingStream(inner, knowing())
    for _ in range(100):
        stream.write("x" * 10_000)
    assert len(inner.getvalue()) > 900_000


def test_ten_megabytes_in_lines_take_less_than_thirty_readings_of_them() -> None:
    """In a process of its own: what other tests left on the heap is Python's to look through while it writes."""
    done = subprocess.run([sys.executable, "-c", TEN_MEGABYTES], check=True, capture_output=True, text=True)  # noqa: S603  # a fixed line
    assert float(done.stdout) < 30  # 15 when it was written


def test_the_streams_of_the_process_are_redacted_and_given_back(capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.stdout, sys.stderr
    with redact_streams(knowing()):
        print(VALUE, end="")  # noqa: T201  # what the test is about
        print(VALUE, file=sys.stderr)  # noqa: T201  # what the test is about
        sys.stdout.buffer.write(VALUE.encode())
        traceback.print_exception(ValueError(VALUE))
    assert (sys.stdout, sys.stderr) == before
    captured = capsys.readouterr()
    assert VALUE not in captured.out + captured.err
    assert captured.out == MASK * 2


def test_tracebacks_of_main_and_threads_and_warnings_are_redacted() -> None:
    code = """
import threading, warnings
from ingest_core.redaction import Redactor, Secret, redact_streams
value = "sesame-" + "street/42"
redactor = Redactor()
redactor.add(Secret(value, "n"))
with redact_streams(redactor):
    warnings.warn(value)
    thread = threading.Thread(target=lambda: {}[value], name=value)
    thread.start()
    thread.join()
print("done")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603  # our own line
    assert VALUE not in done.stdout + done.stderr
    assert "UserWarning" in done.stderr
    assert "KeyError" in done.stderr


@pytest.mark.parametrize("leaving", ["raise ValueError(value)", "sys.exit(value)", "raise KeyboardInterrupt(value)"])
def test_what_leaves_the_redacted_block_is_printed_redacted(leaving: str) -> None:
    code = f"""
import sys
from ingest_core.redaction import Redactor, Secret, redact_streams
value = "sesame-" + "street/42"
redactor = Redactor()
redactor.add(Secret(value, "n"))
with redact_streams(redactor):
    {leaving}
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603  # our own line
    assert done.returncode != 0
    assert VALUE not in done.stdout + done.stderr
    assert MASK in done.stderr


def test_what_the_stream_cannot_encode_costs_no_line() -> None:
    raw = io.BytesIO()
    stream = RedactingStream(io.TextIOWrapper(raw, "utf-8", "strict"), knowing())
    print("odd \udcff name", file=stream)
    print("the next line", file=stream, flush=True)
    assert raw.getvalue() == b"odd \\udcff name\nthe next line\n"


def test_a_process_without_streams_keeps_having_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with redact_streams(knowing()):
        assert sys.stdout is None
