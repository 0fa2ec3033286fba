"""A run that is stopped does not wait for an API that does not answer."""

from __future__ import annotations

import threading
from pathlib import Path

from declared import declared, definition, seconds_to_stop
from ingest_core.testing import Answered, Asked


def test_who_is_stopped_does_not_wait_for_an_answer(tmp_path: Path) -> None:
    released, stop = threading.Event(), threading.Event()

    def respond(asked: Asked) -> Answered:
        if "token" in asked.params:
            stop.set()
            released.wait(30)
        return Answered({"data": [{"id": 1}], "next": None if "token" in asked.params else "more"})

    said = definition(paging={"type": "cursor", "token": "next", "param": "token"})
    with declared(tmp_path, respond, said) as api:
        assert seconds_to_stop(api.source(), stop) < 5
        released.set()
