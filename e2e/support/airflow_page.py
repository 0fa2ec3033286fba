"""Airflow's page in a browser: logging in, and looking at what takes its time to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from e2e.support.airflow_records import USER

if TYPE_CHECKING:
    from playwright.sync_api import Page


def log_in(opened: Page, address: str, password: str) -> None:
    """Type name and password where Airflow asks for them.

    Args:
        opened: The page.
        address: Airflow's, without a path.
        password: The password.

    Raises:
        AssertionError: It does not let one in.
    """
    opened.goto(address)
    opened.locator('input[name="username"]').fill(USER)
    opened.locator('input[name="password"]').fill(password)
    opened.get_by_role("button", name="Sign in").click()
