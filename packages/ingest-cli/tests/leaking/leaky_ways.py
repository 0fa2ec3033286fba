"""The ways in which a secret is told, by the names of the cases that they are."""

# ruff: noqa: T201, ANN401, S603, S607
# This file does on purpose all that a program should not do.

from __future__ import annotations

import asyncio
import atexit
import base64
import ctypes
import dataclasses
import faulthandler
import html
import json
import logging
import multiprocessing
import os
import shlex
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import unicodedata
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import requests
import sqlalchemy
import structlog
from pydantic import BaseModel, ValidationError

LOG = logging.getLogger("leaky")
Way = Callable[[str], Any]


@dataclasses.dataclass
class Data:
    """Shows what it holds."""

    inner: Any


class Model(BaseModel):
    """Shows what it holds, and what it refuses."""

    inner: Any
    number: int = 0


def deep(value: Any) -> Any:
    """Put it under twelve keys."""
    for _ in range(12):
        value = {"in": value}
    return value


LOGGING: dict[str, Way] = {
    "plain message": LOG.warning,
    "%-args": lambda v: LOG.warning("said %s", v),
    "extra": lambda v: LOG.warning("said", extra={"by": v}),
    "structlog": lambda v: structlog.get_logger("leaky").warning("said", by=v),
    "12 deep": lambda v: LOG.warning("%r", deep(v)),
    "list": lambda v: LOG.warning("%s", [v]),
    "tuple": lambda v: LOG.warning("%s", ((v,),)),
    "set": lambda v: LOG.warning("%s", {v}),
    "dataclass": lambda v: LOG.warning("%s", Data(v)),
    "pydantic repr": lambda v: LOG.warning("%r", Model(inner=v)),
    "as a key": lambda v: LOG.warning("%s", [{v: 1}]),
    "bytes": lambda v: LOG.warning("%s", v.encode()),
}


def chained(value: str, depth: int = 8) -> None:
    """Raise an error with a cause eight deep."""
    try:
        if depth:
            chained(value, depth - 1)
        raise ValueError(value)
    except ValueError as error:
        raise RuntimeError(f"over {depth}") from error


def hidden(value: str) -> None:
    """Raise an error whose context is suppressed, and still there."""
    try:
        raise ValueError(value)
    except ValueError:
        raise RuntimeError(value) from None


def grouped(value: str) -> None:
    """Raise several at once."""
    raise ExceptionGroup(value, [ValueError(value), ExceptionGroup("in", [KeyError(value)])])


def noted(value: str) -> None:
    """Raise an error with a note."""
    error = ValueError("noted")
    error.add_note(value)
    raise error


def source_line(value: str) -> None:
    """Raise in a line that holds the secret itself."""
    import linecache  # noqa: PLC0415  # for this case alone

    line = f"raise ValueError({value!r})\n"
    linecache.cache["line.py"] = (len(line), None, [line], "line.py")
    exec(compile(line, "line.py", "exec"), {})  # noqa: S102  # our own line


def simple(value: str) -> None:
    """Raise an error that says it."""
    raise ValueError(value)


def url(value: str) -> str:
    """Put it into an address that nobody answers."""
    return f"http://127.0.0.1:9/a?token={quote(value, safe='')}"


def logged(raising: Way) -> Way:
    """Log what something raises, with its traceback."""

    def way(value: str) -> None:
        try:
            raising(value)
        except Exception:
            LOG.exception("failed")

    return way


def with_locals(value: str) -> None:
    """Print a traceback with the variables of each frame."""
    try:
        simple(value)
    except ValueError as error:
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        print("".join(told.format()), file=sys.stderr)


def attributes(value: str) -> None:
    """Log what hangs on an error of requests."""
    try:
        requests.get(url(value), timeout=1)
    except requests.RequestException as error:
        LOG.warning("to %s", error.request.url if error.request else "")
        LOG.warning("%r", vars(error))


EXCEPTIONS: dict[str, Way] = {
    "str": logged(simple),
    "__cause__ 8 deep": logged(chained),
    "__context__ after from None": logged(hidden),
    "exception group": logged(grouped),
    "add_note": logged(noted),
    "locals": with_locals,
    "source line": logged(source_line),
    "requests": logged(lambda v: requests.get(url(v), timeout=1)),
    "attributes": attributes,
}


def offsets(value: str) -> None:
    """Print base64 of it at each of the three places where it can begin."""
    for before in range(3):
        print(base64.b64encode(b"x" * before + value.encode() + b"y").decode())


ENCODINGS: dict[str, Way] = {
    "URL userinfo": lambda v: print(f"postgres://ann:{quote(v, safe='')}@db/x"),
    "percent": lambda v: print(quote(v, safe=""), quote(v)),
    "percent, small": lambda v: print(quote(v, safe="").lower() if v.islower() else quote(v, safe="")),
    "quote_plus": lambda v: print(quote_plus(v)),
    "JSON": lambda v: print(json.dumps({"a": v}), json.dumps({"a": v}, ensure_ascii=False)),
    "JSON in JSON": lambda v: print(json.dumps({"a": json.dumps({"b": v})})),
    "repr": lambda v: print(repr([v])),
    "base64 at three offsets": offsets,
    "base64url, no padding": lambda v: print(base64.urlsafe_b64encode(v.encode()).rstrip(b"=").decode()),
    "Basic": lambda v: print("Basic " + base64.b64encode(f"user:{v}".encode()).decode()),
    "hex": lambda v: print(v.encode().hex(), v.encode().hex().upper()),
    "shell": lambda v: print(shlex.quote(v), shlex.join(["a", v])),
    "HTML": lambda v: print(html.escape(v)),
    "NFC and NFD": lambda v: print(unicodedata.normalize("NFC", v), unicodedata.normalize("NFD", v)),
}
PEMS: dict[str, Way] = {
    "PEM": lambda v: print(v, file=sys.stderr),
    "PEM, one line": lambda v: print(v.replace("\n", "")),
    "PEM, escaped": lambda v: print(v.replace("\n", "\\n")),
    "PEM, CRLF": lambda v: print(v.replace("\n", "\r\n")),
    "PEM in a service account": lambda v: print(json.dumps({"type": "service_account", "private_key": v})),
    "PEM, a line of it": lambda v: print("only", v.splitlines()[1]),
}


def twice(value: str) -> None:
    """Print its halves."""
    print(value[:9], end="")
    print(value[9:])


def written_twice(value: str) -> None:
    """Write its halves to the descriptor."""
    data = value.encode()
    os.write(1, data[:11])
    os.write(1, data[11:] + b"\n")


def by_a_child(value: str) -> None:
    """Let a child write it byte by byte."""
    code = "import os, sys; [os.write(2, bytes([b])) for b in os.fsencode(sys.argv[1] + '\\n')]"
    subprocess.run([sys.executable, "-c", code, value], check=True)


def in_c(value: str) -> None:
    """Let the C library print it."""
    libc = ctypes.CDLL(None)
    libc.printf(b"%s\n", value.encode())
    libc.fflush(None)


STREAMS: dict[str, Way] = {
    "print twice": twice,
    "os.write twice": written_twice,
    "a child, byte by byte": by_a_child,
    "C library": in_c,
    "end without newline": lambda v: os.write(2, v.encode()),
    "carriage returns and colours": lambda v: os.write(1, f"\r\x1b[1m{v}\x1b[0m\r\n".encode()),
    "not UTF-8 around": lambda v: os.write(2, b"\xff\xfe" + v.encode() + b"\x80\n"),
}


def dumped(value: str) -> None:
    """Let faulthandler print the stack while the secret is a variable in it."""
    held = [value]
    faulthandler.dump_traceback(2)
    held.clear()


def in_a_thread(value: str) -> None:
    """Let a thread die of it."""
    thread = threading.Thread(target=simple, args=(value,), name=value)
    thread.start()
    thread.join()


def in_asyncio(value: str) -> None:
    """Leave a task's error to nobody."""

    async def main() -> None:
        task = asyncio.ensure_future(asyncio.to_thread(simple, value))
        await asyncio.wait([task])

    asyncio.run(main())


class Unraisable:
    """Fails where nobody can catch it."""

    def __init__(self, value: str) -> None:
        self.value = value

    def __del__(self) -> None:
        """Fail."""
        raise ValueError(self.value)


def debugging(value: str) -> None:
    """Let a library tell all."""
    logging.getLogger("urllib3").setLevel(logging.DEBUG)
    logged(lambda v: requests.get(url(v), headers={"Authorization": f"Bearer {v}"}, timeout=1))(value)


def debugging_aws(value: str) -> None:
    """Let botocore tell all, with an answer that repeats what it was sent."""
    from botocore.config import Config  # noqa: PLC0415  # heavy
    from botocore.session import Session  # noqa: PLC0415  # as above

    session = Session()
    session.set_credentials(value, value, value)
    place = {"endpoint_url": f"http://127.0.0.1:9/{quote(value, safe='')}", "region_name": "eu-west-1"}
    config = Config(connect_timeout=1, retries={"max_attempts": 0})
    logging.getLogger("botocore").setLevel(logging.DEBUG)
    client = session.create_client("s3", config=config, **place)
    logged(lambda v: client.put_object(Bucket="b", Key=v, Body=b"x", Metadata={"token": quote(v)}))(value)
    logging.getLogger("botocore").setLevel(logging.NOTSET)


def echoing(value: str) -> None:
    """Let SQL be echoed, with its parameters."""
    engine = sqlalchemy.create_engine("sqlite://", echo=True)
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text("select :a"), {"a": value})
        quoted = value.replace("'", "''").replace(":", "")
        connection.execute(sqlalchemy.text(f"select '{quoted}'"))


def forking(value: str) -> None:
    """Let a forked child print and write it."""
    sys.stdout.flush()
    if not (child := os.fork()):
        print(value, flush=True)
        os.write(2, value.encode() + b"\n")
        os._exit(0)
    os.waitpid(child, 0)


def spawning(value: str) -> None:
    """Let a spawned process print it."""
    process = multiprocessing.get_context("spawn").Process(target=print, args=(value,))
    process.start()
    process.join()


def changed(value: str) -> None:
    """Tell it after somebody has put another one in its place."""
    Path(os.environ["LEAKY_SECRETS"]).write_text('{"0": "changed"}', encoding="utf-8")
    print(value)
    LOG.warning("said %s", value)


def into_a_temporary_file(value: str) -> None:
    """Leave it where nothing masks: in a file's name, and in the file."""
    with tempfile.NamedTemporaryFile("w", suffix=value.encode().hex()[:200], delete=False, encoding="utf-8") as file:
        file.write(value)


def in_its_environment(value: str) -> None:
    """Let a child print its environment."""
    subprocess.run(["env"], env={"PATH": os.environ["PATH"], "ODD": value}, check=True)


def refused(value: str) -> None:
    """Let pydantic show the input that it refuses."""
    try:
        Model(inner=1, number=value)
    except ValidationError as error:
        print(error, file=sys.stderr)


def after_the_run(value: str) -> None:
    """Let a thread wait until the main one has ended, and print it then."""

    def late() -> None:
        threading.main_thread().join()
        print(value)
        os.write(1, value.encode() + b"\n")

    threading.Thread(target=late).start()


def to_the_very_end(value: str) -> None:
    """Let a thread print it over and over, until there is no process any more."""

    def forever() -> None:
        while True:
            print(value, file=sys.stderr)
            os.write(2, value.encode() + b"\n")
            time.sleep(0.0001)

    threading.Thread(target=forever, daemon=True).start()


RUNTIME: dict[str, Way] = {
    "warnings.warn": warnings.warn,
    "faulthandler": dumped,
    "excepthook of threads": in_a_thread,
    "asyncio": in_asyncio,
    "unraisable": lambda v: str(Unraisable(v)),
    "sys.excepthook": lambda v: sys.excepthook(ValueError, ValueError(v), None),
    "urllib3 at DEBUG": debugging,
    "botocore at DEBUG": debugging_aws,
    "SQL echo": echoing,
    "a child's environment": in_its_environment,
    "a forked child": forking,
    "a spawned child": spawning,
    "pydantic's input_value": refused,
    "a hook at exit": lambda v: atexit.register(print, v, file=sys.stderr),
    "a hook at exit that writes": lambda v: atexit.register(os.write, 2, v.encode() + b"\n"),
    "a thread after the run": after_the_run,
}

ON_REQUEST: dict[str, Way] = {"the whole environment": lambda _: subprocess.run(["env"], check=True)}
ON_REQUEST |= {"a thread to the very end": to_the_very_end, "changed at its source": changed}
ON_REQUEST |= {"a temporary file": into_a_temporary_file}
WAYS = ON_REQUEST | LOGGING | EXCEPTIONS | ENCODINGS | PEMS | STREAMS | RUNTIME
RAISES: dict[str, Way] = {"plain": simple, "chain": chained, "group": grouped, "note": noted, "exit": sys.exit}
