"""A run imports what it needs: the store in which rows are compared comes with a run that merges, and with no other."""

import subprocess
import sys
from pathlib import Path

import pytest

JOB = """\
tenant: acme
source: {{connector: csv, objects: {{orders: {{path: orders.csv, {how}}}}}}}
target: {{connector: iceberg}}
"""
RUN = """\
import sys
from pathlib import Path
from ingest_core import load_job, plan, run
assert run(plan(load_job(Path("jobs/acme/orders.yaml")))).outcome.name == "SUCCESS"
sys.exit("duckdb" in sys.modules)
"""


WAYS = [("write: append", 0), ("write: replace", 0), ("write: merge, key: [id]", 1)]


@pytest.mark.parametrize(("how", "needs"), WAYS)
def test_only_a_run_that_merges_imports_duckdb(tmp_path: Path, how: str, needs: int) -> None:
    (tmp_path / "orders.csv").write_text("id,text\n1,a\n", encoding="utf-8")
    job = tmp_path / "jobs" / "acme" / "orders.yaml"
    job.parent.mkdir(parents=True)
    job.write_text(JOB.format(how=how), encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", RUN], cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603  # our own code
    assert done.returncode == needs, done.stderr
