"""A run that is stopped does not wait for an API that does not answer."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from declared import declared, definition
from ingest_core.rest.client import ClosedError
from ingest_core.rest.source import RestSource
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
        source = api.source()
        assert isinstance(source, RestSource)
        source.context = replace(source.context, is_stopped=stop.is_set)
        (stream,) = source.streams()
        (split,) = source.splits(stream, {})
        begin = time.monotonic()
        with pytest.raises(ClosedError):
            list(source.read(split))
        assert time.monotonic() - begin < 5
        released.set()
