"""What goes to stdout and stderr is masked whoever writes it, and nothing of it is lost. Each test is a process."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys

import pytest
from ingest_core.redaction import MASK

VALUE = "sesame-street/42"

BEGIN = """
import ctypes, faulthandler, multiprocessing, os, signal, subprocess, sys, threading, time
from ingest_core.redaction import Redactor, Secret, redact_streams
value = "sesame-" + "street/42"
redactor = Redactor()
redactor.add(Secret(value, "n"))
libc = ctypes.CDLL(None)
def child(code, **options):
    return subprocess.run([sys.executable, "-c", code, value], check=True, **options)
"""


def script(code: str) -> str:
    """Give a program that does something while its output is redacted."""
    body = "\n".join(f"    {line}" for line in code.strip().splitlines())
    return f"{BEGIN}if __name__ == '__main__':\n  with redact_streams(redactor):\n{body}\n"


def ended(code: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """Run it to its end."""
    line = [sys.executable, "-c", script(code)]
    done = subprocess.run(line, capture_output=True, check=False, timeout=120, env=os.environ | variables)  # noqa: S603  # our own line
    assert VALUE.encode() not in done.stdout + done.stderr
    return done


PRINTING = """'import sys; print("a", sys.argv[1], "b", end="")'"""
IN_A_CHILD = """'import os; print("a", os.environ["V"], "b", end="")'"""
FORKED = """
if not os.fork():
    {}
    os._exit(0)
os.wait()
"""
HALVES = "print('a', value[:9], end='', flush=True); print(value[9:], 'b', end='', flush=True)"

WAYS = {
    "os.write twice": "os.write(1, b'a sesame-str')\nos.write(1, b'eet/42 b')",
    "print without an end twice": "print('a', value[:9], end='', sep=' ')\nprint(value[9:], 'b', end='')",
    "print, then os.write": "print('a', value[:9], end='')\nos.write(1, value[9:].encode() + b' b')",
    "os.write, then print": "os.write(1, b'a ' + value[:9].encode())\nprint(value[9:], 'b', end='')",
    "the first stdout of Python": "sys.__stdout__.write(f'a {value} b')\nsys.__stdout__.flush()",
    "bytes": "sys.stdout.buffer.write(f'a {value}'.encode())\nsys.stdout.buffer.write(b' b')",
    "a library in C": "libc.printf(b'a %s b', value.encode())\nlibc.fflush(None)",
    "a child": f"child({PRINTING})",
    "a child, letter by letter": "child('import os, sys; [os.write(1, c.encode()) for c in f\"a {sys.argv[1]} b\"]')",
    "a child of a shell": "subprocess.run('printf \"a %s b\" \"$V\"', shell=True, env={'V': value}, check=True)",
    "a child that prints its environment": f"child({IN_A_CHILD}, env={{'V': value}})",
    "a child into a stream of ours": f"child({PRINTING}, stdout=sys.stdout)",
    "a fork": FORKED.format(HALVES),
    "a fork that writes to the descriptor": FORKED.format("os.write(1, f'a {value} b'.encode())"),
    "a thread": "t = threading.Thread(target=os.write, args=(1, f'a {value} b'.encode()))\nt.start()\nt.join()",
}


@pytest.mark.parametrize("way", WAYS)
def test_stdout_is_masked_by_whatever_way_a_secret_comes(way: str) -> None:
    done = ended(WAYS[way])
    assert (done.returncode, done.stdout, done.stderr) == (0, f"a {MASK} b".replace("  ", " ").encode(), b"")


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_process_of_multiprocessing_is_masked(method: str) -> None:
    code = f"p = multiprocessing.get_context({method!r}).Process(target=print, args=(value, 'b'))\np.start()\np.join()"
    assert ended(code).stdout == f"{MASK} b\n".encode()


def test_stderr_is_masked_too_and_keeps_to_itself() -> None:
    done = ended("os.write(2, b'to err ' + value.encode())\nos.write(1, b'to out')")
    assert (done.stdout, done.stderr) == (b"to out", f"to err {MASK}".encode())


def test_what_one_thread_writes_by_different_ways_comes_out_in_order() -> None:
    done = ended("for n in range(500):\n  os.write(1, f'{n} raw\\n'.encode())\n  print(n, 'printed')")
    assert done.stdout.decode().splitlines() == [f"{n} {way}" for n in range(500) for way in ("raw", "printed")]


def test_bytes_that_are_not_utf8_pass_as_they_are() -> None:
    done = ended("os.write(1, b'\\xff\\xfe ' + value.encode() + b' \\x80\\xe2\\x82')")
    assert done.stdout == b"\xff\xfe *** \x80\xe2\x82"


def test_carriage_returns_and_colours_pass_as_they_are() -> None:
    done = ended("os.write(1, b'\\r\\x1b[1m' + value.encode() + b'\\x1b[0m\\r50%')")
    assert done.stdout == b"\r\x1b[1m***\x1b[0m\r50%"


def test_a_secret_learned_after_the_first_line_is_masked_from_then_on() -> None:
    write, learn = "os.write(1, b'other-secret\\n')", "redactor.add(Secret('other-secret', 'n'))"
    assert ended(f"{write}\nsys.stdout.flush()\n{learn}\n{write}").stdout == b"other-secret\n***\n"


def test_half_a_secret_that_waits_for_its_other_half_does_not_keep_back_what_stands_before() -> None:
    code = "os.write(1, b'ready? sesame-')\nsys.stdin.read(1)\nos.write(1, b'street/42 done')"
    with subprocess.Popen(  # noqa: S603  # our own line
        [sys.executable, "-c", script(code)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked = b""
        while asked != b"ready? ":
            asked += process.stdout.read(1)
        process.stdin.write(b"y")
        assert process.stdout.read(100) == b"*** done"


ENDINGS = {"sys.exit(3)": 3, "raise ValueError(value)": 1, "sys.exit(value)": 1, "os.kill(os.getpid(), 9)": -9}


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_exit_code_and_what_python_printed_stay(ending: str) -> None:
    done = ended(f"print('before', value)\n{ending}")
    assert (done.returncode, done.stdout) == (ENDINGS[ending], f"before {MASK}\n".encode())


@pytest.mark.parametrize("ending", ["sys.exit(3)", "raise ValueError(value)", "pass"])
def test_all_that_a_child_wrote_comes_out_before_the_end(ending: str) -> None:
    done = ended(f"child('import sys; sys.stdout.write(\"line\\\\n\" * 200_000 + sys.argv[1])')\n{ending}")
    assert done.stdout == b"line\n" * 200_000 + MASK.encode()


def test_descriptors_lead_where_they_did_afterwards() -> None:
    code = script("print(value)") + "\nprint('printed', flush=True)\nos.write(1, b'written')\nos.write(2, b'told')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)  # noqa: S603  # our own line
    assert (done.stdout, done.stderr) == (b"***\nprinted\nwritten", b"told")


def test_a_crash_is_told_by_faulthandler_and_what_python_printed_is_not_lost() -> None:
    done = ended(
        "faulthandler.enable(file=sys.__stderr__) if 0 else None\nprint(value)\nfaulthandler._sigsegv()",
        PYTHONFAULTHANDLER="1",
    )
    assert done.returncode == -signal.SIGSEGV
    assert done.stdout == b"***\n"
    assert b"Fatal Python error: Segmentation fault" in done.stderr


def test_a_terminal_is_still_one_for_python() -> None:
    ours, theirs = pty.openpty()
    code = "print(sys.stdout.isatty(), sys.stderr.isatty(), os.isatty(1), value)"
    with subprocess.Popen([sys.executable, "-c", script(code)], stdout=theirs, stderr=theirs) as process:  # noqa: S603  # our own line
        assert process.wait(timeout=60) == 0
    os.close(theirs)
    assert os.read(ours, 1000) == b"True True False ***\r\n"
    os.close(ours)


def test_who_reads_no_further_ends_no_child_and_changes_no_exit_code() -> None:
    code = """
child('import os; [os.write(1, b"x" * 100_000) for _ in range(30)]')
print('child done', file=sys.stderr)
os._exit(0)
"""
    with subprocess.Popen(  # noqa: S603  # our own line
        [sys.executable, "-c", script(code)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b"child done\n"
    assert process.returncode == 0


def test_a_slow_reader_of_one_stream_does_not_hold_up_the_other() -> None:
    code = """
other = threading.Thread(target=child, args=('import os; os.write(1, b"x" * 3_000_000)',))
other.start()
os.write(2, b'y' * 3_000_000)
other.join()
"""
    with subprocess.Popen(  # noqa: S603  # our own line
        [sys.executable, "-c", script(code)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stderr.read(2_900_000) == b"y" * 2_900_000
        assert process.stdout.read(2_900_000) == b"x" * 2_900_000
        process.communicate(timeout=60)
    assert process.returncode == 0


def test_a_child_that_lives_on_does_not_hold_up_the_end() -> None:
    done = ended("p = subprocess.Popen(['sleep', '300'])\nprint(p.pid)")
    os.kill(int(done.stdout), signal.SIGKILL)
    assert done.returncode == 0


@pytest.mark.parametrize(
    "line", ['{"event": "written", "rows": 131072, "note": "nothing"}\n', '{"note": "sesame-street/42"}\n']
)
def test_ten_megabytes_of_a_childs_output_take_less_than_a_second_and_little_memory(line: str) -> None:
    code = f"""
import resource
print('warm', flush=True)
held, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
child({f"import sys; line = {line!r}; sys.stdout.write(line * (10_000_000 // len(line)))"!r})
sys.stdout.flush()
print(time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held, file=sys.stderr)
"""
    seconds, kilobytes = map(float, ended(code).stderr.split())
    assert seconds < 1
    assert kilobytes < 40_000
