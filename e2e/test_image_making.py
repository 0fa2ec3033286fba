"""What the image is made of: lists in which each package stands once with its hash, and cuts that stay true."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pyarrow as pa
import pytest

from image import lists, trim
from image.trim import Cut

NAMED = re.compile(r"^([a-z0-9._-]+)==", re.MULTILINE)
LAYERS = ("core", "shared", "dagster", "airflow")


def read(name: str) -> str:
    return (lists.FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def test_no_package_is_in_two_layers() -> None:
    names = [name for layer in LAYERS for name in set(NAMED.findall(read(layer)))]
    assert {"pyiceberg", "dagster", "apache-airflow", "pynessie"} <= set(names)
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("name", ["build", *LAYERS])
def test_every_package_stands_with_its_version_and_hashes_and_no_index_is_named(name: str) -> None:
    entries = [entry for entry in re.split(r"^(?=[a-z])", read(name), flags=re.MULTILINE) if NAMED.match(entry)]
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in read(name)


def test_the_core_holds_no_orchestrator_and_no_layer_what_the_image_is_built_with() -> None:
    assert not {"dagster", "apache-airflow-core", "fastapi", "grpcio"} & set(NAMED.findall(read("core")))
    assert not {"uv", "pip", "hatchling", "setuptools"} & {
        name for each in LAYERS for name in NAMED.findall(read(each))
    }


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """An environment with one package in it."""
    folder = tmp_path / "lib/python3.11/site-packages"
    for name in ("kept", "tests", "data/s3", "data/ec2"):
        (folder / "package" / name).mkdir(parents=True)
        (folder / "package" / name / "module.py").touch()
    return folder


def trimmed(packages: Path, monkeypatch: pytest.MonkeyPatch, *cuts: Cut) -> None:
    monkeypatch.setitem(trim.CUTS, "core", cuts)
    trim.main("core", str(packages.parents[2]))


def test_a_cut_takes_out_what_it_names_but_for_what_it_spares(packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spared = Cut("services", ("package/data/*/",), frozenset({"s3"}))
    trimmed(packages, monkeypatch, Cut("tests", ("package/tests",)), spared)
    assert sorted(path.name for path in (packages / "package").rglob("*") if path.is_dir()) == ["data", "kept", "s3"]


def test_a_cut_that_matches_nothing_any_more_fails_the_build(packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match=r"package/gone \(a reason\) matches nothing any more"):
        trimmed(packages, monkeypatch, Cut("a reason", ("package/gone",)))


@pytest.mark.skipif(not shutil.which("readelf"), reason="binutils are not installed here; the build has its own")
def test_a_cut_of_a_library_that_another_one_needs_fails_the_build(
    packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrow = Path(pa.__file__).parent
    for name in ("libarrow_python.so.*", "libarrow_compute.so.*"):
        (library, *_) = sorted(arrow.glob(name))
        shutil.copy(library, packages / "package" / library.name)
    with pytest.raises(SystemExit, match=r"libraries that stay need libarrow_compute\.so"):
        trimmed(packages, monkeypatch, Cut("a reason", ("package/libarrow_compute.so*",)))
