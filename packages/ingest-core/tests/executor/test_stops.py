"""A stop waits while a commit is on its way, and goes through again afterwards."""

import os
import signal
from collections.abc import Iterator

import pytest
from ingest_core.executor.stops import Stops


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    yield
    signal.signal(signal.SIGTERM, before)


def stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def test_after_two_commits_a_stop_goes_through_at_once() -> None:
    with Stops() as stops:
        stops.hold()
        stops.hold()
    assert signal.getsignal(signal.SIGTERM) is signal.default_int_handler
    with pytest.raises(KeyboardInterrupt):
        stop()


def test_a_stop_that_was_held_back_counts_before_the_next_step_and_has_cut_nothing() -> None:
    with Stops() as stops:
        stops.hold()
        stop()
        stops.release()
        with pytest.raises(KeyboardInterrupt):
            stops.go_on()
    assert (stops.asked, stops.cut) == (True, False)


def test_a_stop_after_the_release_is_not_held_back_and_cuts_nothing() -> None:
    stops = Stops()

    def released() -> None:
        with stops:
            stops.hold()
            stops.release()
            stop()

    with pytest.raises(KeyboardInterrupt):
        released()
    assert not stops.cut
