"""Does one thing in a process of its own: ``python -m ingest_airflow.child``, told by JSON on stdin what it is.

The log goes to stderr, the answer to stdout, as JSON; both masked. A stop (SIGTERM, SIGINT) ends the work where it
stands; so does the end of stdin, which comes when whoever started it is gone.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Mapping
from typing import Any

from ingest_core import IngestError, Interrupts, Redactor, configure_logging, environment_secrets, redact_streams

from ingest_airflow.child.masked import masked
from ingest_airflow.child.work import work

PATIENCE_SECONDS = 30.0
"""How long work may take to end after a stop, before it is killed with all that it began. A commit is waited for."""


def main() -> int:
    """Do what stdin says.

    Returns:
        0 when there is an answer, whatever it tells.
    """
    asked: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    answer_to = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else is printed belongs to the log
    redactor = Redactor()
    for secret in environment_secrets():
        redactor.add(secret)
    with redact_streams(redactor), Interrupts() as interrupts:
        threading.Thread(target=_end_with_stdin, args=(interrupts,), daemon=True).start()
        configure_logging(redactor=redactor)
        answer = _answer(asked, redactor, interrupts)
        answer_to.write(json.dumps(masked(answer, redactor)) + "\n")
        answer_to.close()
    return 0


def _answer(asked: Mapping[str, Any], redactor: Redactor, interrupts: Interrupts) -> dict[str, Any]:
    try:
        return work(asked, redactor, interrupts.hold)
    except IngestError as error:
        return {"refused": f"nothing was committed\n{error}"}
    except KeyboardInterrupt:
        return {"outcome": "failure", "stopped": True, "told": "it was stopped before it began"}
    except Exception as error:  # the last door before a person: trying again would meet it again
        logging.getLogger("ingest").exception("crashed")
        return {"refused": f"a fault of the program itself: {type(error).__name__}: {error}; the log has its traceback"}


def _end_with_stdin(interrupts: Interrupts) -> None:
    while os.read(0, 512):
        pass
    if not interrupts.heard:  # else the end is on its way, and asked for twice the run would hurry past its cleaning
        os.kill(os.getpid(), signal.SIGTERM)
    # Nobody waits any more. What does not end by itself must not go on for ever.
    threading.Event().wait(PATIENCE_SECONDS)
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
