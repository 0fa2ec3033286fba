"""``python -m bench.by_hand.page_chain URL``: reads an API page after page, and does nothing with what it reads.

It prints how many records there were. Nothing that asks for the next page by the last record of this one can be faster.
"""

from __future__ import annotations

import sys

import requests


def main(url: str) -> int:
    """Count the records."""
    rows = 0
    params = {"limit": "100"}
    with requests.Session() as session:
        while True:
            answer = session.get(url, params=params, timeout=30).json()
            rows += len(answer["data"])
            if not answer["has_more"]:
                return rows
            params["after"] = str(answer["data"][-1]["n"])


if __name__ == "__main__":
    print(main(sys.argv[1]))  # noqa: T201  # who measures it reads it
