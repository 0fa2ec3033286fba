"""Imports the modules that a file names, and nothing else."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from pathlib import Path

if __name__ == "__main__":
    for name in Path(sys.argv[1]).read_text(encoding="utf-8").split():
        with contextlib.suppress(ImportError):  # some can only be imported by the module that did
            importlib.import_module(name)
    os._exit(0)  # as the command ends, without taking Python apart
