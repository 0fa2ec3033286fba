"""dockle, which looks at a built image: the CIS Docker benchmark, and what it adds.

It is compiled from its source at the version of image/dockle/go.mod; go.sum holds the hashes of all that it is made of.
"""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import docker

from e2e.support.objectstore_image import COMPILER
from e2e.support.tools import fetch_wheel, run

ROOT = Path(__file__).parents[2]
MODULE = ROOT / "image" / "dockle"
NO_C = "containers_image_openpgp exclude_graphdriver_btrfs exclude_graphdriver_devicemapper"
"""Builds without C libraries: they are for reading images of engines that nobody here runs."""
EXCEPTIONS = {
    "CIS-DI-0005": "content trust is the signer's and the puller's setting, nothing of the image",
}
"""Rules that are not held, each with its reason."""
ACCEPTED_FILES = ("settings.py",)
"""Taken for Django's settings with their secret key; they are modules of Airflow and dill, the same for everybody."""
BATCH = 1 << 20


def complaints(image: str) -> str:
    """Give what dockle finds in an image, of whatever level.

    Args:
        image: Its id or name.

    Returns:
        Its words, one rule a line; empty if all rules hold.
    """
    ignored = [part for rule in EXCEPTIONS for part in ("--ignore", rule)]
    accepted = [part for name in ACCEPTED_FILES for part in ("--accept-file", name)]
    with tempfile.NamedTemporaryFile(suffix=".tar") as archive:
        for piece in docker.from_env(timeout=600).images.get(image).save(chunk_size=BATCH, named=True):
            archive.write(piece)
        archive.flush()
        said = run([_program(), *ignored, *accepted, "--no-color", "--input", archive.name], {"DOCKLE_HOST": ""})
    return said.strip()


def _program() -> Path:
    """Compile dockle, once for each version."""
    (version,) = re.findall(r"goodwithtech/dockle (v\S+)", (MODULE / "go.mod").read_text(encoding="utf-8"))
    program = ROOT / ".image" / f"dockle-{version}"
    if not program.exists():
        program.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            fetch_wheel(COMPILER, Path(folder))
            made = Path(folder) / "dockle"
            _compile(Path(folder) / "go", made)
            os.replace(_beside(made, program), program)  # noqa: PTH105  # whole or not at all, for who builds at the same time
    return program


def _beside(made: Path, program: Path) -> Path:
    """Copy a file into the folder that it belongs in, under a name of its own."""
    descriptor, name = tempfile.mkstemp(dir=program.parent)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(made.read_bytes())
    Path(name).chmod(0o755)
    return Path(name)


def _compile(go: Path, made: Path) -> None:
    environment = {"GOROOT": str(go), "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly", "CGO_ENABLED": "0"}
    package = "github.com/goodwithtech/dockle/cmd/dockle"
    run([go / "bin" / "go", "-C", MODULE, "build", "-tags", NO_C, "-o", made, package], environment)
