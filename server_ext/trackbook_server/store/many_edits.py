"""Edits of many runs at once: what they had before, so that it can be given back."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec
import sqlite_utils

from trackbook.errors import BadInput, ExperimentNotFound, RunNotFound
from trackbook.events import RunEdited
from trackbook_server import contract as c
from trackbook_server.store.moves import root_of
from trackbook_server.store.rows import Row, marks, rows
from trackbook_server.store.values import now

MAX_RUNS = 1_000
"""So many runs one request edits at most."""

_FLAGS = ("starred", "pinned", "trashed", "archived")

_NOW = (
    "select run_id, starred, pinned, trashed_at is not null as trashed, "
    "archived_at is not null as archived, coalesce(moved_to, '') as moved_to, "
    "experiment_id, recorded_in from runs where experiment_id is not null "
    "and run_id not in (select run_id from purging where begun)"
)


def plan_undo(db: sqlite_utils.Database, edit: c.RunsEdit) -> list[c.RunsUndo]:
    """Return the edits that undo one: of the runs that it changes, with what they have
    now; runs that have the same are in one.

    Raises RunNotFound where one of the runs is not there, ExperimentNotFound for the
    one that they are to go to, BadInput for too many.
    """
    wanted = list(dict.fromkeys(edit.run_ids))
    if not 1 <= len(wanted) <= MAX_RUNS:
        raise BadInput(
            f"{len(wanted)} runs are given; it must be from 1 to {MAX_RUNS:,} at a time"
        )
    if edit.experiment_id:
        check_experiment(db, edit.experiment_id)
    found = rows(db, f"{_NOW} and run_id in ({marks(wanted)})", wanted)
    missing = set(wanted) - {row["run_id"] for row in found}
    if missing:
        raise RunNotFound(
            f"{len(missing)} of the runs are not there (any more), {min(missing)!r} "
            "among them; read the list again"
        )
    tags = _load_tags(db, wanted, list(edit.tags))
    groups: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for row in found:
        had = tags[row["run_id"]]
        key = (
            *(_changed(row, edit, flag) for flag in _FLAGS),
            _left(db, row, edit.experiment_id),
            tuple(
                (name, had.get(name))
                for name, value in edit.tags.items()
                if had.get(name) != value
            ),
        )
        if any(part not in (None, ()) for part in key):
            groups[key].append(row["run_id"])
    return [
        c.RunsUndo(
            run_ids=run_ids,
            **dict(zip(_FLAGS, key, strict=False)),
            experiment_id=key[-2],
            tags=dict(key[-1]),
        )
        for key, run_ids in groups.items()
    ]


def events_of(edit: c.RunsEdit | c.RunsUndo, by: str) -> list[RunEdited]:
    """Return an edit as what happened to each of its runs."""
    fields = msgspec.structs.asdict(edit)
    run_ids = fields.pop("run_ids")
    at = now()
    return [
        RunEdited(seq=0, at=at, run_id=run_id, by=by, **fields) for run_id in run_ids
    ]


def check_experiment(db: sqlite_utils.Database, experiment_id: str) -> None:
    """Raise ExperimentNotFound where there is none of that id."""
    if not db.execute(
        "select 1 from experiments where experiment_id = ?", (experiment_id,)
    ).fetchone():
        raise ExperimentNotFound(
            f"there is no experiment {experiment_id[:100]!r}; "
            "`trackbook experiments` lists them"
        )


def _changed(row: Row, edit: c.RunsEdit, flag: str) -> bool | None:
    """Return what a run has of a flag, where the edit changes that."""
    wanted: bool | None = getattr(edit, flag)
    had = bool(row[flag])
    return None if wanted in (None, had) else had


def _left(db: sqlite_utils.Database, row: Row, experiment_id: str | None) -> str | None:
    """Return where a run was moved to before, where the edit moves it."""
    if experiment_id is None:
        return None
    target = root_of(db, experiment_id or row["recorded_in"])
    had: str = row["moved_to"]
    return None if target == row["experiment_id"] else had


def _load_tags(
    db: sqlite_utils.Database, run_ids: Sequence[str], keys: Sequence[str]
) -> dict[str, dict[str, str]]:
    tags: dict[str, dict[str, str]] = {run_id: {} for run_id in run_ids}
    for run_id, key, value in db.execute(
        "select run_id, key, value from tags where value is not null "
        f"and run_id in ({marks(run_ids)}) and key in ({marks(keys)})",
        (*run_ids, *keys),
    ):
        tags[run_id][key] = value
    return tags
