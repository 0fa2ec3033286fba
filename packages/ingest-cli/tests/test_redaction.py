"""No canary is in anything that a command leaves behind, in whatever way it was told."""

from __future__ import annotations

import base64
import http.server
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from pyiceberg.catalog.sql import SqlCatalog

LEAKING = Path(__file__).with_name("leaking")
NAMES = re.compile(r'^    "(.*?)": ', re.MULTILINE)
WAYS = [*NAMES.findall((LEAKING / "leaky_ways.py").read_text(encoding="utf-8"))]
JOB = ("--config", "jobs/acme/shop.yaml")


def core(name: str) -> str:
    """Give the part of a canary that every escape leaves as it is."""
    return sha256(name.encode()).hexdigest()[:20]


def canary(name: str) -> str:
    """Make a secret of its own for a case: with all that is escaped in one way or another."""
    if name.startswith("PEM"):
        body = base64.b64encode(core(name).encode() * 4).decode()
        return f"-----BEGIN PRIVATE KEY-----\n{body[:54]}\n{body[54:]}\n-----END PRIVATE KEY-----\n"
    return f"""Ké"'/+&<{core(name)} %\\{core(name)}"""


def needles(name: str) -> set[bytes]:
    """List what would tell a canary: its core as text, in hex, in base64 wherever it begins."""
    raw = core(name).encode()
    found = {raw, raw.hex().encode(), raw.hex().upper().encode()}
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + raw)
        found.add(encoded[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6])
    return found


@dataclass
class Left:
    """What a command left behind.

    Args:
        code: Its exit code.
        places: Each place, with what is there.
    """

    code: int
    places: dict[str, bytes]

    def where(self, name: str) -> set[str]:
        """Name the places in which a canary is."""
        return {place for place, data in self.places.items() if any(needle in data for needle in needles(name))}

    def told(self) -> str:
        """Give all that was printed."""
        return (self.places["stdout"] + self.places["stderr"]).decode(errors="replace")


def home_of(folder: Path, names: list[str], options: str = "") -> Path:
    """Make a home whose job is given a canary for each name."""
    secrets = {str(number): canary(name) for number, name in enumerate(names)}
    given = {name: f"${{secret:leaky.{number}}}" for number, name in enumerate(names)}
    files = {
        "secrets/acme/leaky.json": json.dumps(secrets),
        "registry/connectors.yaml": "version: 1\nconnectors: {leaky: {description: talks, roles: [source]}}\n",
        "jobs/acme/shop.yaml": "tenant: acme\nsource:\n  connector: leaky\n  objects: [things]\n"
        f"  with: {{canaries: {json.dumps(given)}{options}}}\ntarget: {{connector: iceberg}}\n",
        "site/leaky-0.dist-info/METADATA": "Metadata-Version: 2.1\nName: leaky\nVersion: 0\n",
        "site/leaky-0.dist-info/entry_points.txt": "[ingest.connectors]\nleaky = leaky:LeakySource\n",
    }
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(0o600)
    return folder


def ingest(home: Path, *arguments: str, **variables: str) -> Left:
    """Run the command, and gather what it leaves behind, temporary files too, the home's own files aside."""
    temporary = home / "temporary"
    temporary.mkdir(exist_ok=True)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("INGEST_")}
    done = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-m", "ingest_cli", *arguments],
        cwd=home,
        env=inherited | {"TMPDIR": str(temporary), "PYTHONPATH": f"{LEAKING}{os.pathsep}{home / 'site'}"} | variables,
        check=False,
        capture_output=True,
        timeout=300,
    )
    places = {"stdout": done.stdout, "stderr": done.stderr}
    ours = {home / name for name in ("jobs", "registry", "secrets", "site")}
    for file in (file for file in home.rglob("*") if not ours & {file, *file.parents}):
        places[f"name of {file}"] = os.fsencode(file)
        if file.is_file():
            places[str(file)] = file.read_bytes()
    return Left(done.returncode, places)


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    """What one run left that told a secret in every way there is."""
    home = home_of(tmp_path_factory.mktemp("leaky"), WAYS)
    found = ingest(home, "run", *JOB)
    found.places.update(unpacked(home))
    return found


def unpacked(home: Path) -> dict[str, bytes]:
    """Read what lies compressed in files: the table's rows, and its manifests."""
    state = home / "state"
    catalog = SqlCatalog("ingest", uri=f"sqlite:///{state / 'catalog.db'}", warehouse=f"file://{state / 'warehouse'}")
    table = catalog.load_table("acme.leaky_things")
    rows, entries = table.scan().to_arrow().to_pylist(), table.inspect.entries().to_pylist()
    return {"rows": repr(rows).encode(), "manifests": repr(entries).encode()}


def test_the_run_that_tells_everything_ends_well_and_the_search_finds_what_is_there(left: Left) -> None:
    assert left.code == 0, left.told()
    report = next(json.loads(line) for line in left.places["stdout"].splitlines() if line.startswith(b'{"outcome'))
    found = {Path(place).suffix for place, data in left.places.items() if report["run_id"].encode() in data}
    assert {"", ".json", ".parquet"} <= found
    assert {"stdout", "stderr", "rows", "manifests"} <= left.places.keys()


@pytest.mark.parametrize("way", WAYS)
def test_a_secret_is_in_nothing_that_is_left(left: Left, way: str) -> None:
    assert f"<{way}>" in left.told()
    assert f"</{way}>" in left.told()
    assert left.where(way) == set()


def test_what_was_told_was_masked_and_not_lost(left: Left) -> None:
    assert left.told().count("***") > len(WAYS)
    assert "withheld" not in left.told()
    assert "lost" not in left.told()


def test_a_thread_that_prints_until_there_is_no_process_tells_no_secret(tmp_path: Path) -> None:
    home = home_of(tmp_path, ["a thread to the very end"])
    lefts = [ingest(home, "run", *JOB) for _ in range(3)]
    assert [left.code for left in lefts] == [0, 0, 0], lefts[0].told()
    assert [left.where("a thread to the very end") for left in lefts] == [set(), set(), set()]
    assert lefts[0].told().count("***") > 10


def test_what_is_searched_holds_locks_and_temporary_files_by_name_and_content(left: Left, tmp_path: Path) -> None:
    names = {Path(place.removeprefix("name of ")).name for place in left.places if place.startswith("name of ")}
    assert any(name.endswith(".lock") for name in names), names
    found = ingest(home_of(tmp_path, ["a temporary file"]), "run", *JOB)
    assert found.code == 0, found.told()
    assert len(found.where("a temporary file")) == 2, "the name and the content of what the source itself leaves there"


def test_a_secret_that_changes_while_the_run_goes_on_is_masked_as_it_was_looked_up(tmp_path: Path) -> None:
    home = home_of(tmp_path, ["changed at its source"])
    left = ingest(home, "run", *JOB, LEAKY_SECRETS=str(home / "secrets/acme/leaky.json"))
    assert left.code == 0, left.told()
    assert "changed" in (home / "secrets/acme/leaky.json").read_text()
    assert left.where("changed at its source") == set()
    assert "<changed at its source>\n***" in left.told()


@pytest.mark.parametrize("raised", ["plain", "chain", "group", "note", "exit"])
@pytest.mark.parametrize("level", ["info", "debug"])
def test_a_secret_in_the_error_that_ends_a_run_is_in_nothing_that_is_left(
    tmp_path: Path, raised: str, level: str
) -> None:
    home = home_of(tmp_path, ["raised"], f", raises: {raised}")
    job = home / "jobs/acme/shop.yaml"
    job.write_text(f"{job.read_text()}logging: {{level: {level}}}\n")
    left = ingest(home, "run", *JOB)
    assert left.code == 2
    assert left.where("raised") == set()
    assert "***" in left.told()


@pytest.mark.parametrize("command", ["plan", "check", "discover", "preview"])
def test_a_command_that_looks_tells_no_secret(tmp_path: Path, command: str) -> None:
    left = ingest(home_of(tmp_path, ["plain message"]), command, *JOB)
    assert left.code == 0, left.told()
    assert left.where("plain message") == set()


@pytest.mark.parametrize(
    "variable",
    ["INGEST_SECRET__BETA__X__PIN", "PYICEBERG_CATALOG__OTHER__TOKEN", "AWS_SECRET_ACCESS_KEY", "DB_PASSWORD"],
)
def test_a_child_that_prints_its_environment_tells_no_secret_that_nothing_asked_for(
    tmp_path: Path, variable: str
) -> None:
    home = home_of(tmp_path, ["the whole environment"])
    left = ingest(home, "run", *JOB, **{variable: f"{core('other')} {core('other')}"})
    assert left.code == 0, left.told()
    assert f"{variable}=***" in left.told()
    assert left.where("other") == set()


def test_without_redaction_everything_would_be_told(tmp_path: Path) -> None:
    home = home_of(tmp_path, ["os.write twice", "%-args"])
    job = home / "jobs/acme/shop.yaml"
    job.write_text(f"{job.read_text()}logging: {{redaction: false}}\n")
    left = ingest(home, "run", *JOB)
    assert (left.where("os.write twice"), left.where("%-args")) == ({"stdout"}, {"stderr"})


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("limits: {{workers: {0}}}", "limits.workers"),
        ("limits: {{memory: {0}}}", "limits.memory"),
        ("password: {0}", "unknown key 'password'"),
        ("a: 'unfinished {0}", "not valid YAML"),
        ("a: *{0}", "not valid YAML"),
        ("logging: {{level: {0}}}", "logging.level"),
    ],
)
def test_a_job_file_with_a_secret_in_it_is_refused_without_repeating_it(tmp_path: Path, line: str, told: str) -> None:
    home = home_of(tmp_path, [])
    job = home / "jobs/acme/shop.yaml"
    job.write_text(job.read_text() + line.format(core("written")))
    left = ingest(home, "run", *JOB)
    assert left.code == 2
    assert told in left.told()
    assert left.where("written") == set()


@pytest.mark.parametrize("value", ["true", "1", "", "acme", "event"])
def test_a_secret_like_a_common_word_gives_one_warning_and_a_log_that_can_be_read(tmp_path: Path, value: str) -> None:
    home = home_of(tmp_path, ["a"])
    (home / "secrets/acme/leaky.json").write_text(json.dumps({"0": value}))
    left = ingest(home, "run", *JOB)
    assert left.code == 0
    events = [json.loads(line) for line in left.places["stderr"].splitlines()]
    warned = [event for event in events if "too short or too common" in event["event"]]
    assert len(warned) == (0 if value == "acme" else 1)
    assert [event["event"] for event in events if event["level"] == "info"][-1] == "job_finished"


class Repeating(http.server.BaseHTTPRequestHandler):
    """Refuses, and repeats the key that it was sent."""

    def do_GET(self) -> None:  # the library's name
        """Refuse."""
        key = self.headers.get("Authorization", "none")
        body = json.dumps({"error": {"message": f"not {key}", "type": "NotAuthorizedException", "code": 401}}).encode()
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Key", key.encode().hex())
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815  # as above

    def log_message(self, *said: object) -> None:
        """Say nothing."""


@pytest.fixture
def repeating() -> Iterator[int]:
    """The port of a server that repeats keys."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Repeating) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("level", ["info", "debug"])
def test_a_refusal_that_repeats_the_key_is_told_without_it(tmp_path: Path, repeating: int, level: str) -> None:
    home = home_of(tmp_path, ["token"])
    secret = home / "secrets/acme/leaky.json"
    secret.write_text(json.dumps({"0": "x", "token": core("token")}))
    job = home / "jobs/acme/shop.yaml"
    catalog = f"{{uri: 'http://127.0.0.1:{repeating}', token: '${{secret:leaky.token}}'}}"
    job.write_text(
        job.read_text().replace("{connector: iceberg}", f"{{connector: iceberg, catalog: {catalog}}}")
        + f"logging: {{level: {level}}}\n"
    )
    left = ingest(home, "run", *JOB)
    assert left.code == 2
    assert "Bearer ***" in left.told() or "not ***" in left.told(), left.told()
    assert left.where("token") == set()
