"""Files that people write are read strictly, and every fault names its place."""

from pathlib import Path

import pytest
from ingest_core import JobError
from ingest_core.documents import read_yaml


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "job.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(JobError) as raised:
        read_yaml(path)
    return [str(fault) for fault in raised.value.faults]


def test_every_key_has_its_line_and_column(tmp_path: Path) -> None:
    document = read_yaml(written(tmp_path, "a: 1\nb:\n  - c: {d: x}\n"))
    assert document.data == {"a": 1, "b": [{"c": {"d": "x"}}]}
    assert document.where(("b", 0, "c", "d")).endswith("job.yaml:3:9")


def test_a_missing_key_is_placed_at_the_nearest_key_above_it(tmp_path: Path) -> None:
    assert read_yaml(written(tmp_path, "a: 1\nb:\n  c: 2\n")).where(("b", "missing")).endswith(":2:1")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    found = faults(written(tmp_path, "a: 1\na: 2\nb: !!python/object:os.system x\n[1]: 2\n"))
    assert len(found) == 3
    assert ":2:1: the key 'a' stands twice; first at 1:1" in found[0]
    assert ":3" in found[1]
    assert "tag" in found[1]
    assert "plain word" in found[2]


def test_broken_yaml_names_its_line_and_does_not_quote_it(tmp_path: Path) -> None:
    (found,) = faults(written(tmp_path, "a: 1\npassword: 'hunter2\n"))
    assert ":2" in found or ":3" in found
    assert "hunter2" not in found


def test_aliases_that_multiply_are_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    (found,) = faults(written(tmp_path, "\n".join(lines)))
    assert "aliases multiply" in found


def test_a_missing_file_names_the_nearest(tmp_path: Path) -> None:
    written(tmp_path, "a: 1")
    (found,) = faults(tmp_path / "jab.yaml")
    assert f"did you mean {tmp_path / 'job.yaml'}?" in found


def test_of_a_missing_file_in_a_missing_folder_the_folder_nearest_by_name_is_told(tmp_path: Path) -> None:
    written(tmp_path, "a: 1")
    (tmp_path / "acme").mkdir()
    (found,) = faults(tmp_path / "acne" / "job.yaml")
    assert found.endswith(f"did you mean {tmp_path / 'acme'}?")


def test_an_empty_folder_as_docker_makes_of_a_mistyped_mount_is_told(tmp_path: Path) -> None:
    (tmp_path / "jobs").mkdir()
    (found,) = faults(tmp_path / "jobs" / "acme" / "job.yaml")
    assert f"{tmp_path}/jobs/acme/job.yaml: no such file\n" in found
    assert f"{tmp_path / 'jobs'} is empty: if it is a mount, see that the right folder is mounted there" in found
