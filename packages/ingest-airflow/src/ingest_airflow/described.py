"""What a DAG's page says of a job: owner, description and tables, as the job's data contracts have them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest_core import ObjectPlan, Plan


def owner_of(plan: Plan) -> str:
    """Name who answers for a job: the team of its first contract that has one, else the tenant."""
    return next((each.contract.team.name for each in plan.objects if each.contract.team.name), plan.job.tenant)


def description_of(plan: Plan) -> str:
    """Say in a line what a job lands."""
    first = next((each.contract.description for each in plan.objects if each.contract.description), "")
    return first.split("\n", 1)[0] or f"{plan.job.spec.source.connector} to {', '.join(_tables(plan))}"


def page_of(plan: Plan) -> str:
    """Write the text of a DAG's page, as Markdown: the job, and of each table what its contract says."""
    job = plan.job
    beginning = f"Runs the job `{job.name}` of `{job.tenant}`: `{job.document.path}`"
    return "\n\n".join([beginning, *(part for each in plan.objects for part in _contract(each))])


def _tables(plan: Plan) -> list[str]:
    return list(dict.fromkeys(str(each.table) for each in plan.objects))


def _contract(planned: ObjectPlan) -> Iterator[str]:
    contract = planned.contract
    yield f"### {planned.table}"
    if contract.description:
        yield contract.description
    people = [contract.team.name, *(member.username for member in contract.team.members)]
    if any(people):
        yield "Team: " + ", ".join(each for each in people if each)
    if contract.columns:
        rows = (
            f"| {_cell(each.name)} | {each.type or ''} | {_cell(each.description)} |"
            for each in contract.columns.values()
        )
        yield "\n".join(["| column | type | what it means |", "|---|---|---|", *rows])


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
