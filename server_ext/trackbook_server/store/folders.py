"""Folders of notebooks with runs, as the file browser has them. Only selects."""

from pathlib import PurePath

import sqlite_utils

from trackbook_server import contract as c
from trackbook_server.store.derived import get_change
from trackbook_server.store.rows import Row, rows


def get_folder(
    db: sqlite_utils.Database, path: str, folder: str | None, root: str | None
) -> c.Folder:
    """Return the folders in a folder that have runs, and the experiments whose runs are
    of notebooks right in it; each with the number of its listed runs.

    `folder` is the store's form of `path`. None is the top: all that is in `root`, and
    what lies elsewhere, by its own path.
    """
    above = folder if folder is not None else root
    folders: dict[str, list[Row]] = {}
    here: list[Row] = []
    for row in _list_notebooks(db, folder):
        notebook: str | None = row["notebook_path"]
        below = None if notebook is None else _first_below(notebook, above)
        if below is None:
            here.append(row)
        else:
            folders.setdefault(below, []).append(row)
    return c.Folder(
        path=path,
        change=get_change(db),
        folders=[
            c.FolderEntry(
                path=path,
                name=PurePath(path).name,
                run_count=sum(row["count"] for row in members),
                last_started_at=max(row["last"] for row in members),
            )
            for path, members in sorted(folders.items())
        ],
        experiments=[
            c.FolderExperiment(
                experiment_id=row["experiment_id"],
                name=row["name"],
                notebook_path=row["notebook_path"],
                run_count=row["count"],
                last_started_at=row["last"],
            )
            for row in sorted(
                here, key=lambda row: (row["name"].lower(), row["experiment_id"])
            )
        ],
    )


def _list_notebooks(db: sqlite_utils.Database, folder: str | None) -> list[Row]:
    """Return the notebooks below a folder with their experiments and counts."""
    within = "" if folder is None else "and notebook_path >= ?1 and notebook_path < ?2"
    return rows(
        db,
        "select r.notebook_path, r.experiment_id, e.name, r.count, r.last from "
        "(select notebook_path, experiment_id, count(*) as count, "
        f"max(started_at) as last from runs where place = 'list' {within} "
        "group by notebook_path, experiment_id) r join experiments e "
        "using (experiment_id)",
        () if folder is None else (f"{folder}/", f"{folder}0"),
    )


def _first_below(notebook_path: str, above: str | None) -> str | None:
    """Return the folder right in `above` that a notebook is in; its own folder where it
    is elsewhere; None where it is right in `above`."""
    parent = PurePath(notebook_path).parent
    top = PurePath(above or "")
    if parent == top:
        return None
    if parent.is_absolute() and not (above and parent.is_relative_to(top)):
        return str(parent)
    return str(top / parent.relative_to(top).parts[0])
