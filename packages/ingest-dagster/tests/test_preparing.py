"""Records are brought to the form that this Dagster writes, wherever they are: once for each release of it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import dagster
import pytest
from ingest_core.plugin import Launch
from ingest_dagster import preparing
from ingest_dagster.instance import write_instance


@pytest.mark.parametrize("own", ["", "storage: {{sqlite: {{base_dir: {elsewhere}}}}}\n"])
def test_records_are_migrated_once_for_each_release_also_where_a_person_put_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str
) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "dagster.yaml").write_text(own.format(elsewhere=tmp_path / "elsewhere"), encoding="utf-8")
    runner = tmp_path / "configs" / "runner.yaml"
    runner.write_text("runner: {orchestrator: {schedules: []}}\n", encoding="utf-8")
    folder = write_instance(Launch(runner, tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", str(folder))
    lines: list[list[str]] = []

    def migrated(line: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        lines.append(line)
        return subprocess.CompletedProcess(line, 0, "")

    monkeypatch.setattr(subprocess, "run", migrated)
    assert preparing.main(tmp_path, ["migrate"]) == 0
    assert lines == []  # fresh records are as they should be
    (folder / "version").write_text("1.0.0", encoding="utf-8")
    assert preparing.main(tmp_path, ["migrate"]) == 0
    assert [line[-2:] for line in lines] == [["instance", "migrate"]]
    assert (folder / "version").read_text(encoding="utf-8") == dagster.__version__
    assert preparing.main(tmp_path, ["migrate"]) == 0
    assert len(lines) == 1
