"""Local files that are there after the power went out: what was written is on the disk before it is relied upon.

A file's bytes and its entry in the folder are separate things to Linux, and both wait in memory until ``fsync``.

Source: fsync(2), "Calling fsync() does not necessarily ensure that the entry in the directory containing the file has
also reached disk".
"""

from __future__ import annotations

import os
from pathlib import Path


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each with its entry on the disk."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync(folder.parent)


def sync(path: Path) -> None:
    """Put on the disk what was written to a file, by whomever, or a folder's entries."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_text(path: Path, text: str) -> None:
    """Put a text in the place of a file's, so that whenever the power goes out the whole old or new text is there."""
    make_folder(path.parent)
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)
    sync(path.parent)
