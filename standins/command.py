"""The command line: options in, a server that runs until it is interrupted or terminated."""

from __future__ import annotations

import argparse
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from standins.apis import APIS, Api
from standins.faults.reading import faults_of
from standins.faults.rules import KINDS
from standins.serving.options import Serving, rate_of, seconds_of
from standins.serving.server import Server

WRONG = 2
"""The exit code of a command line that cannot be."""


def main(arguments: Sequence[str]) -> int:
    """Serve until interrupted.

    Args:
        arguments: The command line, without the program's name.

    Returns:
        The exit code: 0 after an interrupt, 2 where an option is wrong or the port is taken.
    """
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        server = APIS[given.api].serve(_settings(APIS[given.api], given), _serving(given))
    except (ValueError, OSError, TypeError) as wrong:
        parser.error(str(wrong))
    try:
        with server:
            return _serve(server, given)
    except OSError as taken:
        parser.exit(WRONG, f"standins: cannot listen on {given.host}:{given.port}: {taken}\n")


def _serve(server: Server[Any], given: argparse.Namespace) -> int:
    ended = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: ended.set())
    if given.prepare:
        server.api.prepare(*given.prepare)
    if given.port_file:
        given.port_file.write_text(f"{server.port}\n", encoding="utf-8")
    print(server.url, flush=True)  # noqa: T201  # the command's answer
    ended.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m standins", description=__doc__)
    below = parser.add_subparsers(dest="api", required=True)
    for name, api in APIS.items():
        one = below.add_parser(name, help=api.help, formatter_class=argparse.RawDescriptionHelpFormatter, epilog=FAULTS)
        for field in fields(api.settings):
            if field.name in api.options:
                kind = str if field.name in READ else type(getattr(api.settings(), field.name))
                one.add_argument(f"--{field.name.replace('_', '-')}", type=kind, help=api.options[field.name])
        _common(one, api)
    return parser


def _common(parser: argparse.ArgumentParser, api: Api) -> None:
    parser.add_argument("--port", type=int, default=0, help="where to listen; 0 takes a free port")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on; 0.0.0.0 in a container")
    parser.add_argument("--latency", default="0ms", help="the time to each answer, as 20ms")
    parser.add_argument("--gzip", action="store_true", help="compress answers for who takes them so")
    parser.add_argument("--faults", default="", help="what goes wrong: see below")
    parser.add_argument("--port-file", type=Path, help="write the port there once it listens")
    told = "make these before the address is printed, so that none has to be made while they are read"
    parser.add_argument("--prepare", nargs="*", default=[], choices=api.kinds, help=told)


def _settings(api: Api, given: argparse.Namespace) -> Any:
    told = {name: getattr(given, name) for name in api.options if getattr(given, name) is not None}
    return api.settings(**{name: READ.get(name, _same)(value) for name, value in told.items()})


def _serving(given: argparse.Namespace) -> Serving:
    return Serving(given.port, given.host, seconds_of(given.latency), faults_of(given.faults), given.gzip)


def _moment(text: str) -> int:
    if text == "now":
        return int(time.time())
    read = datetime.fromisoformat(text)
    return int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp())


def _rate(text: str) -> str:
    rate_of(text)
    return text


def _same(value: object) -> object:
    return value


READ = {"until": _moment, "rate": _rate, "search_rate": _rate}
"""Options that are not read by their type."""
FAULTS = (
    "faults, as 429:every=7,retry_after=1;reset:first=5,times=1 or a JSON file; any HTTP status, or:\n"
    + "\n".join(f"  {name:14}{text}" for name, text in KINDS.items())
)
