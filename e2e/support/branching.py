"""Nessie's branches as a stranger sees them, and answers to merges that lie."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pynessie
import pytest
from pynessie.client import NessieClient

from e2e.support.nessie import Nessie

Merge = Callable[[], Any]
Around = Callable[[int, Merge], Any]


def client_of(nessie: Nessie) -> NessieClient:
    """Make a client as anyone would."""
    api = {"endpoint": f"{nessie.host_address}/api/v1", "verify": True, "default_branch": "main"}
    return pynessie.init(config_dict=api)


def branches_below(nessie: Nessie, prefix: str) -> list[str]:
    """Name the branches that begin alike."""
    found = client_of(nessie).list_references().references
    return sorted(branch.name for branch in found if branch.name.startswith(prefix))


def around_merges(monkeypatch: pytest.MonkeyPatch, around: Around) -> None:
    """Call something in the place of each merge of a run's branch; those that make a table are left alone.

    Args:
        monkeypatch: Takes it away in the end.
        around: Gets the number of the merge, from 1 on, and what does it.
    """
    real = NessieClient.merge
    count = 0

    def merge(client: NessieClient, name: str, *rest: Any) -> Any:  # noqa: ANN401  # passes on what it is given
        nonlocal count
        if "/create-" in name:
            return real(client, name, *rest)
        count += 1
        return around(count, lambda: real(client, name, *rest))

    monkeypatch.setattr(NessieClient, "merge", merge)
