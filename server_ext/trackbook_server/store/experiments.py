"""Which experiment a run belongs to, and its number there. Only writes.

By default an experiment is a notebook, by its path. A kernel whose notebook is not
known has an experiment of its own, which becomes the notebook's once it is known.
"""

import hashlib
from pathlib import PurePath

import sqlite_utils

from trackbook_server.store.values import BadEvent

UNTITLED = "untitled kernel session"


def find_or_create(
    db: sqlite_utils.Database,
    run_id: str,
    *,
    given: str | None,
    notebook_path: str | None,
    kernel_id: str | None,
) -> str:
    """Return the id of the experiment for a run, created if it is new.

    `run_id` makes the id of a new experiment unique where a renamed notebook left an
    experiment with the id that the path would give.
    """
    if given:
        found = db.execute(
            "select experiment_id from experiments where name = ? "
            "order by is_named desc, experiment_id limit 1",
            (given,),
        ).fetchone()
        return found[0] if found else _create(db, run_id, "name", given, given)
    if notebook_path:
        found = db.execute(
            "select experiment_id from experiments where notebook_path = ?",
            (notebook_path,),
        ).fetchone()
        if found:
            return str(found[0])
        return _create(
            db,
            run_id,
            "notebook",
            notebook_path,
            title_of(notebook_path),
            notebook_path=notebook_path,
        )
    found = db.execute(
        "select experiment_id from experiments where kernel_id = ? "
        "and notebook_path is null",
        (kernel_id or "",),
    ).fetchone()
    if found:
        return str(found[0])
    return _create(
        db, run_id, "kernel", kernel_id or "", UNTITLED, kernel_id=kernel_id or ""
    )


def create(db: sqlite_utils.Database, experiment_id: str, name: str) -> None:
    """Make an experiment that a person named. Raises BadEvent where it is there."""
    cursor = db.execute(
        "insert or ignore into experiments (experiment_id, name, is_named) "
        "values (?, ?, 1)",
        (experiment_id, name),
    )
    if not cursor.rowcount:
        raise BadEvent(f"there is an experiment {experiment_id[:100]} already")


def make_id(name: str, at: str) -> str:
    """Return the id of an experiment that a person makes at that moment."""
    return _digest("made", name, at)


def title_of(notebook_path: str) -> str:
    """Return what a notebook's experiment is called: the file's name."""
    path = PurePath(notebook_path)
    return path.stem if path.suffix == ".ipynb" else path.name


def _create(
    db: sqlite_utils.Database,
    run_id: str,
    kind: str,
    key: str,
    name: str,
    *,
    notebook_path: str | None = None,
    kernel_id: str | None = None,
) -> str:
    """Create an experiment; its id follows from what it stands for, so that ingesting
    the same journals anew gives the same ids."""
    experiment_id = _digest(kind, key)
    if db.execute(
        "select 1 from experiments where experiment_id = ?", (experiment_id,)
    ).fetchone():
        experiment_id = _digest(kind, key, run_id)
    db.execute(
        "insert into experiments (experiment_id, name, is_named, notebook_path, "
        "kernel_id) values (?, ?, ?, ?, ?)",
        (experiment_id, name, kind == "name", notebook_path, kernel_id),
    )
    return experiment_id


def _digest(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:16]
