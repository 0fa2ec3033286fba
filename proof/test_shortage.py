"""A machine that runs out of room: the run says what is short, harms nothing, and the next one lands the rows.

A limit of the process stands for a full disk: the kernel refuses to write beyond it (setrlimit(2), RLIMIT_FSIZE).
"""

from __future__ import annotations

import resource
import signal
from dataclasses import dataclass

import pytest
from dialled import Row

from proof.conftest import MakeHome
from proof.support.oracle import expected, landed
from proof.support.processes import run_job
from proof.support.table import TABLE, Mark

BEFORE = [Row(number, number, f"before {number}") for number in range(6)]
AFTER = [
    *BEFORE,
    Row(2, 5_000, "changed"),
    *(Row(number, number, f"after {number * 7919}") for number in range(6, 1_000)),
]


@dataclass(frozen=True)
class Short:
    """Lets a process have no more of something.

    Args:
        what: A limit of the kernel's.
        most: How much there is.
    """

    what: int
    most: int

    def __call__(self) -> None:
        """Set the limit."""
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that writing fails as it does on a full disk
        resource.setrlimit(self.what, (self.most, self.most))


SHORTAGES = {
    **{f"files of {size} bytes": Short(resource.RLIMIT_FSIZE, size) for size in (0, 100, 1_000, 4_096, 10_000, 20_000)},
    **{f"{count} open files": Short(resource.RLIMIT_NOFILE, count) for count in (10, 12, 14, 16, 20)},
}


@pytest.mark.parametrize("write", ["append", "merge"])
@pytest.mark.parametrize("shortage", SHORTAGES)
def test_a_run_that_is_short_of_something_says_so_and_does_no_harm(
    shortage: str, write: str, make_home: MakeHome, request: pytest.FixtureRequest
) -> None:
    home = make_home("embedded", write)
    home.put(BEFORE)
    assert run_job(home.path).code == 0
    home.put(AFTER)
    (home.path / "outputs").mkdir(exist_ok=True)
    with request.config.stash[TABLE].marking(Mark("shortage", shortage, "embedded", write)):
        ended = run_job(home.path, SHORTAGES[shortage])
        assert ended.code in (0, 2), ended.stderr
        assert "unexpected" not in ended.stderr
        assert landed(home) == expected(write, BEFORE if ended.code else AFTER)
        again = run_job(home.path)
        assert again.code == 0, again.stderr
        assert landed(home) == expected(write, AFTER)
