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
