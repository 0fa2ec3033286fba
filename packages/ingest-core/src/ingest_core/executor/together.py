"""Lands all objects of a run on a branch of its own, and shows them at one moment, or none of them."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from ingest_core.errors import IngestError, JobError, TransientError
from ingest_core.executor.cleaning import cleaned
from ingest_core.executor.landing import commit_change, land_object
from ingest_core.executor.objects import explained, finish, try_object
from ingest_core.executor.outcomes import Try, fail, tell, withhold
from ingest_core.executor.parts import Parts
from ingest_core.executor.progress import Progress
from ingest_core.executor.publication import Patience, Standing, publish
from ingest_core.executor.retrying import land_persistently
from ingest_core.executor.stops import Stops
from ingest_core.ports import Branch, Branches
from ingest_core.report import ObjectReport
from ingest_core.stop_signals import kept_a_stop

LONGEST_RUN = timedelta(days=7)
"""The longest that a run may take; the branches of longer ones are swept."""

PATIENCE = Patience()


@dataclass(frozen=True)
class Way:
    """What a publication works with.

    Args:
        parts: What the run works with; its catalog is the target branch's.
        on: The same, without a catalog that holds yet: each branch brings its own.
        branches: Makes branches of this run.
        end: Takes what is to be done once everything is reported.
    """

    parts: Parts
    on: Parts
    branches: Branches
    end: contextlib.ExitStack

    def begin(self, attempt: int) -> tuple[Branch, Parts]:
        """Make a branch, and what the run works with on it."""
        branch = self.branches.begin(attempt)
        return branch, replace(self.on, catalog=branch.catalog)


def land_together(parts: Parts, reports: list[ObjectReport]) -> None:
    """Land every object on a branch, and merge the branch once.

    Args:
        parts: What the run works with; its catalog is the target branch's.
        reports: Takes the reports, all of them once it is known what shows.

    Raises:
        JobError: The catalog has no branches.
        TransientError: The catalog does not answer; nothing was published.
        KeyboardInterrupt: The run was stopped. Nothing was published, unless ``parts.stops`` says that a merge was cut.
    """
    branches = parts.catalog.branches
    if branches is None:
        raise JobError(
            "this catalog has no branches to show tables together by; only Nessie has",
            "say `publish: each`",
            ("publish",),
        )
    _sweep(parts, branches)
    with cleaned(parts.log) as kept, parts.stops:
        # On its branch a commit shows nothing, so to cut it is not to cut a publication: it has stops of its own.
        way = Way(parts, replace(parts, kept=kept, stops=Stops()), branches, kept)
        branch, on = way.begin(1)
        tries = [_try(on, Progress(planned)) for planned in parts.plan.objects]
        on.stops.go_on()
        _show(way, branch, tries)
        for each in tries:
            finish(parts, each.report)
            reports.append(each.report)


def _sweep(parts: Parts, branches: Branches) -> None:
    # What keeps a sweep from going on is told by the run itself, if it matters.
    with contextlib.suppress(IngestError), kept_a_stop():
        if swept := branches.sweep(LONGEST_RUN):
            parts.log.info("branches_swept", branches=list(swept))


def _try(on: Parts, progress: Progress) -> Try:
    on.stops.go_on()
    with on.stops:
        return Try(progress, try_object(on, progress, land_persistently))


def _show(way: Way, branch: Branch, tries: Sequence[Try]) -> None:
    """Publish what was landed, and make the reports say what became of it."""
    if any(each.report.status not in ("committed", "unchanged") for each in tries):
        withhold(branch, tries)
        return
    log, job = way.parts.log, way.parts.plan.job
    try:
        with kept_a_stop():
            standings = _publish(way, branch, [each.progress for each in tries])
    except IngestError as error:
        text = explained(error, job)
        log.error("publication_failed", error=text, error_type=type(error).__name__)  # noqa: TRY400  # a person mends it
        fail(tries, text, type(error).__name__)
    except Exception as error:  # the last door before a person, told whole
        log.exception("publication_failed", error_type=type(error).__name__)
        fail(tries, f"unexpected: {type(error).__name__}: {error}; it may have been published", type(error).__name__)
    else:
        for each in tries:
            tell(way.parts, each, standings.get(each.progress.planned.name))


def _publish(way: Way, branch: Branch, objects: Sequence[Progress]) -> Mapping[str, Standing]:
    """Merge, and while others moved the same tables, make the same commits on another branch and merge that."""
    for attempt in range(1, PATIENCE.branches + 1):
        if attempt > 1:
            branch = _again(way, branch, attempt, [each for each in objects if each.commits])
        changed = [each for each in objects if each.commits]
        way.parts.stops.hold()
        standings = publish(way.parts, branch, changed, PATIENCE)
        if standings is not None:
            way.end.callback(branch.drop)
            return {each.planned.name: standing for each, standing in zip(changed, standings, strict=True)}
        way.parts.stops.release()
    raise TransientError(
        f"others kept committing to the same tables; nothing was published after {PATIENCE.branches} attempts",
        "run again",
    )


def _again(way: Way, former: Branch, attempt: int, changed: Sequence[Progress]) -> Branch:
    """Make the same commits on a branch from where the target stands now.

    Raises:
        IngestError: They cannot be made there, or the former branch vanished; nothing was published.
        KeyboardInterrupt: A stop was held back while the merge was on its way.
    """
    way.parts.stops.go_on()
    former.head()  # a run whose branch vanished ends here
    former.drop()
    PATIENCE.pause()
    branch, on = way.begin(attempt)
    for progress in changed:
        on.stops.go_on()
        with on.stops:
            _land_again(on, progress)
    on.stops.go_on()
    return branch


def _land_again(on: Parts, progress: Progress) -> None:
    """Commit what was committed on a former branch. Files of a table that only that branch had are written anew."""
    (last,) = progress.commits
    progress.commits.clear()
    table = on.catalog.load(progress.planned.table)
    if table is None or table.uuid != last.opened.table.uuid:
        land_object(on, progress)
        return
    if last.change.gathering:
        last.change.gathering.wake()
    commit_change(on, progress, last.opened, last.change, last.state)
