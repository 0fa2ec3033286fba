"""``python -m bench.pages``: an API on this machine whose pages are made already and whose answers take a while.

``/rows`` gives records of ``n`` (0, 1, ...), the newest first: a hundred on a page, behind the one that ``after``
names, from the moment ``from`` on and before ``until``. A record's moment is its ``n``. The address is printed first.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from functools import partial
from urllib.parse import parse_qs, urlsplit

SIZE = 100


def record(number: int) -> bytes:
    """Make a record."""
    made = {
        "n": number,
        "id": f"rec_{number:09d}",
        "name": f"the record of number {number}",
        "amount": number % 9973,
        "paid": number % 3 == 0,
        "address": {"city": f"city {number % 97}", "line1": f"street {number % 997}", "line2": None},
        "lines": [{"sku": f"sku-{number % 31}", "count": number % 7}],
        "description": None,
    }
    return json.dumps(made, separators=(",", ":")).encode()


def page(records: list[bytes], query: dict[str, list[str]]) -> bytes:
    """Make a page's body."""
    low = max(int(query.get("from", ["0"])[0]), 0)
    high = min(int(query.get("until", [str(len(records))])[0]), int(query.get("after", [str(len(records))])[0]))
    high = min(high, len(records))
    begin = max(high - SIZE, low)
    part = records[begin:high][::-1] if begin < high else []
    more = b"true" if part and begin > low else b"false"
    return b'{"data":[' + b",".join(part) + b'],"has_more":' + more + b"}"


async def answer(
    records: list[bytes], latency: float, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer the requests of one connection, one after the other."""
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            target = head.split(b" ", 2)[1].decode()
            await asyncio.sleep(latency)
            body = page(records, parse_qs(urlsplit(target).query))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body))
            writer.write(body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def serve(rows: int, latency: float) -> None:
    """Serve until the process is ended."""
    records = [record(number) for number in range(rows)]
    server = await asyncio.start_server(partial(answer, records, latency), "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    print(f"http://{host}:{port}", flush=True)  # noqa: T201  # who starts it reads it
    await server.serve_forever()


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, required=True)
    asked.add_argument("--latency", type=float, default=0.02, help="seconds")
    given = asked.parse_args()
    asyncio.run(serve(given.rows, given.latency))
