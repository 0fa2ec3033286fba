"""Holds the tables of a home's job against its files."""

from __future__ import annotations

import tempfile
from pathlib import Path

from e2e.support.home import Home
from e2e.support.reading import Reader, difference


def differences(reader: Reader, home: Home) -> list[tuple[object, ...]]:
    """Give the rows that a home's files have and its tables lack, or the other way round, or more often.

    Args:
        reader: Reads the tables.
        home: The home.
    """
    pairs = {"csv_flights": home.flights, "csv_airports": str(home.airports)}
    with tempfile.TemporaryDirectory() as folder:
        return [
            row
            for table, source in pairs.items()
            for row in difference(source, reader.fetch(home.namespace, table, Path(folder) / table))
        ]
