"""Fills in ``${secret:name}`` and ``${env:NAME}``: a job names secrets, it never holds them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ingest_core.errors import Fault, JobError, Key
from ingest_core.ports import SecretStore
from ingest_core.redaction import Secret
from ingest_core.redaction.telling import is_maskable

_REFERENCE = re.compile(r"\$\{([^}]*)\}")
_SECRET = re.compile(r"secret:([A-Za-z0-9_][A-Za-z0-9_.-]*)")
_ENVIRONMENT = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)")
_STORED = "INGEST_SECRET__"
"""How the variables begin that are secrets of some tenant. ``${secret:...}`` gives a job those of its own."""

_TELLING = re.compile(r"(?i)key|passw|pwd|secret|token|credential|auth|dsn|cookie|private")
"""What a variable's name says of a value that nobody should see, though ``${env:...}`` gave it."""

_CERTAIN = re.compile(r"(?i)(?:passw(?:or)?d|secret|token|credentials?|api_?key|access_?key)$")
"""How a variable's name ends whose value is a secret though nothing asks for it: libraries read some by themselves."""


def environment_secrets() -> Iterator[Secret]:
    """Give the secrets that stand in the environment, whoever they are for: a child may print all of it.

    Values that cannot be masked are left out: no job asked for them, so nobody is to be warned.
    """
    for name, value in os.environ.items():
        if (name.upper().startswith(_STORED) or _CERTAIN.search(name)) and is_maskable(value):
            yield Secret(value, name)


@dataclass
class Resolver:
    """Looks references up for one tenant, and keeps what it found out.

    Args:
        tenant: The job's own tenant.
        stores: Asked in turn; the first that has the secret gives it.
        secrets: What must not be shown: every secret found, and variables with a telling name.
        faults: What was found wrong.
    """

    tenant: str
    stores: Sequence[SecretStore]
    secrets: list[Secret] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fill(self, value: Any, key: Key) -> Any:  # noqa: ANN401  # a job's settings hold anything
        """Fill in every reference within a value.

        Args:
            value: A text, or a mapping or list of texts; other values are handed back.
            key: Where in the job it stands, for naming faults.
        """
        if isinstance(value, str):
            return _REFERENCE.sub(lambda match: self._look_up(match[1], key), value)
        if isinstance(value, dict):
            return {name: self.fill(inner, (*key, name)) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.fill(inner, (*key, place)) for place, inner in enumerate(value)]
        return value

    def raise_faults(self) -> None:
        """Raise what was found wrong.

        Raises:
            JobError: A reference is written wrongly, or what it names is nowhere.
        """
        if self.faults:
            raise JobError.of(self.faults)

    def _look_up(self, reference: str, key: Key) -> str:
        if match := _SECRET.fullmatch(reference):
            return self._secret(match[1], key)
        if match := _ENVIRONMENT.fullmatch(reference):
            return self._variable(match[1], key)
        self._fault(f"${{{reference}}} is no reference", "write ${secret:group.name} or ${env:NAME}", key)
        return ""

    def _secret(self, name: str, key: Key) -> str:
        try:
            found = (store.find(self.tenant, name) for store in self.stores)
            value = next((value for value in found if value is not None), None)
        except JobError as error:
            self.faults += [fault if fault.key else replace(fault, key=key) for fault in error.faults]
            return ""
        if value is not None:
            self.secrets.append(Secret(value, name))
            return value
        mends = _joined(store.mend(self.tenant, name) for store in self.stores)
        self._fault(f"the secret {name!r} of tenant {self.tenant!r} is nowhere", mends, key)
        return ""

    def _variable(self, name: str, key: Key) -> str:
        if name.upper().startswith(_STORED):
            self._fault(f"{name} may be another tenant's secret", "write ${secret:group.name}", key)
            return ""
        value = os.environ.get(name)
        if value is None:
            self._fault(f"the environment variable {name} is not set", f"set {name}", key)
            return ""
        if _TELLING.search(name):
            self.secrets.append(Secret(value, name))
        return value

    def _fault(self, problem: str, mend: str, key: Key) -> None:
        self.faults.append(Fault(problem, mend, key))


def variable(reference: str, key: Key) -> str:
    """Look up one ``${env:NAME}``, outside any job.

    Args:
        reference: It.
        key: Where it stands, for naming the fault.

    Raises:
        JobError: The variable is not set, or may be a tenant's secret.
    """
    resolver = Resolver("", ())
    found = str(resolver.fill(reference, key))
    resolver.raise_faults()
    return found


def _joined(mends: Iterable[str]) -> str:
    return ", or ".join(mends)
