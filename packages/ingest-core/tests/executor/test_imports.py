"""A run imports what it needs, and no more.

The store in which rows are compared comes with a run that merges, the models of contracts with a job that names one.
"""

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
sys.exit(sys.argv[1] in sys.modules)
"""
ASSET = """\
apiVersion: v3.1.0
kind: DataContract
schema: [{name: orders, properties: [{name: id, logicalType: integer}]}]
"""


WAYS = [("write: append", 0), ("write: replace", 0), ("write: merge, key: [id]", 1)]


def imports(home: Path, how: str, module: str) -> int:
    """Run a job, and give 1 where a module was imported, else 0."""
    (home / "orders.csv").write_text("id,text\n1,a\n", encoding="utf-8")
    job = home / "jobs" / "acme" / "orders.yaml"
    job.parent.mkdir(parents=True)
    job.write_text(JOB.format(how=how), encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", RUN, module], cwd=home, capture_output=True, text=True, check=False)  # noqa: S603  # our own code
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode


@pytest.mark.parametrize(("how", "needs"), WAYS)
def test_only_a_run_that_merges_imports_duckdb(tmp_path: Path, how: str, needs: int) -> None:
    assert imports(tmp_path, how, "duckdb") == needs


@pytest.mark.parametrize(("how", "needs"), [("write: append", 0), ("asset: orders", 1)])
def test_only_a_job_that_names_an_asset_imports_the_models_of_contracts(tmp_path: Path, how: str, needs: int) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "orders.yaml").write_text(ASSET, encoding="utf-8")
    assert imports(tmp_path, how, "open_data_contract_standard") == needs
