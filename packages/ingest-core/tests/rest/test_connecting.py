"""What keeps a request from being sent, or its answer from being believed: headers, proxies, certificates."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from declared import KEY, declared, definition
from ingest_core.plugin import JobError, TransientError
from ingest_core.testing import Answered

ROWS = Answered({"data": [{"id": 1}]})
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 21\r\nConnection: close\r\n\r\n{"data": [{"id": 1}]}'
IN_ADDRESS = {"type": "query", "name": "key", "value": "${option:key}"}


@pytest.mark.parametrize("letter", ["\n", "\u200b"])
@pytest.mark.parametrize(
    "auth",
    [
        {"type": "bearer", "token": "${option:key}"},
        {"type": "header", "name": "X-Key", "value": "${option:key}"},
    ],
    ids=["bearer", "header"],
)
def test_a_key_that_no_header_may_hold_is_told_and_not_shown(tmp_path: Path, auth: dict[str, str], letter: str) -> None:
    said = {**definition(), "auth": auth}
    said["options"]["key"]["default"] = KEY + letter
    with declared(tmp_path, lambda _: ROWS, said) as api, pytest.raises(JobError, match="line's end") as told:
        api.source().check()
    assert "`key`" in str(told.value)
    assert KEY not in str(told.value)


def test_a_header_that_may_not_be_sent_is_not_tried_again(tmp_path: Path) -> None:
    said = {**definition(), "headers": {"X-Account": "${option:key}"}}
    said["options"]["key"]["default"] = "ours\n"
    with declared(tmp_path, lambda _: ROWS, said) as api, pytest.raises(JobError, match="line's end"):
        api.source().check()


@pytest.mark.parametrize("proxy", ["http://", "socks5h://127.0.0.1:9"])
def test_a_proxy_that_cannot_be_used_is_no_fault_of_the_apis_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, proxy)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with declared(tmp_path, lambda _: ROWS) as api, pytest.raises(JobError, match="proxy that cannot be used"):
        api.source().check()


def test_a_certificate_that_is_not_trusted_is_told_without_the_address(tmp_path: Path) -> None:
    said = {**definition(), "auth": IN_ADDRESS}
    with served(secure(tmp_path)) as port:
        said["base_url"] = f"https://localhost:{port}"
        with declared(tmp_path, lambda _: ROWS, said) as api, pytest.raises(JobError, match="not trusted") as told:
            api.source().check()
    assert "REQUESTS_CA_BUNDLE" in str(told.value)
    assert KEY not in str(told.value)


def test_a_connection_that_breaks_off_before_it_is_safe_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "certificate.pem"))
    safely, said = secure(tmp_path), definition()
    breaks = iter([True, False])

    def answer(peer: socket.socket) -> None:
        if next(breaks, False):
            peer.recv(4096)
            peer.shutdown(socket.SHUT_RDWR)
        else:
            safely(peer)

    with served(answer) as port:
        said["base_url"] = f"https://localhost:{port}"
        with declared(tmp_path, lambda _: ROWS, said) as api:
            assert api.rows() == [{"id": 1}]


def test_a_server_that_speaks_no_tls_is_told_without_the_address(tmp_path: Path) -> None:
    said: dict[str, Any] = {**definition(), "auth": IN_ADDRESS, "attempts": 1}
    with declared(tmp_path, lambda _: ROWS, said) as api:
        said["base_url"] = api.api.url.replace("http:", "https:")
        api.said = said
        with pytest.raises(TransientError, match="no safe connection") as told:
            api.source().check()
    assert KEY not in str(told.value)


@contextmanager
def served(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """Listen, and answer whoever comes, one by one."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def serve() -> None:
            with suppress(OSError):  # nobody listens any more
                while True:
                    peer, _ = listener.accept()
                    with peer, suppress(OSError):  # who does not trust us breaks it off
                        answer(peer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def secure(folder: Path) -> Callable[[socket.socket], None]:
    """Make a certificate, and what answers with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")]), datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(hours=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    pem = serialization.Encoding.PEM
    form, unlocked = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(pem))
    private.write_bytes(key.private_bytes(pem, form, unlocked))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)

    def answer(peer: socket.socket) -> None:
        with context.wrap_socket(peer, server_side=True) as safe:
            safe.recv(4096)
            safe.sendall(ANSWER)

    return answer
