"""What an orchestrator stops a run by is an interrupt, which comes once and does not get lost."""

import contextlib
import signal
import threading
from collections.abc import Iterator

import pytest
from ingest_core import Interrupts
from ingest_core.stop_signals import handler

SECONDS = 10.0
STOPS = [signal.SIGINT, signal.SIGTERM]


class Last:
    """Asks for a stop as it goes, when Python has nobody to give an exception to."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGTERM)


def went_on(number: signal.Signals) -> bool:
    try:
        signal.raise_signal(number)
    except KeyboardInterrupt:
        return False
    return True


def test_a_stop_that_is_swallowed_is_raised_again() -> None:
    def swallowed() -> None:
        with Interrupts():
            Last()
            threading.Event().wait(SECONDS)
            pytest.fail("it went on")

    with pytest.raises(KeyboardInterrupt):
        swallowed()


def test_a_stop_that_is_swallowed_at_the_very_beginning_is_raised_again(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextlib.contextmanager
    def stopped() -> Iterator[None]:
        Last()
        yield

    def swallowed() -> None:
        with Interrupts():
            threading.Event().wait(SECONDS)
            pytest.fail("it went on")

    monkeypatch.setattr(handler, "reaching_the_main_thread", stopped)
    with pytest.raises(KeyboardInterrupt):
        swallowed()


def test_signals_that_come_at_once_are_one_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    with Interrupts() as interrupts:
        assert [went_on(number) for number in (*STOPS, *STOPS)] == [False, True, True, True]
        assert interrupts.heard
        monkeypatch.setattr(handler, "ONE_STOP_SECONDS", 0.0)
        assert not went_on(signal.SIGTERM)


def test_a_stop_that_is_held_is_noted_alone() -> None:
    with Interrupts() as interrupts:
        interrupts.hold()
        assert went_on(signal.SIGTERM)
    assert interrupts.heard


def test_signals_mean_afterwards_what_they_meant_before() -> None:
    before = [signal.getsignal(number) for number in signal.valid_signals()]
    with Interrupts():
        assert [signal.getsignal(number) for number in signal.valid_signals()] != before
    assert [signal.getsignal(number) for number in signal.valid_signals()] == before


def test_off_the_main_thread_there_is_nothing_to_do() -> None:
    told: list[bool] = []

    def elsewhere() -> None:
        with Interrupts() as interrupts:
            told.append(interrupts.heard)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert told == [False]
