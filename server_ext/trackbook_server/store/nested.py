"""Runs within runs: the one that a run is nested in, and those nested in it."""

import sqlite_utils

from trackbook_server import contract as c
from trackbook_server.store.rows import Row, rows
from trackbook_server.store.run_rows import number

MAX_CHILDREN = 100
"""So many children are told of on a run's page; the list finds all of them."""

_COLUMNS = "run_id, name, status, number, main_metric, main_value"
_SHOWN = "place in ('list', 'alike', 'quiet', 'archive')"


def find_parent(db: sqlite_utils.Database, run_id: str | None) -> c.RunLink | None:
    """Return the run that another is nested in; None where it is in none."""
    if run_id is None:
        return None
    found = rows(
        db,
        f"select {_COLUMNS} from runs where run_id = ? and experiment_id is not null",
        (run_id,),
    )
    if found:
        return _link(found[0])
    return c.RunLink(
        run_id=run_id,
        name=None,
        status=None,
        number=0,
        main_metric=None,
        main_value=None,
    )


def list_children(
    db: sqlite_utils.Database, run_id: str
) -> tuple[list[c.RunLink], int]:
    """Return the first of the runs nested in a run, and how many there are."""
    within = f"from runs where parent_run_id = ? and {_SHOWN}"
    count = db.execute(f"select count(*) {within}", (run_id,)).fetchone()[0]
    found = rows(
        db,
        f"select {_COLUMNS} {within} order by started_at, run_id limit ?",
        (run_id, MAX_CHILDREN),
    )
    return [_link(row) for row in found], count


def _link(row: Row) -> c.RunLink:
    return c.RunLink(
        run_id=row["run_id"],
        name=row["name"],
        status=row["status"],
        number=row["number"],
        main_metric=row["main_metric"],
        main_value=None if row["main_metric"] is None else number(row["main_value"]),
    )
