"""The table at the end of the suite: each fault against each way of writing, as it came out."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, field

import pytest


@dataclass(frozen=True)
class Mark:
    """One case of a proof.

    Args:
        proof: The proof it belongs to.
        row: The fault.
        group: Where it happened.
        column: How rows were written.
    """

    proof: str
    row: str
    group: str
    column: str


@dataclass
class ResultTable:
    """What came out of each case."""

    marks: dict[Mark, str] = field(default_factory=dict)

    @contextlib.contextmanager
    def marking(self, mark: Mark, well: str = "equal") -> Iterator[None]:
        """Note how a case comes out."""
        self.marks[mark] = "FAILED"
        yield
        self.marks[mark] = well

    def told(self) -> list[list[str]]:
        """Give all marks and what came out, as lists that another process may be sent, for :meth:`hear`."""
        return [[*astuple(mark), said] for mark, said in self.marks.items()]

    def hear(self, told: Iterable[Sequence[str]]) -> None:
        """Take up the marks of another process."""
        self.marks.update({Mark(*mark): said for *mark, said in told})

    def lines(self, proof: str) -> list[str]:
        """Draw one proof: a line for each fault, a column for each place and way of writing."""
        marks = {mark: said for mark, said in self.marks.items() if mark.proof == proof}
        columns = list(dict.fromkeys((mark.group, mark.column) for mark in marks))
        rows = list(dict.fromkeys(mark.row for mark in marks))
        width = max(len(row) for row in rows)
        heads = [" ".join(column) for column in columns]
        lines = [" " * width + "  " + "  ".join(heads)]
        for row in rows:
            cells = [
                marks.get(Mark(proof, row, *column), "-").ljust(len(head))
                for column, head in zip(columns, heads, strict=True)
            ]
            lines.append(row.ljust(width) + "  " + "  ".join(cells))
        return lines


TABLE = pytest.StashKey[ResultTable]()
