"""A case: a run that meets a fault on its way to Nessie, and what the runs after it make of that."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dialled import Row
from pyarrow.fs import FileSelector

from e2e.conftest import Servers
from e2e.support.objectstore import BUCKET
from e2e.support.proxy import Proxy
from proof.network.faults import Fault
from proof.network.haste import hurried, with_little_patience
from proof.network.places import place
from proof.support.home import Home
from proof.support.oracle import Rows, expected, landed
from proof.support.processes import Ended, run_job
from proof.support.target import Target

RunKind = Literal["first", "append", "replace", "merge", "together"]

BEFORE = [Row(number, number // 2, f"before {number}", ("a",)) for number in range(6)]
AFTER = [*BEFORE, Row(2, 20, "changed"), *(Row(number, number, f"after {number}") for number in range(6, 11))]
UNKNOWN = "unknown whether"


@dataclass(frozen=True)
class Case:
    """A fault.

    Args:
        kind: The run that it happens to: the first ever, or one on a table that is there.
        place: The request.
        fault: What happens.
    """

    kind: RunKind
    place: str
    fault: Fault

    @property
    def id(self) -> str:
        """Name it."""
        return f"{self.kind}-{self.place}-{self.fault.name}".replace(" ", "_")


@dataclass(frozen=True)
class Outcome:
    """What happened.

    Args:
        met: How many requests the fault was done to.
        broken: What went wrong in the proxy itself.
        ended: The run with the fault, and those after it.
        rows: What the table held before the first of them, and after each.
        files: What lay in the store at the same times.
        wanted: What it must hold in the end.
    """

    met: int
    broken: Sequence[Exception]
    ended: Sequence[Ended]
    rows: Sequence[Rows | None]
    files: Sequence[frozenset[str]]
    wanted: Rows

    @property
    def told(self) -> str:
        """Say what the run with the fault told: success, failure, or that it does not know."""
        faulted = self.ended[0]
        if faulted.code == 0:
            return "success"
        return "unknown" if UNKNOWN in faulted.stderr else "failure"


class Player:
    """Plays cases.

    Args:
        servers: A real Nessie and a real S3 server.
        target: What a job says of them.
        folder: Where homes are made.
    """

    def __init__(self, servers: Servers, target: Target, folder: Path) -> None:
        self._servers = servers
        self._target = target
        self._folder = folder

    def proxy(self) -> Proxy:
        """Make a proxy to Nessie."""
        return Proxy(self._servers.nessie.host_address)

    def play(self, case: Case) -> Outcome:
        """Land rows where the case wants some, meet the fault, and run until it is over."""
        with self.proxy().running() as proxy:
            home = self.home(case.kind, proxy)
            if case.kind != "first":
                home.put(BEFORE)
                assert run_job(home.path).code == 0
            home.put(AFTER)
            seen = [(landed(home), self._files(home))]
            case.fault.dial(proxy, place(case.place))
            rules = list(proxy.rules)
            ended = []
            for run in self._runs(case, proxy, home):
                ended.append(run)
                seen.append((landed(home), self._files(home)))
        rows, files = zip(*seen, strict=True)
        return Outcome(rules[0].met, proxy.broken, ended, rows, files, expected(home.write, AFTER))

    def home(self, kind: RunKind, proxy: Proxy) -> Home:
        """Make a home whose job sees the catalog through the proxy; it is read without."""
        through = Target("nessie", {**self._target.properties, "uri": f"{proxy.address}/iceberg"})
        name = secrets.token_hex(4)
        job = {"publish": "together"} if kind == "together" else {}
        write = kind if kind in ("replace", "merge") else "append"
        home = Home(self._folder / name, f"acme_{name}", through, write, job=job)
        home.target = self._target
        return home

    def _runs(self, case: Case, proxy: Proxy, home: Home) -> Iterator[Ended]:
        haste = (with_little_patience, hurried) if case.fault.hurried else (with_little_patience,)
        yield run_job(home.path, *haste)
        proxy.rules.clear()
        if case.fault.dial_next:
            case.fault.dial_next(proxy, place(case.place))
            yield run_job(home.path, *haste)
            proxy.rules.clear()
        proxy.deliver_held()
        yield run_job(home.path)

    def _files(self, home: Home) -> frozenset[str]:
        found = FileSelector(f"{BUCKET}/{home.namespace}", allow_not_found=True, recursive=True)
        return frozenset(info.path for info in self._servers.store.files.get_file_info(found))
