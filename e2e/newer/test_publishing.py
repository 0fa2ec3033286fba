"""Tables that show together, on a newer Nessie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from e2e.conftest import Servers, started
from e2e.test_publishing import (
    make_shop,
    own_branch,
    shop,
    test_a_merge_that_lands_after_the_next_run_is_refused_by_the_server,
    test_a_table_that_two_jobs_make_at_once_gets_the_rows_of_both,
    test_a_target_without_any_commit_can_be_published_to,
    test_another_job_that_lands_in_a_table_meanwhile_makes_the_same_files_land_upon_its_rows,
    test_of_two_runs_of_one_job_one_wins_and_the_other_says_that_it_lost,
    test_of_two_runs_of_one_job_upon_a_table_that_is_there_one_wins,
    test_one_object_that_fails_keeps_all_from_being_published,
    test_the_next_run_sweeps_old_branches_of_this_job_alone,
    test_two_new_tables_show_by_one_commit_that_names_the_run,
    test_until_the_merge_nothing_shows,
    test_what_the_target_lost_while_a_run_worked_is_not_brought_back_by_its_merge,
    test_whatever_is_answered_to_the_merge_the_run_finds_out_what_became_of_it,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "make_shop",
    "own_branch",
    "shop",
    "test_a_merge_that_lands_after_the_next_run_is_refused_by_the_server",
    "test_a_table_that_two_jobs_make_at_once_gets_the_rows_of_both",
    "test_a_target_without_any_commit_can_be_published_to",
    "test_another_job_that_lands_in_a_table_meanwhile_makes_the_same_files_land_upon_its_rows",
    "test_of_two_runs_of_one_job_one_wins_and_the_other_says_that_it_lost",
    "test_of_two_runs_of_one_job_upon_a_table_that_is_there_one_wins",
    "test_one_object_that_fails_keeps_all_from_being_published",
    "test_the_next_run_sweeps_old_branches_of_this_job_alone",
    "test_two_new_tables_show_by_one_commit_that_names_the_run",
    "test_until_the_merge_nothing_shows",
    "test_what_the_target_lost_while_a_run_worked_is_not_brought_back_by_its_merge",
    "test_whatever_is_answered_to_the_merge_the_run_finds_out_what_became_of_it",
]


@pytest.fixture(scope="module")
def servers(request: pytest.FixtureRequest, newer_image: str) -> Iterator[Servers]:
    """Start an S3 server and a newer Nessie, whose clients run on the host, and remove them in the end."""
    with started(request, for_host=True, image=newer_image) as found:
        yield found
