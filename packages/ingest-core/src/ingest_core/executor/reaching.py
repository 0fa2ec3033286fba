"""Makes the sources of a job: its secrets looked up, its settings checked once more with them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from ingest_core.errors import IngestError, Key
from ingest_core.planner import ObjectPlan, Plan, check_options
from ingest_core.ports import Engine, SecretStore, Source, SourceContext, Window
from ingest_core.redaction import Redactor, Secret
from ingest_core.references import Resolver, environment_secrets
from ingest_core.registry import load_plugin, load_plugins

WITH: Key = ("source", "with")
CATALOG: Key = ("target", "catalog")


@dataclass(frozen=True)
class Sources:
    """What makes a job's sources.

    Args:
        plan: The plan.
        engine: The engine of its connector.
        options: The job's ``with``, secrets filled in.
        window: What is read, if not everything.
        first_rows: How many rows are read at most, where only a look is taken.
        redactor: Learns the secrets that a source itself comes to know.
    """

    plan: Plan
    engine: Engine
    options: BaseModel
    window: Window | None = None
    first_rows: int | None = None
    redactor: Redactor | None = None

    @classmethod
    def opened(
        cls, plan: Plan, options: Mapping[str, Any], redactor: Redactor | None, window: Window | None = None
    ) -> Sources:
        """Check settings that were filled in, and load the engine.

        Raises:
            JobError: With its secrets a setting does not fit.
        """
        engine: Engine = load_plugin("ingest.engines", plan.engine)()
        return cls(plan, engine, check_options(plan.job, plan.engine, options), window, redactor=redactor)

    def make(self, planned: ObjectPlan, is_stopped: Callable[[], bool] = lambda: False) -> Source:
        """Make the source of one object, so that a fault in one is no fault of another.

        Args:
            planned: The object.
            is_stopped: Tells whether nobody waits any more for what it reads.
        """
        job = self.plan.job
        objects = {planned.name: planned.settings}
        context = SourceContext(job.home, objects, self.options, self.window, self.first_rows, self._hide, is_stopped)
        return self.engine.source(job.spec.source.connector, context)

    def _hide(self, value: str, name: str) -> None:
        if self.redactor is not None:
            self.redactor.add(Secret(value, name))


def filled(plan: Plan, keys: Sequence[Key], redactor: Redactor | None) -> list[dict[str, Any]]:
    """Fill in the references in parts of a job.

    Args:
        plan: The plan; secrets are those of its tenant.
        keys: Which parts: :data:`WITH`, :data:`CATALOG`.
        redactor: Learns every secret, and those in the environment.

    Returns:
        The parts, in the order of the keys.

    Raises:
        JobError: What a reference names is nowhere; carries every fault.
    """
    resolver = _resolver(plan)
    parts = [resolver.fill(_said(plan, key), key) for key in keys]
    if redactor:
        for secret in (*resolver.secrets, *environment_secrets()):
            redactor.add(secret)
    resolver.raise_faults()
    return parts


def job_secrets(plan: Plan) -> list[Secret]:
    """Give every secret that a job names, as far as it can be looked up: for who shows what the job's runs say.

    Args:
        plan: The plan; secrets are those of its tenant.

    Returns:
        What was found. What is nowhere, or in a store that is out of reach, is told by the run that needs it.
    """
    resolver = _resolver(plan)
    for key in (WITH, CATALOG):
        with contextlib.suppress(IngestError):  # said above
            resolver.fill(_said(plan, key), key)
    return resolver.secrets


def _said(plan: Plan, key: Key) -> dict[str, Any]:
    """Give a part of a job that may name secrets."""
    spec = plan.job.spec
    return {**_defaults(plan), **spec.source.options} if key == WITH else dict(spec.target.catalog or {})


def _resolver(plan: Plan) -> Resolver:
    stores: list[SecretStore] = [store(plan.job.home) for store in load_plugins("ingest.secrets")]
    return Resolver(plan.job.tenant, stores)


def _defaults(plan: Plan) -> dict[str, str]:
    """Give what a connector's settings are where the job does not say, as far as it names secrets."""
    engine: Engine = load_plugin("ingest.engines", plan.engine)()
    model = engine.options(plan.job.spec.source.connector, plan.job.home)
    defaults = {info.alias or name: info.default for name, info in model.model_fields.items()}
    return {name: value for name, value in defaults.items() if isinstance(value, str) and "${" in value}
