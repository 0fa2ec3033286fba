"""Compares the names of files as the file system has them, however they are spelled.

Tables name files by whole addresses, and not always by the same spelling: ``s3``, ``s3a`` and ``s3n`` are one scheme,
``file:/x``, ``file:///x`` and ``/x`` one file. What stands before the path is left
out, the bucket, too, since it may have an alias; so two files may be taken for one, and then one more is kept.
"""

from __future__ import annotations

import posixpath
import re

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?=/)")


def compared(location: str) -> str:
    """Give the path of an address, to be compared with others of its kind.

    An address of Iceberg is no URI: nothing in it is encoded, and ``#``, ``?`` and ``%`` stand for themselves.

    Args:
        location: As a table names it.
    """
    scheme = _SCHEME.match(location)
    path = location[scheme.end() :] if scheme else location
    if scheme and path.startswith("//"):
        _, slash, path = path[2:].partition("/")
        path = slash + path
    return posixpath.normpath("/" + path.lstrip("/"))


def is_below(path: str, folder: str) -> bool:
    """Tell whether a path lies below a folder, or is it; both as :func:`compared` gives them."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def overlap(one: str, other: str) -> bool:
    """Tell whether one of two folders lies below the other, or is it; both as :func:`compared` gives them."""
    return is_below(one, other) or is_below(other, one)
