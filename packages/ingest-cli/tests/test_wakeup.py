"""A stop ends what the main thread waits for, whichever thread the kernel gives the signal to."""

import subprocess
import sys

import pytest

SECONDS = 20

WAITING = """
import signal, socket, sys, threading
from ingest_cli.signals import stopping

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has its background jobs ignore it
held = threading.Event()
worker = threading.Thread(target=held.wait, daemon=True)
worker.start()

def give_to_the_worker():
    sys.stdin.readline()
    for name in sys.argv[1:]:
        signal.pthread_kill(worker.ident, getattr(signal, name))

threading.Thread(target=give_to_the_worker, daemon=True).start()
ours, theirs = socket.socketpair()
with stopping():
    print("waiting", flush=True)
    ours.recv(1)
"""

AT_EACH_LINE = """
import signal, sys
from ingest_cli.supervision import stop_signals
from ingest_core.stop_signals.wakeup import NUDGE, reaching_the_main_thread

stop_signals.ONE_STOP_SECONDS = 0.0  # each is a stop of its own

def disturbed_by(number):
    def trace(frame, event, told):
        signal.raise_signal(number)
        return trace
    return trace

def the_wait_for_a_stop():
    with stop_signals.StopSignals() as stops:
        sys.settrace(disturbed_by(signal.SIGTERM))
        stops.wait(0.1)
        sys.settrace(None)
        assert stops.count

def the_end_of_a_watch():
    with reaching_the_main_thread():
        sys.settrace(disturbed_by(NUDGE))
    sys.settrace(None)

signal.signal(NUDGE, lambda *_: None)  # what it means before and after
globals()[sys.argv[1]]()
"""


@pytest.mark.parametrize("signals", [["SIGTERM"], ["SIGINT"], ["SIGTERM", "SIGINT"]], ids="-".join)
def test_a_stop_that_another_thread_gets_ends_the_wait(signals: list[str]) -> None:
    with subprocess.Popen(  # noqa: S603  # our own line
        [sys.executable, "-c", WAITING, *signals],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        try:
            _, told = process.communicate("now\n", timeout=SECONDS)
        finally:
            process.kill()
    assert "KeyboardInterrupt" in told


def test_signals_mean_what_they_meant_before() -> None:
    line = (
        "import signal\n"
        "from ingest_cli.signals import stopping\n"
        "before = [signal.getsignal(number) for number in signal.valid_signals()]\n"
        "with stopping(): pass\n"
        "assert before == [signal.getsignal(number) for number in signal.valid_signals()]\n"
        "assert signal.set_wakeup_fd(-1) == -1\n"
    )
    subprocess.run([sys.executable, "-c", line], check=True, timeout=SECONDS)  # noqa: S603  # our own line


@pytest.mark.parametrize("place", ["the_wait_for_a_stop", "the_end_of_a_watch"])
def test_a_signal_at_any_line_makes_nobody_wait_for_ever(place: str) -> None:
    subprocess.run([sys.executable, "-c", AT_EACH_LINE, place], check=True, timeout=SECONDS)  # noqa: S603  # our own line
