"""Every command and every Python snippet shown in a README or a page under docs/ runs as it stands.

They run in a copy of the repository, each block in a shell of its own. Blocks that set a machine up or run the whole
suite cannot run inside it; each is named here with where it is run instead.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from ingest_cli.main import ingest

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    [ROOT / "README.md", *ROOT.glob("packages/*/README.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")]
)
BLOCK = re.compile(r"^```(bash|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)

RUN_ELSEWHERE = {
    'pip install "nox[uv]" && nox -s demo\n': "the session demo, and .ci/run, which begins with the same pip line",
    "nox\n": "CI: it is the command that runs this test",
    "nox -s dev\nsource .venv/bin/activate\ningest run --config examples/jobs/acme/flights.yaml\n": "test_dev below",
    "ingest start orchestrated --runner-config configs/runner.yaml\n": "test_start_orchestrated.py stops it",
}

IN_ORDER = {"image.md": "e2e/test_mounts.py, test_dagster.py and test_airflow.py type the page's commands, one after the other"}
"""Pages whose commands build on one another; what is said of building the image runs here all the same."""


def blocks(page: Path) -> list[tuple[str, str]]:
    """List the commands of a page with their language."""
    return [(match[1], match[2]) for match in BLOCK.finditer(page.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository as git would give it to a stranger."""
    folder = tmp_path_factory.mktemp("docs") / "ingest"
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()  # noqa: S603  # a fixed line
    for name in names:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, target, follow_symlinks=False)
    return folder


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a block as a person would paste it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("INGEST_", "VIRTUAL_ENV"))}
    environment["AIRFLOW_HOME"] = str(folder / "state" / "airflow")  # else it is the home folder of whoever runs this
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    line = ["bash", "-euo", "pipefail", "-c", command]
    return subprocess.run(line, cwd=folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  # the pages' own lines


SHOWN = [(page, *block) for page in PAGES for block in blocks(page)]


def needs_docker(code: str) -> bool:
    """Tell whether a block makes an image or starts containers."""
    return "docker run" in code or "nox -s image" in code


@pytest.mark.parametrize(
    ("page", "language", "code"), SHOWN, ids=[f"{page.relative_to(ROOT)}-{n}" for n, (page, *_) in enumerate(SHOWN)]
)
def test_what_a_page_shows_runs(copy: Path, page: Path, language: str, code: str) -> None:
    if code in RUN_ELSEWHERE:
        pytest.skip(f"run elsewhere: {RUN_ELSEWHERE[code]}")
    if page.name in IN_ORDER and "nox -s image" not in code:
        pytest.skip(f"run elsewhere: {IN_ORDER[page.name]}")
    if needs_docker(code) and not os.environ.get("CI") and shutil.which("docker") is None:
        pytest.skip("no Docker engine here")
    assert page.exists()
    before = prepared(copy, code)
    command = code if language == "bash" else f"python - <<'EOF'\n{code}EOF\n"
    done = shell(before + command, copy)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def prepared(copy: Path, code: str) -> str:
    """Give what a reader of the page has done before: the example, or the first job, has run; state can be written."""
    if "examples/state" in code or "first_rows" in code:
        shell("ingest run --config examples/jobs/acme/flights.yaml", copy)
    if "my-data" in code and "ingest init" not in code:
        shell("ingest init my-data && ingest run --config my-data/jobs/acme/shop.yaml", copy)
    if "standins" in code:  # whatever becomes of the block: the stand-in holds the pipe that is read to its end
        return "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n"
    return "mkdir -p -m 0777 examples/state-image\n" if needs_docker(code) else ""


def test_dev_makes_an_environment_in_which_the_command_runs(copy: Path) -> None:
    done = shell("nox -s dev && source .venv/bin/activate && ingest run --config examples/jobs/acme/flights.yaml", copy)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert '"outcome": "success"' in done.stdout


def test_no_command_is_excused_that_no_page_shows() -> None:
    assert set(RUN_ELSEWHERE) <= {code for _, _, code in SHOWN}


def test_the_page_of_commands_has_a_part_for_each() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    commands = ingest.list_commands(click.Context(ingest))
    assert {line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")} == set(commands)
