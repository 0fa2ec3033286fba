"""Output is masked from before the job file is read to the end of the process, for all jobs of a folder alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Ended, Shell

VALUE = "sesame-street/42"
KNOWN = {"INGEST_SECRET__ACME__SHOP__KEY": VALUE}
JOB = ("--config", "jobs/acme/shop.yaml")

TALKING = """\
import sys, threading
import pyarrow as pa
from ingest_core.plugin import Batch, Checkpoint, Stream
from pydantic import BaseModel

class Options(BaseModel):
    said: str = ""
    late: str = ""

class Talking:
    Options = Options
    told = []

    def __init__(self, context):
        self.options = context.options
    def check(self):
        pass
    def streams(self):
        return [Stream("things", pa.schema([("id", pa.int64())]))]
    def splits(self, stream, since):
        from ingest_core.plugin import Split
        return [Split(stream, {})]
    def read(self, split):
        for text in [*self.told, self.options.said]:
            print("told", text, file=sys.stderr)
        self.told.append(self.options.late)
        yield Batch("things", pa.RecordBatch.from_pydict({"id": [1]}, schema=split.stream.schema), "things")
        yield Checkpoint("things", {"at": 1})
"""


@pytest.fixture
def talking(shell: Shell) -> Shell:
    """A home with a source that says what it is given, and what an earlier job in the same process was given."""
    shell.write("registry/connectors.yaml", "version: 1\nconnectors: {talking: {description: says, roles: [source]}}\n")
    shell.write("site/talking.py", TALKING)
    shell.write("site/talking-0.dist-info/METADATA", "Metadata-Version: 2.1\nName: talking\nVersion: 0\n")
    shell.write("site/talking-0.dist-info/entry_points.txt", "[ingest.connectors]\ntalking = talking:Talking\n")
    return shell


def job(shell: Shell, name: str, given: str, *, redaction: bool = True) -> None:
    shell.write(f"secrets/acme/{name}.pin", f"{name}-{VALUE}").chmod(0o600)
    shell.write(
        f"jobs/acme/{name}.yaml",
        f"tenant: acme\nname: {name}\nsource: {{connector: talking, objects: [things], with: {given}}}\n"
        f"target: {{connector: iceberg, namespace: {name}}}\nlogging: {{redaction: {str(redaction).lower()}}}\n",
    )


def folder(shell: Shell) -> Ended:
    (shell.home / "jobs/acme/shop.yaml").unlink()
    return shell.ingest("run", "--job-dir", "jobs", PYTHONPATH=str(shell.home / "site"))


def test_what_an_earlier_job_of_a_folder_had_is_masked_in_a_later_one(talking: Shell) -> None:
    job(talking, "a", "{late: '${secret:a.pin}'}")
    job(talking, "b", "{said: '${secret:b.pin}'}")
    ended = folder(talking)
    assert ended.code == 0, ended.stderr
    assert ended.stderr.count("told ***") == 2
    assert VALUE not in ended.stdout + ended.stderr


def test_a_job_of_a_folder_that_wants_no_redaction_shows_its_own_secrets_and_no_others(talking: Shell) -> None:
    job(talking, "a", "{late: '${secret:a.pin}'}")
    job(talking, "b", "{said: '${secret:b.pin}'}", redaction=False)
    ended = folder(talking)
    assert ended.code == 0, ended.stderr
    assert f"told b-{VALUE}" in ended.stderr
    assert "told ***" in ended.stderr
    assert f"a-{VALUE}" not in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--config", VALUE),
        ("run", "--nonsense", VALUE),
        ("run", f"--{VALUE}"),
        ("run", *JOB, "--since", VALUE),
        ("run", *JOB, "--object", VALUE),
        ("run", "--job-dir", VALUE),
        (VALUE,),
        ("schema", VALUE),
        ("schema", "--home", VALUE),
        ("connectors", VALUE),
        ("validate", VALUE),
        ("plan", *JOB, "--home", VALUE),
    ],
    ids=lambda said: " ".join(said).replace(VALUE, "VALUE"),
)
def test_a_secret_on_the_command_line_is_not_repeated(shell: Shell, arguments: tuple[str, ...]) -> None:
    ended = shell.ingest(*arguments, **KNOWN)
    assert "Traceback" not in ended.stderr
    assert VALUE not in ended.stdout + ended.stderr
    if "--nonsense" not in arguments and arguments[:2] != ("schema", "--home"):  # which repeat nothing
        assert (ended.code, "***" in ended.stdout + ended.stderr) == (2, True), ended.stderr


@pytest.mark.parametrize("command", [("run", *JOB), ("plan", *JOB), ("plan", "--offline", *JOB), ("validate", "jobs")])
@pytest.mark.parametrize(
    "line",
    [f"{VALUE}: 1", f"limits: {{workers: {VALUE}}}", f"schedule: {VALUE}", f"name: '{VALUE} '", f"a: '{VALUE}"],
)
def test_a_secret_in_a_wrong_place_of_a_job_is_not_repeated(shell: Shell, command: tuple[str, ...], line: str) -> None:
    path = shell.home / "jobs/acme/shop.yaml"
    path.write_text(f"{path.read_text()}{line}\n")
    ended = shell.ingest(*command, **KNOWN)
    assert ended.code == 2
    assert VALUE not in ended.stdout + ended.stderr


@pytest.mark.parametrize("command", [("plan", "--offline", *JOB), ("validate", "jobs")])
def test_a_secret_that_stands_in_a_sound_job_is_masked_offline(shell: Shell, command: tuple[str, ...]) -> None:
    path = shell.home / "jobs/acme/shop.yaml"
    path.write_text(path.read_text().replace("customers", VALUE.replace("/", "_")) + "name: street-42/sesame\n")
    known = {"X_TOKEN": VALUE.replace("/", "_"), "Y_TOKEN": "street-42/sesame"}
    ended = shell.ingest(*command, **known)
    assert ended.code == 0, ended.stderr
    assert "***" in ended.stdout
    assert not any(value in ended.stdout + ended.stderr for value in known.values())
