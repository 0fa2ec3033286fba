"""Refuses to connect to addresses that only the machine itself may ask: they give out its credentials.

Source: RFC 3927 and RFC 4291, section 2.5.6 (link-local addresses); the instance metadata services of the large clouds.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from typing import Any

from ingest_core.files.remote_errors import RefusedAddressError

CONNECT_SECONDS = 30
READ_SECONDS = 120
"""How long a server may say nothing."""

_METADATA = {ipaddress.ip_address(address) for address in ("100.100.100.200", "192.0.0.192", "fd00:ec2::254")}


def is_refused(host: str) -> bool:
    """Tell whether an address, as written in digits, must not be asked."""
    address = ipaddress.ip_address(host.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None) or address
    return mapped.is_link_local or mapped in _METADATA or mapped.is_multicast


def guarded_socket(address: Any) -> socket.socket:  # noqa: ANN401  # as getaddrinfo gives it
    """Make the socket for an address, after each redirect and each look-up of a name.

    Raises:
        RefusedAddressError: It must not be asked.
    """
    family, kind, protocol, _, place = address
    if is_refused(place[0]):
        raise RefusedAddressError(f"{place[0]} is an address that only the machine itself may ask")
    return socket.socket(family=family, type=kind, proto=protocol)


async def guarded_session(loop: asyncio.AbstractEventLoop | None = None, **options: Any) -> Any:  # noqa: ANN401  # aiohttp's
    """Make the session of fsspec's http file system: guarded, with time-outs and proxies as the environment says."""
    import aiohttp  # noqa: PLC0415  # an extra

    connector = aiohttp.TCPConnector(socket_factory=guarded_socket, ssl=ssl.create_default_context(), loop=loop)
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS)
    return aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=True, loop=loop, **options)
