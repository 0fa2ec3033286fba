"""Jobs, branches and maintenance on a newer Nessie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from e2e.support.nessie_image import VERSION
from e2e.test_branches import (
    branch,
    test_it_is_made_from_main_and_main_stays_as_it_is,
    test_it_may_be_made_from_a_tag,
    test_nothing_to_make_it_from_is_2,
    test_one_that_nobody_made_is_2_and_the_mend_tells_both_ways,
    test_runs_that_make_it_at_once_all_find_it,
)
from e2e.test_job_on_nessie import (
    test_a_file_job_lands_exactly_the_rows_of_its_files,
    test_a_file_that_arrives_later_is_the_only_one_loaded,
    test_a_new_column_lands_with_its_first_rows,
    test_a_second_run_loads_nothing_twice,
    test_first_ever_runs_at_once_share_the_table_and_lose_no_row,
    test_the_run_is_found_in_the_commit_log_of_nessie,
)
from e2e.test_maintenance import (
    landed,
    test_small_files_become_one_and_the_log_names_who_did_it,
    test_what_a_killed_run_left_goes_and_what_other_references_show_stays,
)

if TYPE_CHECKING:
    from e2e.conftest import Servers

__all__ = [
    "branch",
    "landed",
    "test_a_file_job_lands_exactly_the_rows_of_its_files",
    "test_a_file_that_arrives_later_is_the_only_one_loaded",
    "test_a_new_column_lands_with_its_first_rows",
    "test_a_second_run_loads_nothing_twice",
    "test_first_ever_runs_at_once_share_the_table_and_lose_no_row",
    "test_it_is_made_from_main_and_main_stays_as_it_is",
    "test_it_may_be_made_from_a_tag",
    "test_nothing_to_make_it_from_is_2",
    "test_one_that_nobody_made_is_2_and_the_mend_tells_both_ways",
    "test_runs_that_make_it_at_once_all_find_it",
    "test_small_files_become_one_and_the_log_names_who_did_it",
    "test_the_run_is_found_in_the_commit_log_of_nessie",
    "test_what_a_killed_run_left_goes_and_what_other_references_show_stays",
]


def test_the_server_is_a_newer_one(servers: Servers) -> None:
    assert servers.nessie.version() > tuple(int(part) for part in VERSION.split("."))
