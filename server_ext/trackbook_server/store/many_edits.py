"""Edits of many runs at once: what they had before, so that it can be given back."""

from collections import defaultdict
from collections.abc import Sequence

import sqlite_utils

from trackbook.errors import BadInput, RunNotFound
from trackbook_server import contract as c
from trackbook_server.store.rows import marks

MAX_RUNS = 1_000
"""So many runs one request edits at most."""


def plan_undo(db: sqlite_utils.Database, edit: c.RunsEdit) -> list[c.RunsUndo]:
    """Return the edits that undo one: of the runs that it changes, with what they have
    now; runs that have the same are in one.

    Raises RunNotFound where one of the runs is not there, BadInput for too many.
    """
    wanted = list(dict.fromkeys(edit.run_ids))
    if not 1 <= len(wanted) <= MAX_RUNS:
        raise BadInput(
            f"{len(wanted)} runs are given; it must be from 1 to {MAX_RUNS:,} at a time"
        )
    found = db.execute(
        "select run_id, starred, trashed_at from runs "
        f"where experiment_id is not null and run_id in ({marks(wanted)})",
        wanted,
    ).fetchall()
    missing = set(wanted) - {run_id for run_id, *_ in found}
    if missing:
        raise RunNotFound(
            f"{len(missing)} of the runs are not there (any more), {min(missing)!r} "
            "among them; read the list again"
        )
    tags = _load_tags(db, wanted, list(edit.tags))
    groups: dict[
        tuple[bool | None, bool | None, tuple[tuple[str, str | None], ...]], list[str]
    ] = defaultdict(list)
    for run_id, starred, trashed_at in found:
        was_starred, was_trashed = bool(starred), trashed_at is not None
        key = (
            was_starred if edit.starred not in (None, was_starred) else None,
            was_trashed if edit.trashed not in (None, was_trashed) else None,
            tuple(
                (name, tags[run_id].get(name))
                for name, value in edit.tags.items()
                if tags[run_id].get(name) != value
            ),
        )
        if key != (None, None, ()):
            groups[key].append(run_id)
    return [
        c.RunsUndo(run_ids=run_ids, starred=starred, trashed=trashed, tags=dict(had))
        for (starred, trashed, had), run_ids in groups.items()
    ]


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
