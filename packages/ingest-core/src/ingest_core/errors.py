"""What can go wrong, named by what happens next.

    IngestError
    ├── JobError        a person must mend something; trying again would end the same way
    └── TransientError  try again; nothing needs mending

Whoever starts runs (the command, an orchestrator) decides on these classes alone and never reads a message's text.
Exceptions of other libraries are translated where they are met, in the adapter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

Key = tuple[str | int, ...]
"""A place in a document, as the keys and list positions that lead to it."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, and its mend.

    Args:
        problem: What is wrong, in one sentence.
        mend: What a person can do about it; empty when the problem says it all.
        key: The place in the job (or other) file.
        where: The place in the file, as ``path:line:column``, once it is known.
    """

    problem: str
    mend: str = ""
    key: Key = ()
    where: str = ""

    def __str__(self) -> str:
        place = ": ".join(part for part in (self.where, dotted(self.key)) if part)
        text = f"{place}: {self.problem}" if place else self.problem
        return f"{text}\n  mend: {self.mend}" if self.mend else text


def dotted(key: Key) -> str:
    """Write a key as people do: ``source.objects[0]``."""
    text = ""
    for part in key:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


class IngestError(Exception):
    """The root of everything that ingest raises on purpose.

    Args:
        problem: What happened.
        mend: What a person can do about it.
    """

    def __init__(self, problem: str, mend: str = "") -> None:
        super().__init__(problem, mend)
        self.faults: tuple[Fault, ...] = (Fault(problem, mend),)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


class TransientError(IngestError):
    """Something that passes: a server out of reach, a slot taken, a race lost. Try again."""


class JobError(IngestError):
    """Something a person must mend. Carries every fault that was found, not the first alone.

    Args:
        problem: What is wrong.
        mend: What a person can do about it.
        key: The place in the file that says it.
    """

    def __init__(self, problem: str, mend: str = "", key: Key = ()) -> None:
        super().__init__(problem, mend)
        self.faults = (Fault(problem, mend, key),)

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> JobError:
        """Make one error of several faults."""
        found = tuple(faults)
        error = cls("; ".join(fault.problem for fault in found))
        error.faults = found
        return error


def located(faults: Sequence[Fault], wheres: Sequence[str]) -> tuple[Fault, ...]:
    """Give each fault its file and line, where it has none yet."""
    return tuple(
        fault if fault.where else replace(fault, where=where) for fault, where in zip(faults, wheres, strict=True)
    )
