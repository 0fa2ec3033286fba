"""What integrations of orchestrators share: addresses, questions by HTTP, files for their owner, the database's URL."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from ingest_core import JobError
from ingest_core.plugin import (
    ask_json,
    bracketed,
    check_database,
    check_free,
    free_port,
    named_address,
    port_answers,
    reachable,
    with_driver,
    write_private,
)


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"path": "%s", "body": %s}' % (self.path.encode(), body))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def echo() -> Iterator[tuple[str, int]]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield "127.0.0.1", server.server_port
        server.shutdown()


def test_a_question_by_http_goes_past_proxies(echo: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert ask_json("POST", echo, "/graphql", {"a": 1}) == {"path": "/graphql", "body": {"a": 1}}
    assert port_answers(*echo)


def test_a_free_port_answers_nobody_and_one_that_is_taken_is_refused() -> None:
    port = free_port()
    check_free("127.0.0.1", port)
    with pytest.raises(ConnectionRefusedError):
        port_answers("127.0.0.1", port)
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with pytest.raises(JobError, match=f"port {taken} of 127.0.0.1 cannot be listened on"):
            check_free("127.0.0.1", taken)


def test_addresses_are_written_as_they_are_reached() -> None:
    assert [reachable(host) for host in ("0.0.0.0", "::", "10.0.0.7")] == ["127.0.0.1", "::1", "10.0.0.7"]  # noqa: S104  # not bound
    assert [bracketed(host) for host in ("::1", "db")] == ["[::1]", "db"]


@pytest.mark.parametrize(("said", "read"), [(None, None), ("", None), ("a:80", ("a", 80)), ("[::1]:80", ("::1", 80))])
def test_an_address_is_read_of_a_variable(
    monkeypatch: pytest.MonkeyPatch, said: str | None, read: tuple[str, int] | None
) -> None:
    monkeypatch.delenv("WHERE", raising=False)
    if said is not None:
        monkeypatch.setenv("WHERE", said)
    assert named_address("WHERE", "server:80") == read


@pytest.mark.parametrize("said", ["server", ":80", "server:http"])
def test_a_variable_that_holds_no_address_is_told_with_an_example(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("WHERE", said)
    with pytest.raises(JobError, match=r"not host:port\n  mend: write it as `server:80`"):
        named_address("WHERE", "server:80")


def test_a_private_file_is_for_its_owner_alone_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "state" / "settings"
    write_private(file, "one")
    file.chmod(0o644)
    write_private(file, "two")
    assert (file.read_text(encoding="utf-8"), file.stat().st_mode & 0o777) == ("two", 0o600)
    assert list(file.parent.iterdir()) == [file]
    (tmp_path / "taken").mkdir()
    with pytest.raises(JobError, match="taken cannot be written: Is a directory"):
        write_private(tmp_path / "taken", "three")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["state", "taken"]


def test_a_database_is_a_postgresql_server_that_something_here_can_open() -> None:
    check_database(None, "a_module_that_is_not_there", "pip install it")
    check_database("postgresql://u:canary-pw@db/x", "socket", "pip install it")
    with pytest.raises(JobError, match=r"cannot be in PostgreSQL here\n  mend: pip install it"):
        check_database("postgresql://u:canary-pw@db/x", "a_module_that_is_not_there", "pip install it")
    with pytest.raises(JobError, match="begin it with postgresql://") as told:
        check_database("mysql://u:canary-pw@db/x", "socket", "pip install it")
    assert "canary" not in str(told.value)
    assert with_driver("postgresql://u@db/postgresql://", "psycopg2") == "postgresql+psycopg2://u@db/postgresql://"
