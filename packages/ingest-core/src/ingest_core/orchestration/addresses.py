"""Addresses of this machine."""

from __future__ import annotations

import os
import socket

from ingest_core.errors import JobError

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  # read, not bound


def free_port() -> int:
    """Find a port of the loopback address on which nobody listens at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def check_free(host: str, port: int) -> None:
    """Refuse a port on which somebody listens: whoever it is would be taken for a service of ours.

    Raises:
        JobError: It is so, or nobody may listen there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as listener:
            # As servers do: a connection of before that is still being forgotten is in nobody's way.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
    except OSError as error:
        raise JobError(
            f"port {port} of {host} cannot be listened on: {error.strerror}", "say another --port"
        ) from error


def reachable(host: str) -> str:
    """Give an address of this machine at which a process is reached that listens at ``host``."""
    return _EVERYWHERE.get(host, host)


def bracketed(host: str) -> str:
    """Give a host as it stands in a URL. Source: RFC 3986, section 3.2.2."""
    return f"[{host}]" if ":" in host else host


def named_address(variable: str, example: str) -> tuple[str, int] | None:
    """Read a variable of the environment that holds ``host:port``.

    Args:
        variable: Its name.
        example: Such an address, for who wrote it wrongly.

    Returns:
        Host and port; ``None`` where the variable is not set.

    Raises:
        JobError: It holds something else.
    """
    named = os.environ.get(variable)
    if not named:
        return None
    host, _, port = named.rpartition(":")
    if not host or not port.isdecimal():
        raise JobError(f"{variable} is {named!r}, which is not host:port", f"write it as `{example}`")
    return host.strip("[]"), int(port)


def port_answers(host: str, port: int, within: float = 3) -> bool:
    """Tell that somebody listens.

    Args:
        host: Where.
        port: There.
        within: Seconds that it may take.

    Raises:
        OSError: Nobody does.
    """
    with socket.create_connection((host, port), timeout=within):
        return True
