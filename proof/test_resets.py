"""Resets: killed anywhere nothing is half done; of a reset and a run at once one wins, and the other says so."""

from __future__ import annotations

from collections import Counter

import pytest
import yaml
from dialled import Row

from proof.conftest import MakeHome
from proof.support.home import Home
from proof.support.moments import METADATA_WRITTEN, ROW_MOVED, SENT, Moment
from proof.support.oracle import expected, landed
from proof.support.processes import Started, Tampering, barrier, run_job, start, start_job
from proof.support.table import TABLE, Mark
from proof.support.tampering import LIES, Lie, without_slot
from proof.support.target import KINDS, Kind

BEFORE = [Row(number, number // 3, f"before {number}") for number in range(9)]
AFTER = [*BEFORE, *(Row(20 + number, 10 + number // 3, f"after {number}") for number in range(9))]
WAYS = [("append", "--truncate"), ("replace", ""), ("merge", ""), ("merge", "--truncate"), ("history", "--truncate")]

BOTH = (
    *("slot taken", "columns staged", "manifests staged", "before the commit is sent"),
    *("commit answered", "commit read back", "before the slot is given back"),
)
POINTS: dict[Kind, tuple[str, ...]] = {"embedded": (*BOTH, METADATA_WRITTEN, ROW_MOVED), "nessie": (*BOTH, SENT)}


def start_reset(home: Home, said: str, *tampering: Tampering) -> Started:
    """Start a reset of the home's job."""
    return start(home.path, ("state", "reset", "--config", str(home.job_file), *said.split()), *tampering)


@pytest.fixture
def home(kind: Kind, write: str, make_home: MakeHome) -> Home:
    """A home whose job has landed rows."""
    made = make_home(kind, write)
    made.put(BEFORE)
    assert run_job(made.path).code == 0
    return made


@pytest.mark.parametrize(("kind", "point"), [(kind, point) for kind in KINDS for point in POINTS[kind]])
@pytest.mark.parametrize(("write", "said"), WAYS)
def test_a_reset_that_was_killed_is_done_or_not_and_the_rows_are_exact(
    point: str, said: str, home: Home, request: pytest.FixtureRequest
) -> None:
    with request.config.stash[TABLE].marking(Mark("resets", point, f"{home.target.kind} killed", home.write + said)):
        ended = start_reset(home, said, Moment(point)).end()
        assert ended.was_killed, ended.stderr
        assert landed(home) in (expected(home.write, BEFORE), Counter())
        home.put(AFTER)
        again = run_job(home.path)
        assert again.code == 0, again.stderr
        assert landed(home) == expected(home.write, AFTER)
        assert run_job(home.path).code == 0
        assert landed(home) == expected(home.write, AFTER)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("write", ["append"])
def test_a_reset_sees_through_an_answer_that_is_not_true(lie: str, home: Home, request: pytest.FixtureRequest) -> None:
    with request.config.stash[TABLE].marking(Mark("resets", lie, f"{home.target.kind} lied to", home.write)):
        ended = start_reset(home, "--truncate", Lie(lie)).end()  # type: ignore[arg-type]  # one of the kinds
        assert ended.code == 0, ended.stderr
        assert landed(home) == Counter()
        assert run_job(home.path).code == 0
        assert landed(home) == expected("append", BEFORE)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("write", "said"), WAYS)
def test_of_a_reset_and_a_run_at_once_one_lands_and_the_other_says_so(
    said: str, home: Home, request: pytest.FixtureRequest
) -> None:
    home.put(AFTER)
    with request.config.stash[TABLE].marking(Mark("resets", "run at once", home.target.kind, home.write + said)):
        meeting = barrier(2)
        wait = Moment("before the commit is sent", signals=(), barrier=meeting)
        both = [start_job(home.path, without_slot, wait), start_reset(home, said, without_slot, wait)]
        ended = [each.end() for each in both]
        assert sorted(each.code for each in ended) == [0, 2]
        assert any("another run of this job committed first" in each.stderr for each in ended)
        if "--truncate" in said:
            assert landed(home) == (expected(home.write, AFTER) if ended[0].code == 0 else Counter())
        assert run_job(home.path).code == 0
        assert landed(home) == expected(home.write, AFTER)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("write", ["append"])
def test_a_run_that_lands_in_parts_stops_where_a_reset_took_its_first_part_away(home: Home) -> None:
    home.special = {"commit_every": 3}
    home.options = {"order": "cursor", "batch_rows": 3, "checkpoint_batches": 1}
    home.write_job()
    assert start_reset(home, "--truncate").end().code == 0
    meeting = barrier(2)
    run = start_job(home.path, without_slot, Moment("commit answered", signals=(), barrier=meeting))
    meeting.wait()
    reset = start_reset(home, "--truncate", without_slot).end()
    assert reset.code == 0, reset.stderr
    meeting.wait()
    ended = run.end()
    assert ended.code == 1, ended.stderr
    assert "the rest did not land" in ended.stderr
    assert run_job(home.path).code == 0
    assert landed(home) == expected("append", BEFORE)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("write", ["append"])
def test_a_position_of_many_files_lies_in_the_tables_storage_and_survives_a_kill(home: Home) -> None:
    job = yaml.safe_load(home.job_file.read_text(encoding="utf-8"))
    job["source"] = {"connector": "csv", "objects": {"files": {"path": "data/many*.csv", "table": "files"}}}
    home.job_file.write_text(yaml.safe_dump(job), encoding="utf-8")
    (home.path / "registry" / "connectors.yaml").unlink()
    for first, point in ((0, "commit answered"), (300, "before the commit is sent"), (600, None)):
        for number in range(first, first + 300):
            (home.path / "data" / f"many-{number:04}.csv").write_text(f"id\n{number}\n", encoding="utf-8")
        if point:
            assert run_job(home.path, Moment(point)).was_killed
        ended = run_job(home.path)
        assert ended.code == 0, ended.stderr
        table = home.target.table(home.path, home.namespace, "files")
        assert table is not None
        assert sorted(table.scan().to_arrow().column("id").to_pylist()) == list(range(first + 300))
        assert len(table.properties["ingest.state.acme.shop.files"]) < 16 * 1024
