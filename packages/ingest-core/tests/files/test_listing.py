"""Patterns name what Python's own name, and nothing is left out in silence."""

import glob
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_core import IngestError, JobError, TransientError
from ingest_core.files.listing import listed

FILES = ["a.csv", "b.txt", ".hidden.csv", "n1/a.csv", "n1/deep/c.csv", "n2/a.csv", "n2/.x/d.csv", "[1]/e.csv", "A.CSV"]
PART = st.sampled_from(["*", "**", "*.csv", "n?", "n1", "deep", "[!b]*", ".*", "a.csv", "[[]1]", "*/*"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose own name is a pattern, too."""
    made = tmp_path_factory.mktemp("files") / "home[1]*"
    for name in FILES:
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).touch()
    return made


@given(parts=st.lists(PART, min_size=1, max_size=4))
def test_files_are_those_that_pythons_glob_names(folder: Path, parts: list[str]) -> None:
    pattern = "/".join(parts)
    theirs = glob.glob(pattern, root_dir=folder, recursive=True)  # noqa: PTH207  # what ours is held against
    # Python's finds a file, with a slash behind it, where a folder is asked for.
    expected = {folder / name for name in theirs if not name.endswith("/") and (folder / name).is_file()}
    assert {path for path in listed(folder, pattern) if path.is_file()} == expected


def test_links_that_lead_back_are_not_followed_round_and_round(tmp_path: Path) -> None:
    (tmp_path / "d/e").mkdir(parents=True)
    for name in ("a", "b", "e/c"):
        (tmp_path / "d" / name).symlink_to(tmp_path / "d")
    (tmp_path / "d/f.csv").touch()
    assert {path.resolve() for path in listed(tmp_path, "d/**/*.csv")} == {tmp_path / "d/f.csv"}


@pytest.mark.parametrize(
    ("raised", "told"), [(PermissionError(13, "no"), JobError), (OSError(5, "I/O error"), TransientError)]
)
def test_a_folder_that_cannot_be_listed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raised: OSError, told: type[IngestError]
) -> None:
    for name in ("n1", "n2"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").touch()
    listdir = os.listdir

    def broken(path: Path) -> list[str]:
        if path.name == "n2":
            raise raised
        return listdir(path)

    monkeypatch.setattr(os, "listdir", broken)
    with pytest.raises(told, match=r"n2 (may not|cannot) be listed"):
        list(listed(tmp_path, "*/*.csv"))
