"""What edits of experiments and of the trash are refused, before they become events.

Only selects.
"""

from datetime import UTC, datetime, timedelta

import sqlite_utils

from trackbook.errors import BadInput, NameTaken
from trackbook.events import ExperimentCreated, TrashEmptied
from trackbook_server.store.experiments import make_id
from trackbook_server.store.many_edits import MAX_RUNS, check_experiment
from trackbook_server.store.moves import list_way
from trackbook_server.store.values import now, to_text

MAX_DAYS = 36_500

MAX_NAME = 500
"""The longest name of an experiment that a person gives."""


def plan_experiment(
    db: sqlite_utils.Database, name: str, by: str = ""
) -> ExperimentCreated:
    """Return what makes an experiment. Raises BadInput for no name, NameTaken."""
    said = check_name(name)
    taken = db.execute(
        "select 1 from experiments where name = ? and merged_into is null", (said,)
    ).fetchone()
    if taken is not None:
        raise NameTaken(f"there is an experiment {said!r} already; take another name")
    at = now()
    experiment_id = make_id(said, to_text(at))
    return ExperimentCreated(
        seq=0, at=at, experiment_id=experiment_id, name=said, by=by
    )


def check_name(name: str) -> str:
    """Return a name of an experiment without blanks around it. Raises BadInput."""
    said = name.strip()
    if not said:
        raise BadInput("an experiment's name can't be empty")
    if len(said) > MAX_NAME:
        raise BadInput(f"an experiment's name has at most {MAX_NAME} characters")
    return said


def plan_merge(db: sqlite_utils.Database, experiment_id: str, into: str | None) -> None:
    """Raise ExperimentNotFound where one of two experiments is not there, BadInput
    where one can't be merged into the other; None and empty are no merging."""
    check_experiment(db, experiment_id)
    if into:
        check_experiment(db, into)
        if experiment_id in list_way(db, into):
            raise BadInput(
                "an experiment can't be merged into itself, or into one that was "
                "merged into it; choose another one"
            )


def plan_emptying(
    run_ids: list[str], older_than_days: float | None, by: str = ""
) -> TrashEmptied:
    """Return what empties the trash. Raises BadInput for what makes no sense."""
    if len(run_ids) > MAX_RUNS:
        raise BadInput(
            f"{len(run_ids):,} runs are given; it must be at most {MAX_RUNS:,} at once"
        )
    if run_ids and older_than_days is not None:
        raise BadInput("run_ids and older_than_days are two ways; give one of them")
    at = now()
    before = None
    if older_than_days is not None:
        if not 0 <= older_than_days <= MAX_DAYS:
            raise BadInput(f"older_than_days must be from 0 to {MAX_DAYS:,}")
        before = at - timedelta(days=older_than_days)
    return TrashEmptied(seq=0, at=at, run_ids=tuple(run_ids), before=before, by=by)


def plan_cleaning() -> TrashEmptied:
    """Return what goes on where an emptying was cut off, and deletes no run: none was
    put into the trash before there were any."""
    return TrashEmptied(seq=0, at=now(), before=datetime(1970, 1, 1, tzinfo=UTC))


def check_days(days: int) -> int:
    """Return after how many days the trash lets go of runs. Raises BadInput."""
    if not 0 <= days <= MAX_DAYS:
        raise BadInput(
            f"the trash can keep runs for 1 to {MAX_DAYS:,} days, or for ever (0)"
        )
    return days
