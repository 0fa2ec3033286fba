"""Runs a plan. Read :func:`run` first; it names the steps in the order a batch meets them."""

from ingest_core.executor.checking import ObjectCheck, check
from ingest_core.executor.describing import ObjectDescription, discover
from ingest_core.executor.foreseeing import ObjectForesight, foresee
from ingest_core.executor.parts import RunOptions
from ingest_core.executor.previewing import ObjectPreview, preview
from ingest_core.executor.resetting import reset
from ingest_core.executor.running import run
from ingest_core.executor.standing import ObjectStanding, standing

__all__ = [
    "ObjectCheck",
    "ObjectDescription",
    "ObjectForesight",
    "ObjectPreview",
    "ObjectStanding",
    "RunOptions",
    "check",
    "discover",
    "foresee",
    "preview",
    "reset",
    "run",
    "standing",
]
