"""The docs' pictures of pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
LARGEST = 150_000


class Pictures:
    """Keeps pictures of pages, where somebody asked for them.

    Args:
        wanted: Whether somebody did.
    """

    def __init__(self, *, wanted: bool) -> None:
        self._wanted = wanted

    def keep(self, opened: Page, name: str) -> None:
        """Renew one picture.

        Args:
            opened: The page.
            name: The picture's: ``dagster-run``.
        """
        if self._wanted:
            file = FOLDER / f"{name}.png"
            opened.screenshot(path=file, animations="disabled")
            assert file.stat().st_size < LARGEST
