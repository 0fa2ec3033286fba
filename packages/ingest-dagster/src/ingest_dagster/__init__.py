"""Runs the jobs of `ingest` under Dagster: a runner file becomes assets, schedules and sensors.

Dagster is imported when it is needed: the command that starts Dagster's processes holds none of it in its memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest_dagster.runner_definitions import definitions

__all__ = ["definitions"]


def __getattr__(name: str) -> Any:  # noqa: ANN401  # as PEP 562 has it
    if name == "definitions":
        from ingest_dagster.runner_definitions import definitions  # noqa: PLC0415  # see above

        return definitions
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
