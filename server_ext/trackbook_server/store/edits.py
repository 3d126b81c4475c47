"""What people say of runs and experiments: a person's edit wins over later facts.

Of two edits of one field the later one counts, in whichever order they arrive.
"""

import json
from typing import Any

import sqlite_utils

from trackbook import events as ev
from trackbook_server.store import purge
from trackbook_server.store.moves import merge, move_run
from trackbook_server.store.naming import canonical
from trackbook_server.store.values import BadEvent, to_text

_EMPTY_IS_NONE = ("edited_name", "trashed_at", "archived_at")


def edit_run(db: sqlite_utils.Database, event: ev.RunEdited) -> None:
    """Change the fields that the event has; the run's row is there."""
    at = to_text(event.at)
    fields: dict[str, Any] = {
        "edited_name": None if event.name is None else event.name.strip(),
        "starred": event.starred,
        "note": event.note,
        "trashed_at": _since(event.trashed, at),
        "archived_at": _since(event.archived, at),
        "pinned": event.pinned,
        "moved_to": event.experiment_id,
    }
    if event.trashed is False and not purge.spare(db, event.run_id):
        # It is being deleted for good, and parts of it are gone.
        fields["trashed_at"] = None
    edited = _edited_at(db, "runs", "run_id", event.run_id)
    for column, value in fields.items():
        if value is None or edited.get(column, "") > at:
            continue
        edited[column] = at
        if column == "moved_to":
            move_run(db, event.run_id, value or None)
        else:
            db.execute(
                f"update runs set {column} = nullif(?, '') where run_id = ?"
                if column in _EMPTY_IS_NONE
                else f"update runs set {column} = ? where run_id = ?",
                (value, event.run_id),
            )
    db.execute(
        "update runs set edited_at = ? where run_id = ?",
        (canonical(edited), event.run_id),
    )
    for key, tag in event.tags.items():
        set_tag(db, event.run_id, key, tag, at)


def edit_experiment(db: sqlite_utils.Database, event: ev.ExperimentEdited) -> None:
    """Change the fields that the event has. Raises BadEvent for one not there, and for
    experiments that can't be merged."""
    at = to_text(event.at)
    if not exists(db, "experiments", "experiment_id", event.experiment_id):
        raise BadEvent(f"there is no experiment {event.experiment_id}")
    edited = _edited_at(db, "experiments", "experiment_id", event.experiment_id)
    if event.name and edited.get("name", "") <= at:
        edited["name"] = at
        db.execute(
            "update experiments set name = ?, is_named = 1 where experiment_id = ?",
            (event.name, event.experiment_id),
        )
    if event.main_metric is not None and edited.get("main_metric", "") <= at:
        edited["main_metric"] = at
        db.execute(
            "update experiments set main_metric = nullif(?, '') "
            "where experiment_id = ?",
            (event.main_metric, event.experiment_id),
        )
    if event.merged_into is not None and edited.get("merged_into", "") <= at:
        edited["merged_into"] = at
        merge(db, event.experiment_id, event.merged_into or None)
    if event.directions:
        _edit_directions(db, event, edited, at)
    db.execute(
        "update experiments set edited_at = ? where experiment_id = ?",
        (canonical(edited), event.experiment_id),
    )


def set_tag(
    db: sqlite_utils.Database, run_id: str, key: str, value: str | None, at: str
) -> None:
    """Set or remove (None) a tag, unless a later edit did; "" is before every edit."""
    db.execute(
        "insert into tags values (?, ?, ?, ?) on conflict (run_id, key) do update "
        "set value = excluded.value, edited_at = excluded.edited_at "
        "where excluded.edited_at >= tags.edited_at",
        (run_id, key, value, at),
    )


def _since(is_so: bool | None, at: str) -> str | None:
    """Return since when something is so: empty where it is not, None: nothing new."""
    return None if is_so is None else (at if is_so else "")


def _edit_directions(
    db: sqlite_utils.Database,
    event: ev.ExperimentEdited,
    edited: dict[str, str],
    at: str,
) -> None:
    directions = json.loads(
        db.execute(
            "select directions from experiments where experiment_id = ?",
            (event.experiment_id,),
        ).fetchone()[0]
    )
    for key, direction in event.directions.items():
        if edited.get(f"direction {key}", "") <= at:
            edited[f"direction {key}"] = at
            directions[key] = direction
    db.execute(
        "update experiments set directions = ? where experiment_id = ?",
        (canonical(directions), event.experiment_id),
    )


def _edited_at(
    db: sqlite_utils.Database, table: str, key: str, value: str
) -> dict[str, str]:
    """Return when each field was last edited by a person."""
    row = db.execute(
        f"select edited_at from {table} where {key} = ?",
        (value,),
    ).fetchone()
    found: dict[str, str] = json.loads(row[0])
    return found


def exists(db: sqlite_utils.Database, table: str, key: str, value: str) -> bool:
    """Say whether the table has a row of that key."""
    return (
        db.execute(
            f"select 1 from {table} where {key} = ?",
            (value,),
        ).fetchone()
        is not None
    )
