"""Records that are asked for by the record that they belong to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from declared import declared, definition
from ingest_core.plugin import JobError
from ingest_core.testing import Answered, Asked

PAGED = {"type": "cursor", "token": "next", "param": "token"}
PROJECTS: dict[str, list[dict[str, Any]]] = {
    f"p/{few}": [{"n": f"{few}.{each}", "at": 100 + each} for each in range(few)] for few in range(7)
}


def api_of(**issues: Any) -> dict[str, Any]:  # noqa: ANN401  # a stream's keys
    said = definition()
    said["rate_limit"] = {"concurrent": 3}
    said["paging"] = PAGED
    said["streams"] = {
        "projects": {"path": "/projects", "records": "data", "key": ["id"]},
        "issues": {
            "path": "/projects/${parent:id}/issues",
            "records": "data",
            "parent": {"stream": "projects"},
            "key": ["project", "n"],
            "columns": {"project": {"value": "${parent:id}"}},
            **issues,
        },
        "notes": {
            "path": "/issues/${parent:n}/notes",
            "records": "data",
            "parent": {"stream": "issues", "fields": ["n"]},
            "columns": {"issue": {"value": "${parent:n}"}},
        },
    }
    return said


class Tracker:
    """Projects with their issues, two on a page."""

    def __init__(self) -> None:
        self.projects = {name: [*issues] for name, issues in PROJECTS.items()}

    def respond(self, asked: Asked) -> Answered:
        path = asked.path.strip("/").split("/")
        if path == ["projects"]:
            return page(asked, [{"id": name} for name in self.projects])
        if path[0] == "issues":
            return page(asked, [{"text": f"note on {path[1]}"}])
        since = int(asked.param("since", "0"))
        return page(asked, [issue for issue in self.projects[path[1].replace("%2F", "/")] if issue["at"] >= since])


def page(asked: Asked, rows: list[dict[str, Any]]) -> Answered:
    begin = int(asked.param("token", "0"))
    return Answered({"data": rows[begin : begin + 2], "next": str(begin + 2) if begin + 2 < len(rows) else None})


def wanted(tracker: Tracker) -> list[tuple[str, str]]:
    return sorted((name, issue["n"]) for name, issues in tracker.projects.items() for issue in issues)


def test_every_parent_is_asked_for_its_own(tmp_path: Path) -> None:
    tracker = Tracker()
    with declared(tmp_path, tracker.respond, api_of()) as api:
        rows = api.rows(name="issues")
    assert sorted((row["project"], row["n"]) for row in rows) == wanted(tracker)


def test_parents_may_have_parents(tmp_path: Path) -> None:
    tracker = Tracker()
    with declared(tmp_path, tracker.respond, api_of()) as api:
        rows = api.rows(name="notes")
    assert sorted(row["issue"] for row in rows) == sorted(number for _, number in wanted(tracker))


def test_only_what_is_new_comes_again_of_any_parent(tmp_path: Path) -> None:
    tracker = Tracker()
    cursor = {"field": "at", "unit": "s", "order": "ascending", "start": "1970-01-01"}
    said = api_of(cursor=cursor, params={"since": "${window:from}"})
    with declared(tmp_path, tracker.respond, said) as api:
        rows, position = api.load(name="issues")
        assert sorted((row["project"], row["n"]) for row in rows) == wanted(tracker)
        assert api.load(position, "issues")[0] == []
        tracker.projects["p/2"].append({"n": "2.9", "at": 107})
        tracker.projects["p/5"].append({"n": "5.9", "at": 105})
        later, position = api.load(position, "issues")
        assert sorted(row["n"] for row in later) == ["2.9", "5.9"]
        assert api.load(position, "issues")[0] == []


@pytest.mark.parametrize("where", [{"path": "/issues/${parent:slug}"}, {"params": {"of": "${parent:slug}"}}])
def test_a_parent_without_what_its_own_are_asked_by_is_told(tmp_path: Path, where: dict[str, Any]) -> None:
    """Else the API would be asked for the issues of "None", or once more for those of all."""
    said = api_of(columns={}, parent={"stream": "projects", "fields": ["slug"]}, **{"path": "/issues/all", **where})
    tracker = Tracker()
    with (
        declared(tmp_path, tracker.respond, said) as api,
        pytest.raises(JobError, match="a record of the parent has no 'slug'"),
    ):
        api.rows(name="issues")


def test_a_column_may_hold_what_a_parent_has_not(tmp_path: Path) -> None:
    columns = {"project": {"value": "${parent:id}"}, "team": {"value": "${parent:team}"}}
    said = api_of(columns=columns, parent={"stream": "projects", "fields": ["id", "team"]}, types={"team": "string"})
    tracker = Tracker()
    with declared(tmp_path, tracker.respond, said) as api:
        rows = api.rows(name="issues")
    assert {row["team"] for row in rows} == {None}
    assert len(rows) == len(wanted(tracker))
