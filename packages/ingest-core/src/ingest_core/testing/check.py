"""A check: one obligation of a source, and the function that holds a source to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingest_core.errors import IngestError
from ingest_core.testing.errors import ConformanceError
from ingest_core.testing.system import System

MakeSystem = Callable[[Path], System]
"""Makes a system in an empty folder; a subclass of :class:`System` is one."""


@dataclass(frozen=True)
class Check:
    """One obligation.

    Args:
        name: By which it is called.
        function: Holds a system, fresh and empty, to it.
        must: Whether a source has no choice; what it only should do, it may leave undone for a reason.
        sums_up: Whether it shows what the others show one by one, and is of interest where they show nothing.
    """

    name: str
    function: Callable[[System], None]
    must: bool = True
    sums_up: bool = False

    @property
    def says(self) -> str:
        """The obligation, in a sentence."""
        return (self.function.__doc__ or "").strip()

    def hold(self, system: System) -> None:
        """Hold a system's source to it.

        Raises:
            ConformanceError: The source does not keep it; says what is wrong, where, and the mend.
            DoesNotApplyError: The system does not offer what the check needs.
        """
        try:
            self.function(system)
        except IngestError as error:
            raise ConformanceError(
                f"the source refuses a system that is in order: {error}", "take it, or narrow what the system holds"
            ) from error
        finally:
            system.close()
