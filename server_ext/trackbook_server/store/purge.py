"""Deleting runs that are in the trash for good: the only way in which one goes.

Runs are noted first (`purging`) and then taken apart, some rows at a time, the run's
own row last: a kill in between leaves what the next one goes on with. Only a run that
is in the trash and has ended is noted, and one that is put back before its turn stays.
What is left of it is its id, so that nobody who follows the list keeps showing it, and
what is told of it later is dropped (`Changes.touch`).
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence

import sqlite_utils

from trackbook_server.notebooks.forgetting import forget_captures
from trackbook_server.store.rows import marks
from trackbook_server.store.search.forgetting import (
    forget_executions,
    forget_run,
)

SLICE_SECONDS = 0.05
"""How long one transaction takes runs apart, so that others get their turn."""

_EXECUTIONS = 50
_ROWS = 2_000
_RUNS = 250
"""So many share a change number at most, like edits."""

_READY = (
    "trashed_at is not null and end_status is not null and experiment_id is not null"
)

_OF_RUN = (
    "param_log", "params", "tags", "artifacts", "inputs", "folds", "capture_failures",
    "run_numbers", "run_writers", "ruled_runs", "search_waiting",
)  # fmt: skip
"""The tables whose rows of a run need no more than to be deleted."""

_BLOBS = (
    "select sha256 from artifacts where run_id = ?",
    "select sha256 from param_log where run_id = ? and sha256 is not null",
)


def begin(
    db: sqlite_utils.Database, run_ids: Sequence[str], before: str | None, at: str
) -> int:
    """Note runs in the trash to be deleted: those given, else those put there before a
    moment, else all; return how many are noted by now.

    A run that has not ended stays in the trash.
    """
    which, arguments = _which(run_ids, before)
    noted = db.execute(
        "insert or ignore into purging (run_id) with recursive gone(run_id) as "
        f"(select run_id from runs where {_READY} and {which} union "
        "select r.run_id from runs r join gone on r.folded_into = gone.run_id) "
        "select run_id from gone",
        arguments,
    ).rowcount
    page_count, page_size = (
        db.execute(f"pragma {name}").fetchone()[0]
        for name in ("page_count", "page_size")
    )
    going = db.execute(
        "update emptyings set run_count = run_count + ?, phase = 'runs' "
        "where phase != 'done'",
        (noted,),
    )
    if not going.rowcount:
        db.execute(
            "insert into emptyings (phase, started_at, run_count, file_bytes) "
            "values ('runs', ?, ?, ?)",
            (at, noted, page_count * page_size),
        )
        # The last one is all that is told of.
        db.execute(
            "delete from emptyings where emptying_id < "
            "(select max(emptying_id) from emptyings)"
        )
    return int(db.execute("select count(*) from purging").fetchone()[0])


def spare(db: sqlite_utils.Database, run_id: str) -> bool:
    """Take a run that is put back from those to be deleted; return whether it is whole:
    it is too late for one that is being taken apart."""
    begun = db.execute(
        "select begun from purging where run_id = ?", (run_id,)
    ).fetchone()
    if begun is not None and begun[0]:
        return False
    if begun is not None:
        db.execute("delete from purging where run_id = ?", (run_id,))
        db.execute(
            "update emptyings set run_count = run_count - 1 where phase != 'done'"
        )
    return True


def stop(db: sqlite_utils.Database) -> int:
    """Leave the runs in the trash that were not taken apart yet; return how many."""
    left = db.execute("delete from purging where begun = 0").rowcount
    db.execute(
        "update emptyings set run_count = run_count - ? where phase != 'done'", (left,)
    )
    return left


def purge_some(
    db: sqlite_utils.Database,
    clock: Callable[[], float] = time.monotonic,
) -> bool:
    """Take some of the noted runs apart; return whether there are more."""
    deadline = clock() + SLICE_SECONDS
    waiting = db.execute(
        "select run_id from purging order by begun desc, run_id limit ?", (_RUNS,)
    ).fetchall()
    gone: list[str] = []
    for (run_id,) in waiting:
        db.execute("update purging set begun = 1 where run_id = ?", (run_id,))
        for _ in _take_apart(db, run_id):
            if clock() > deadline:
                break
        else:
            gone.append(run_id)
        if clock() > deadline:
            break
    if gone:
        _leave_tombstones(db, gone)
    return bool(waiting)


def _which(run_ids: Sequence[str], before: str | None) -> tuple[str, tuple[str, ...]]:
    if run_ids:
        wanted = json.dumps(list(run_ids))
        return "run_id in (select value from json_each(?))", (wanted,)
    return ("1", ()) if before is None else ("trashed_at < ?", (before,))


def _take_apart(db: sqlite_utils.Database, run_id: str) -> Iterator[None]:
    """Delete a run's rows; what reads this may stop at every yield, and begin anew."""
    while executions := db.execute(
        "select execution_id, message_id from cell_executions where run_id = ? limit ?",
        (run_id, _EXECUTIONS),
    ).fetchall():
        _delete_executions(
            db,
            run_id,
            [execution_id for execution_id, _ in executions],
            [message_id for _, message_id in executions if message_id is not None],
        )
        yield
    for (series_id,) in db.execute(
        "select series_id from metrics where run_id = ?", (run_id,)
    ).fetchall():
        while db.execute(
            "delete from chunks where (series_id, first_point) in "
            "(select series_id, first_point from chunks where series_id = ? limit ?)",
            (series_id, _ROWS),
        ).rowcount:
            yield
        db.execute("delete from metrics where series_id = ?", (series_id,))
    for (table_id,) in db.execute(
        "select table_id from tables where run_id = ?", (run_id,)
    ).fetchall():
        while db.execute(
            "delete from table_rows where (table_id, position) in "
            "(select table_id, position from table_rows where table_id = ? limit ?)",
            (table_id, _ROWS),
        ).rowcount:
            yield
        db.execute("delete from tables where table_id = ?", (table_id,))
    yield
    for blobs in _BLOBS:
        db.execute(f"insert or ignore into dropped_blobs {blobs}", (run_id,))
    forget_captures(db, run_id, [])
    forget_run(db, run_id)
    for table in _OF_RUN:
        db.execute(f"delete from {table} where run_id = ?", (run_id,))
    db.execute("delete from runs where run_id = ?", (run_id,))
    db.execute("delete from purging where run_id = ?", (run_id,))


def _delete_executions(
    db: sqlite_utils.Database,
    run_id: str,
    execution_ids: list[str],
    message_ids: list[str],
) -> None:
    within = f"where execution_id in ({marks(execution_ids)})"
    for column, table in (
        ("sha256", "output_blobs"),
        ("source_sha256", "cell_executions"),
    ):
        db.execute(
            f"insert or ignore into dropped_blobs select {column} from {table} "
            f"{within} and {column} is not null",
            execution_ids,
        )
    forget_captures(db, run_id, message_ids)
    forget_executions(db, execution_ids)
    db.conn.executemany(
        "insert or ignore into execution_tombstones values (?)",
        [(execution_id,) for execution_id in execution_ids],
    )
    for table in ("output_blobs", "outputs", "cell_executions"):
        db.execute(f"delete from {table} {within}", execution_ids)


def _leave_tombstones(db: sqlite_utils.Database, run_ids: list[str]) -> None:
    """Let those who follow the list know, and later events be dropped."""
    db.execute("update store set change = change + 1")
    db.conn.executemany(
        "insert or replace into tombstones (run_id, change) "
        "select ?, change from store",
        [(run_id,) for run_id in run_ids],
    )
    db.execute(
        "update emptyings set done_count = done_count + ? where phase != 'done'",
        (len(run_ids),),
    )
