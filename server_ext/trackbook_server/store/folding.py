"""Runs that stand for others: provisional ones fold back, alike ones into one row."""

import hashlib
from typing import Any

import sqlite_utils

from trackbook_server.store.naming import canonical
from trackbook_server.store.params import Params, texts_of
from trackbook_server.store.rows import Row


def find_fold_target(
    db: sqlite_utils.Database, run: Row, *, has_result: bool
) -> str | None:
    """Return the run into which a provisional run that ended unconfirmed folds."""
    if not run["provisional"] or run["end_status"] is None or has_result:
        return None
    return find_root(db, run["continues"]) if run["continues"] else None


def find_root(db: sqlite_utils.Database, run_id: str) -> str | None:
    """Return the started run that `run_id` stands for, through foldings."""
    seen: set[str] = set()
    current: str | None = run_id
    while current is not None and current not in seen:
        seen.add(current)
        row = db.execute(
            "select folded_into, experiment_id from runs where run_id = ?", (current,)
        ).fetchone()
        if row is None or row[1] is None:
            return None
        if row[0] is None:
            return current
        current = row[0]
    return None


def fingerprint_of(
    db: sqlite_utils.Database, run_id: str, params: Params, results: list[Row]
) -> str:
    """Return what runs of the same code, params and results have in common."""
    sources = dict.fromkeys(
        source
        for (source,) in db.execute(
            "select coalesce(source_sha256, source) from cell_executions "
            "where run_id = ? order by execution_order",
            (run_id,),
        )
    )
    said: Any = [
        list(sources),
        texts_of(params),
        [[row["key"], repr(row["last"]), row["count"]] for row in results],
    ]
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def fold_alike(
    db: sqlite_utils.Database, experiment_id: str, fingerprint: str, change: int
) -> None:
    """Show the newest of the runs alike, and fold those before it that nobody named."""
    group = (experiment_id, fingerprint)
    newest = db.execute(
        "select run_id from runs where experiment_id = ? and fingerprint = ? "
        "and place in ('list', 'alike') order by number desc limit 1",
        group,
    ).fetchone()
    if newest is None:
        return
    db.execute(
        "update runs set place = 'list', change = ? where run_id = ? "
        "and place = 'alike'",
        (change, newest[0]),
    )
    db.execute(
        "update runs set place = 'alike', alike_count = 1, change = ? "
        "where experiment_id = ? and fingerprint = ? and place = 'list' "
        "and run_id != ? and starred = 0 and pinned = 0 and edited_name is null "
        "and given_name is null",
        (change, *group, newest[0]),
    )
    db.execute(
        "update runs set place = 'list', change = ? "
        "where experiment_id = ? and fingerprint = ? and place = 'alike' "
        "and (starred = 1 or pinned = 1 or edited_name is not null "
        "or given_name is not null)",
        (change, *group),
    )
    db.execute(
        "update runs set alike_count = 1, change = ? where experiment_id = ? "
        "and fingerprint = ? and place = 'list' and run_id != ? and alike_count > 1",
        (change, *group, newest[0]),
    )
    count = 1 + int(
        db.execute(
            "select count(*) from runs where experiment_id = ? and fingerprint = ? "
            "and place = 'alike'",
            group,
        ).fetchone()[0]
    )
    db.execute(
        "update runs set alike_count = ?, change = ? where run_id = ? "
        "and alike_count != ?",
        (count, change, newest[0], count),
    )
