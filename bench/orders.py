"""The orders that everything is measured with: the same rows from the same seed, by plain arithmetic in DuckDB."""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

TYPES = {
    "order_id": "long",
    "customer_id": "long",
    "ordered_at": "timestamptz",
    "shipped_on": "date",
    "status": "string",
    "country": "string",
    "quantity": "long",
    "price": "decimal(12,2)",
    "discount": "double",
    "note": "string",
}
"""The columns, with their types as a job file names them."""

PRIME = 2_147_483_647
WORDS = [
    *("please", "leave", "with", "the", "neighbour", "call", "before", "delivery", "fragile", "gift", "wrap", "red"),
    *("blue,", "urgent", "return", "fourth", "floor"),
]
STATES = ["new", "paid", "packed", "shipped", "delivered", "returned"]
COUNTRIES = ["DE", "FR", "NL", "PL", "IT", "ES", "SE", "DK", "AT", "CH"]


def random(salt: int, below: int) -> str:
    """Write a number from 0 that depends on the row's ``i`` and on nothing else, below a bound."""
    mixed = f"((i * {salt * 7919 + 104_729} + {salt}) % {PRIME})"
    return f"(({mixed} * {mixed}) % {PRIME} % {below})"


def one_of(salt: int, texts: list[str]) -> str:
    """Write one of some texts."""
    return f"({[*texts]}::VARCHAR[])[1 + {random(salt, len(texts))}]"


def columns(seed: int, changed: str = "false") -> dict[str, str]:
    """Write each column as SQL over ``i``, the row's number.

    Args:
        seed: Another one gives other rows.
        changed: Whether a row is one that changed, as SQL.
    """
    words = " || ' ' || ".join(one_of(seed + 20 + place, WORDS) for place in range(15))
    return {
        "order_id": "i",
        "customer_id": f"1 + {random(seed + 1, 1_000_000)}",
        "ordered_at": f"TIMESTAMP '2024-01-01' + to_microseconds(i * 6307200 + {random(seed + 2, 1_000_000)})",
        "shipped_on": f"CASE WHEN {random(seed + 3, 10)} > 0 THEN DATE '2024-01-01' + (i // 13700 + 1)::INT END",
        "status": f"CASE WHEN {changed} THEN 'changed' ELSE {one_of(seed + 4, STATES)} END",
        "country": one_of(seed + 5, COUNTRIES),
        "quantity": f"1 + {random(seed + 6, 20)}",
        "price": f"({random(seed + 7, 10_000_000)} / 100)::DECIMAL(12, 2)",
        "discount": f"CASE WHEN {random(seed + 8, 4)} = 0 THEN {random(seed + 9, 1000)} / 1000 END",
        "note": f"CASE WHEN {random(seed + 10, 20)} > 0 THEN {words} END",
    }


def query(seed: int, ids: str, *, kind: str, changed: str = "false") -> str:
    """Write the query of all rows.

    Args:
        seed: Another one gives other rows.
        ids: A term that gives the rows' numbers: ``range(1, 11)``.
        kind: The format. In CSV and JSON lines times are texts, and in these also prices, so that they stay exact.
        changed: Whether a row is one that changed, as SQL.
    """
    terms = columns(seed, changed)
    moment, price = terms["ordered_at"], terms["price"]
    as_text = f"strftime({moment}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    terms["ordered_at"] = f"({moment})::TIMESTAMPTZ" if kind == "parquet" else as_text
    terms["price"] = f"({price})::VARCHAR" if kind == "jsonl" else price
    listed = ", ".join(f"{term} AS {name}" for name, term in terms.items())
    return f"SELECT {listed} FROM {ids} t(i)"  # noqa: S608  # every part is written here


WAYS = {
    "csv": "FORMAT csv, HEADER",
    "jsonl": "FORMAT json",
    "parquet": "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880",
}


def make(path: Path, rows: int, step: int = 1, seed: int = 1) -> None:
    """Write a file, unless it is there.

    Args:
        path: Its ending says the format.
        rows: How many.
        step: Only each so manieth order, and it is changed, where more than 1.
        seed: Another one gives other rows.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    kind = path.suffix.removeprefix(".")
    ids = f"range({step}, {rows} * {step} + 1, {step})"
    wanted = query(seed, ids, kind=kind, changed="true" if step > 1 else "false")
    fresh = path.with_suffix(".new")
    with duckdb.connect(config={"threads": 2, "memory_limit": "1GB"}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"COPY ({wanted}) TO '{fresh}' ({WAYS[kind]})")
    fresh.replace(path)


def main() -> None:
    """Make one file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--step", type=int, default=1)
    asked = parser.parse_args()
    make(asked.path, asked.rows, asked.step)


if __name__ == "__main__":
    main()
