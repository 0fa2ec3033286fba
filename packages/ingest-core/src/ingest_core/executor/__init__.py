"""Runs a plan. Read :func:`run` first; it names the steps in the order a batch meets them."""

from ingest_core.executor.foreseeing import ObjectForesight, foresee
from ingest_core.executor.parts import RunOptions
from ingest_core.executor.resetting import reset
from ingest_core.executor.running import run
from ingest_core.executor.standing import ObjectStanding, standing

__all__ = ["ObjectForesight", "ObjectStanding", "RunOptions", "foresee", "reset", "run", "standing"]
