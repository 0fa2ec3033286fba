"""Where the measurements keep what they make; git ignores it all."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Places:
    """The folders of one size.

    Args:
        base: The folder of them all.
        rows: How many orders are loaded.
    """

    base: Path
    rows: int

    def data(self, kind: str, rows: int) -> Path:
        """Give the file of so many orders; it is kept between runs."""
        return self.base / "data" / f"orders-{rows}.{kind}"

    def changes(self, rows: int) -> Path:
        """Give the file of so many orders that changed, scattered over all."""
        return self.base / "data" / f"changes-{rows}-of-{self.rows}.csv"

    def home(self, case: str) -> Path:
        """Give the home folder of a case."""
        return self.base / "homes" / case

    def hand(self, case: str) -> Path:
        """Give where a program written by hand makes its table."""
        return self.base / "hand" / case


def python(module: str, *arguments: object) -> list[str]:
    """Give the command line that runs a module with this Python."""
    return [sys.executable, "-m", module, *map(str, arguments)]


def ingest(*arguments: object) -> list[str]:
    """Give the command line of the command itself."""
    return [str(Path(sys.executable).parent / "ingest"), *map(str, arguments)]
