"""A stop ends a publication also where an error of the cleaning that it began takes its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from ingest_core.errors import IngestError, TransientError
from ingest_core.executor import together
from ingest_core.executor.parts import Parts, RunOptions
from ingest_core.executor.stops import Stops
from ingest_core.logs import get_logger
from ingest_core.stop_signals import kept_a_stop

if TYPE_CHECKING:
    from ingest_core.report import ObjectReport


def stopped_at(place: str, error: Exception) -> Any:  # noqa: ANN401  # it is all that a publication asks
    """Give a catalog, its branches and the one that was made, where a stop comes at a place, and an error behind it."""

    class Shown:
        base, name = "0", "ingest/acme/shop"

        def __getattr__(self, asked: str) -> Any:  # noqa: ANN401  # as above
            return lambda *_: self.interrupted() if asked == place else ()

        def interrupted(self) -> NoReturn:
            try:
                raise KeyboardInterrupt
            finally:
                raise error

        def begin(self, _: int) -> Shown:
            return self

        @property
        def branches(self) -> Shown:
            return self

        @property
        def catalog(self) -> Shown:
            return self

    return Shown()


@pytest.mark.parametrize("error", [TransientError("away", "run again"), ValueError("a fault")], ids=["away", "fault"])
@pytest.mark.parametrize("place", ["sweep", "head", "merge", "drop"])
def test_a_stop_that_an_error_takes_the_place_of_stops_a_publication(place: str, error: IngestError) -> None:
    catalog, nothing = stopped_at(place, error), stopped_at("", error)
    nothing.objects = ()
    parts = Parts(
        plan=nothing, context=nothing, options=RunOptions(), sources=nothing, catalog=catalog, stamp=nothing,
        log=get_logger(), stops=Stops(), tell=nothing,
    )  # fmt: skip
    reports: list[ObjectReport] = []
    with pytest.raises(KeyboardInterrupt), kept_a_stop():  # as a run does it
        together.land_together(parts, reports)
