"""Runs a plan. Read :func:`run` first; it names the steps in the order a batch meets them."""

from ingest_core.executor.branching import target_branch
from ingest_core.executor.checking import ObjectCheck, check
from ingest_core.executor.describing import ObjectDescription, discover
from ingest_core.executor.foreseeing import ObjectForesight, foresee
from ingest_core.executor.interrupts import Interrupts
from ingest_core.executor.objects import explained
from ingest_core.executor.parts import RunOptions
from ingest_core.executor.previewing import ObjectPreview, preview
from ingest_core.executor.reaching import CATALOG, filled, job_secrets
from ingest_core.executor.resetting import reset
from ingest_core.executor.running import run
from ingest_core.executor.service_locks import service_locks
from ingest_core.executor.slots import Terms, tenant_slot
from ingest_core.executor.standing import ObjectStanding, standing
from ingest_core.executor.start import Start
from ingest_core.executor.stops import Stops

__all__ = [
    "CATALOG",
    "Interrupts",
    "ObjectCheck",
    "ObjectDescription",
    "ObjectForesight",
    "ObjectPreview",
    "ObjectStanding",
    "RunOptions",
    "Start",
    "Stops",
    "Terms",
    "check",
    "discover",
    "explained",
    "filled",
    "foresee",
    "job_secrets",
    "preview",
    "reset",
    "run",
    "service_locks",
    "standing",
    "target_branch",
    "tenant_slot",
]
