"""Tells files that are no secret of their own by their names."""

from __future__ import annotations

import re

from ingest_core.secret_stores.secret_files import ENDINGS

_COPIED = r"_(?:old|new|bak|backup|copy|orig|save|tmp|[0-9])"
_SEVERAL = re.compile(rf"(?:{'|'.join(map(re.escape, [*ENDINGS, '.yml']))})(?:(?![a-z0-9_])|(?={_COPIED}))")
"""An ending of a file of several secrets, whatever was put behind it: ``.bak``, ``~``, ``-2024``, ``_old``."""


def is_no_secret(name: str) -> bool:
    """Tell whether a file is one of several secrets, a copy of such a one, or what an editor left.

    Editors leave hidden files (``.x.swp`` of Vim, ``.#x`` of Emacs) and names such as ``x~`` and ``#x#``.

    Args:
        name: The file's name, without its folder.
    """
    return name.startswith((".", "#")) or name.endswith(("~", "#")) or bool(_SEVERAL.search(name.lower()))
