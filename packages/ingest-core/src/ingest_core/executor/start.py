"""A run that has begun: what it is called, since when it goes on, and what holds its stops back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ingest_core.executor.stops import Stops
from ingest_core.logs import get_logger
from ingest_core.planner import Plan
from ingest_core.ports import RunContext


@dataclass(frozen=True)
class Start:
    """The beginning of a run.

    Args:
        plan: What it does.
        context: Who is writing.
        at: When it began.
        stops: Holds signals back while a commit is on its way.
    """

    plan: Plan
    context: RunContext
    at: datetime
    stops: Stops = field(default_factory=Stops)

    @classmethod
    def of(cls, plan: Plan) -> Start:
        """Begin now."""
        at = datetime.now(UTC)
        # Sorts by time and cannot be guessed.
        run_id = f"{at:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex}"
        return cls(plan, RunContext(plan.job.home, plan.job.tenant, plan.job.name, run_id), at)

    @property
    def log(self) -> Any:  # noqa: ANN401  # structlog's loggers are bound lazily and have no one type
        """The logger, bound to tenant, job and run."""
        return get_logger().bind(tenant=self.context.tenant, job=self.context.job, run_id=self.context.run_id)
