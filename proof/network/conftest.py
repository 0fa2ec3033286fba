"""Plays the chosen cases side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from e2e.conftest import Servers
from proof.network.cases import Case, Outcome, Player
from proof.support.target import Kind, Target

WORKERS = 2
"""As many as the machine that runs this in CI has cores."""

Played = dict[str, Future[Outcome]]


@pytest.fixture(scope="session")
def player(servers: Servers, target_of: Callable[[Kind], Target], tmp_path_factory: pytest.TempPathFactory) -> Player:
    """Play cases on the servers of the proof."""
    return Player(servers, target_of("nessie"), tmp_path_factory.mktemp("network"))


@pytest.fixture(scope="session")
def played(request: pytest.FixtureRequest, player: Player) -> Iterator[Played]:
    """Play the chosen cases, and give what will have come out of each."""
    specs = [getattr(item, "callspec", None) for item in request.session.items]
    chosen = [spec.params["case"] for spec in specs if spec and isinstance(spec.params.get("case"), Case)]
    with ThreadPoolExecutor(WORKERS) as pool:
        yield {case.id: pool.submit(player.play, case) for case in chosen}
