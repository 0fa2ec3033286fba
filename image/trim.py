"""Takes out of an environment what no run of the image needs, and makes its libraries small.

The build calls it on each layer: ``python3 trim.py LAYER FOLDER``. A line of the table that matches nothing any more
fails the build, so that the table stays true.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple


class Cut(NamedTuple):
    """Something that is left out.

    Args:
        reason: Why no run needs it.
        paths: Patterns below the folder of packages.
        but: Names that stay though they match.
    """

    reason: str
    paths: tuple[str, ...]
    but: frozenset[str] = frozenset()


_NEEDED = re.compile(r"\(NEEDED\).*\[(.*)\]")

S3 = frozenset({"s3", "sts", "sso", "sso-oidc", "signin"})

CUTS: dict[str, tuple[Cut, ...]] = {
    "core": (
        Cut(
            "what C++ and Cython programs are compiled with; there is no compiler",
            ("pyarrow/include", "pyarrow/includes", "pyarrow/src", "pyarrow/*.pyx", "pyarrow/*.pxd", "pyarrow/*.pxi"),
        ),
        Cut(
            "copies of libarrow_python.so.<version> that only a linker asks for",
            ("pyarrow/libarrow_python*.so", "pyarrow/libarrow_python*.so.*.*.*"),
        ),
        Cut(
            "Arrow Flight, a protocol that nothing here speaks",
            ("pyarrow/libarrow_flight.so*", "pyarrow/libarrow_python_flight.so*", "pyarrow/_flight.*.so"),
        ),
        Cut(
            "tests of packages, and their data",
            ("pyarrow/tests", "simplejson/tests", "fsspec/tests", "aioitertools/tests", "croniter/tests"),
        ),
        Cut(
            "compiled modules that no run imports: without them a program that does takes a moment longer",
            ("pygments/lexers/__pycache__", "sqlalchemy/testing/**/__pycache__"),
        ),
        Cut("Amazon's services other than S3 and what gives keys to it", ("botocore/data/*/",), S3),
        Cut(
            "the client of Hive's catalog, which needs thrift too; ingest speaks to REST catalogs",
            ("hive_metastore", "fb303"),
        ),
    ),
    "shared": (),
    "dagster": (
        Cut("maps from what the browser runs to its source", ("dagster_webserver/webapp/build/**/*.map",)),
        Cut("tests of packages", ("graphene/types/tests", "graphene/relay/tests", "dagster_postgres/test_fixtures")),
    ),
    "airflow": (
        Cut(
            "tests of packages",
            ("libcst/**/tests", "greenlet/tests", "jsonschema/tests", "dill/tests"),
        ),
    ),
}
"""What is left out of each layer."""


def main(layer: str, folder: str) -> None:
    """Trim the environment of a layer.

    Args:
        layer: A key of the table.
        folder: The environment.
    """
    (packages,) = Path(folder).glob("lib/python3.*/site-packages")
    before = _size(packages)
    modules = {path.name for path in _modules(packages)}
    for cut in CUTS[layer]:
        _take_out(packages, cut)
    _refuse_needed(packages, modules)
    _strip(packages)
    sys.stdout.write(f"{layer}: {before / 1e6:.0f} MB, trimmed to {_size(packages) / 1e6:.0f} MB\n")


def _take_out(packages: Path, cut: Cut) -> None:
    for pattern in cut.paths:
        found = [path for path in packages.glob(pattern) if path.name not in cut.but]
        if not found:
            raise SystemExit(f"image/trim.py: {pattern} ({cut.reason}) matches nothing any more: change the table")
        for path in found:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def _refuse_needed(packages: Path, before: set[str]) -> None:
    """Fail the build if something that stays is linked with something that was taken out."""
    staying = _modules(packages)
    gone = before - {path.name for path in staying}
    command = ["readelf", "--dynamic", "--wide", *map(str, staying)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout if gone else ""  # noqa: S603  # Debian's binutils in the build
    if broken := gone & set(_NEEDED.findall(told)):
        raise SystemExit(f"image/trim.py: libraries that stay need {', '.join(sorted(broken))}: change the table")


def _strip(packages: Path) -> None:
    """Take names and lines for debuggers out of compiled modules: many wheels carry them. They do the same without."""
    if modules := _modules(packages):
        subprocess.run(["strip", "--strip-unneeded", *map(str, modules)], check=True)  # noqa: S603, S607  # as above


def _modules(packages: Path) -> list[Path]:
    return [path for path in packages.rglob("*.so*") if path.is_file() and not path.is_symlink()]


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*"))


if __name__ == "__main__":
    main(*sys.argv[1:])
