"""A stop is heard also where Python swallows what is raised."""

import subprocess
import sys

import pytest

SECONDS = 20

PROGRAM = """
import signal, sys, threading, weakref
from ingest_cli.signals import stopping

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has its background jobs ignore it

class Last:
    def __del__(self):
        signal.raise_signal(getattr(signal, sys.argv[1]))

def in_a_destructor():
    Last()

def as_a_reference_dies():
    gone = Last.__new__(type("Plain", (), {}))
    kept = weakref.ref(gone, lambda _: Last.__del__(gone_for_good))
    del gone

def in_a_generator_that_is_dropped():
    def rows():
        try:
            yield
        finally:
            Last.__del__(gone_for_good)
    next(rows())

def in_the_hook_that_is_told():
    plain = threading.Timer.start
    def start(timer):
        threading.Timer.start = plain
        from ingest_core.stop_signals import handler
        stop = signal.getsignal(signal.SIGTERM)
        stop._last = -handler.ONE_STOP_SECONDS  # as if it came half a second later
        Last.__del__(gone_for_good)
        plain(timer)
    threading.Timer.start = start
    in_a_destructor()

gone_for_good = object()
try:
    with stopping():
        globals()[sys.argv[2]]()
        threading.Event().wait(10)
        print("went on")
except KeyboardInterrupt:
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join()
    print("stopped")
assert sys.unraisablehook is sys.__unraisablehook__
"""


@pytest.mark.parametrize(
    "place",
    ["in_a_destructor", "as_a_reference_dies", "in_a_generator_that_is_dropped", "in_the_hook_that_is_told"],
)
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_stop_that_is_swallowed_is_raised_again(place: str, name: str) -> None:
    command = [sys.executable, "-c", PROGRAM, name, place]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)  # noqa: S603  # our own line
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "stopped\n", "")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_stop_that_is_swallowed_at_the_very_end_does_not_meet_who_comes_next(name: str) -> None:
    program = """
import signal, sys, threading
from ingest_cli.signals import stopping

class Last:
    def __del__(self):
        signal.raise_signal(getattr(signal, sys.argv[1]))

with stopping():
    Last()
for thread in threading.enumerate():
    if isinstance(thread, threading.Timer):
        thread.join()
"""
    command = [sys.executable, "-c", program, name]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)  # noqa: S603  # our own line
    assert (ended.returncode, ended.stderr) == (0, "")


def test_other_exceptions_that_are_swallowed_are_told_as_ever() -> None:
    program = """
from ingest_cli.signals import stopping

class Faulty:
    def __del__(self):
        raise ValueError("told")

with stopping():
    Faulty()
"""
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS)  # noqa: S603  # our own line
    assert "ValueError: told" in ended.stderr
