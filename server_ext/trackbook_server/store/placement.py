"""What the server alone knows of runs: their notebook, and that they are lost.

Only writes. Each function is one transaction's work: pass it to `Database.write`.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

import sqlite_utils

from trackbook.events import EndStatus
from trackbook_server.store import experiments
from trackbook_server.store.derived import derive_runs
from trackbook_server.store.lineage import rename_in_lineage
from trackbook_server.store.moves import record_in, root_of
from trackbook_server.store.rows import marks, rows
from trackbook_server.store.run_writers import settle_end
from trackbook_server.store.values import to_text


def place_kernel(
    db: sqlite_utils.Database, kernel_id: str, notebook_path: str
) -> list[str]:
    """Say which notebook a kernel runs; its runs without one, and later ones, get it.

    `notebook_path` is the store's form (absolute where contents are local files).
    Return the ids of the runs that were placed.
    """
    known = db.execute(
        "select notebook_path from kernels where kernel_id = ?", (kernel_id,)
    ).fetchone()
    if known is None or known[0] != notebook_path:
        db.execute(
            "insert or replace into kernels values (?, ?)", (kernel_id, notebook_path)
        )
    placed = [
        run_id
        for (run_id,) in db.execute(
            "select run_id from runs where kernel_id = ? and notebook_path is null "
            "and experiment_id is not null order by number, started_at",
            (kernel_id,),
        )
    ]
    if placed:
        _place(db, placed, kernel_id, notebook_path)
    db.execute(
        "update run_writers set notebook_path = ? where kernel_id = ? "
        "and notebook_path is null",
        (notebook_path, kernel_id),
    )
    return placed


def attach_run(db: sqlite_utils.Database, run_id: str, notebook_path: str) -> None:
    """Give a run whose notebook is not known one, and with it all of its kernel's,
    also those to come. Nothing for a run that has a notebook."""
    kernel_id, experiment_id, known = db.execute(
        "select kernel_id, experiment_id, notebook_path from runs where run_id = ?",
        (run_id,),
    ).fetchone()
    if known is not None:
        return
    if experiment_id is None:
        db.execute(
            "update runs set notebook_path = ? where run_id = ?",
            (notebook_path, run_id),
        )
    elif kernel_id is not None:
        place_kernel(db, kernel_id, notebook_path)
    else:
        _place(db, [run_id], None, notebook_path)


def settle_run(db: sqlite_utils.Database, run_id: str) -> None:
    """Bring a run into its experiment now, where what follows depends on which it is;
    else it is brought there at the transaction's end."""
    row = db.execute(
        "select coalesce(moved_to, recorded_in), experiment_id from runs "
        "where run_id = ?",
        (run_id,),
    ).fetchone()
    if row is not None and row[1] is not None and root_of(db, row[0]) != row[1]:
        derive_runs(db, [run_id])


def follow_captures(db: sqlite_utils.Database, message_ids: Iterable[str]) -> None:
    """Let the runs behind execute requests be of the notebook that they came from.

    That of a run's first execution whose document was captured: a kernel may be used by
    several notebooks, of which the server's sessions name the last one only.
    """
    ids = list(message_ids)
    runs = rows(
        db,
        "select distinct run_id, runs.notebook_path from capture_messages "
        "join cell_executions using (message_id) join runs using (run_id) "
        f"where message_id in ({marks(ids)}) and experiment_id is not null",
        ids,
    )
    for run in runs:
        first = db.execute(
            "select c.notebook_path from cell_executions "
            "join capture_messages using (message_id) "
            "join captures c using (capture_id) "
            "where cell_executions.run_id = ? and c.notebook_path is not null "
            "order by execution_order limit 1",
            (run["run_id"],),
        ).fetchone()
        if first is not None and first[0] != run["notebook_path"]:
            db.execute(
                "update run_writers set notebook_path = ? "
                "where run_id = ? and notebook_path is ?",
                (first[0], run["run_id"], run["notebook_path"]),
            )
            _place(db, [run["run_id"]], None, first[0])


def rename_notebook(db: sqlite_utils.Database, old: str, new: str) -> list[str]:
    """Let runs and experiment follow a notebook, or a folder, from `old` to `new`.

    Where `new` has an experiment already, runs keep theirs. Return the runs' ids.
    """
    touched_experiments: set[str] = set()
    within = "where notebook_path = ?1 or substr(notebook_path, 1, ?2) = ?3"
    where = (old, len(old) + 1, f"{old}/")
    moved = [
        run_id for (run_id,) in db.execute(f"select run_id from runs {within}", where)
    ]
    for table in ("runs", "run_writers", "kernels", "captures"):
        db.execute(
            f"update {table} set notebook_path = ?4 || substr(notebook_path, ?2) "
            f"{within}",
            (*where, new),
        )
    for row in rows(
        db,
        "select experiment_id, notebook_path, name, is_named from experiments "
        f"{within}",
        where,
    ):
        path = new + row["notebook_path"][len(old) :]
        name = row["name"] if row["is_named"] else experiments.title_of(path)
        db.execute(
            "update or ignore experiments set notebook_path = ?, name = ? "
            "where experiment_id = ?",
            (path, name, row["experiment_id"]),
        )
        touched_experiments.add(row["experiment_id"])
    rename_in_lineage(db, old, new)
    derive_runs(db, (), touched_experiments, redrawn=moved)
    return moved


def end_lost_runs(
    db: sqlite_utils.Database,
    *,
    writer_ids: Collection[str],
    status: EndStatus = "lost",
    reason: str = "",
    at: datetime,
) -> list[str]:
    """End what writers that are known to be gone left open.

    An end in a journal supersedes this one; so does anything that the writer says it
    did after `at`. A run's end is when it was last heard of. A status that says more
    than *lost* replaces an inferred one. Return the runs' ids.
    """
    found = rows(
        db,
        "select run_id, w.writer_id, r.last_at from run_writers w "
        "join runs r using (run_id) where r.experiment_id is not null "
        "and (w.ended_at is null or "
        "(w.inferred_at is not null and w.end_status = 'lost' and ? != 'lost')) "
        f"and w.writer_id in ({marks(writer_ids)})",
        (status, *writer_ids),
    )
    for row in found:
        db.execute(
            "update run_writers set ended_at = ?, end_status = ?, end_reason = ?, "
            "inferred_at = ? where run_id = ? and writer_id = ?",
            (
                row["last_at"],
                status,
                reason,
                to_text(at),
                row["run_id"],
                row["writer_id"],
            ),
        )
        settle_end(db, row["run_id"])
    ended = [row["run_id"] for row in found]
    derive_runs(db, ended)
    return ended


def touch_runs(db: sqlite_utils.Database, run_ids: Collection[str]) -> int:
    """Announce that something else of these runs changed; return the change number."""
    return derive_runs(db, run_ids)


def _place(
    db: sqlite_utils.Database, run_ids: list[str], kernel_id: str | None, path: str
) -> None:
    """Give runs their notebook, and move those that were given no experiment."""
    db.execute(
        f"update runs set notebook_path = ? where run_id in ({marks(run_ids)})",
        (path, *run_ids),
    )
    db.execute(
        "update run_writers set notebook_path = ? where notebook_path is null "
        f"and run_id in ({marks(run_ids)}) and kernel_id is ?",
        (path, *run_ids, kernel_id),
    )
    of_path = db.execute(
        "select experiment_id from experiments where notebook_path = ?", (path,)
    ).fetchone()
    if of_path is None and kernel_id is not None:
        # The kernel's own experiment becomes the notebook's: ids and numbers stay.
        db.execute(
            "update experiments set notebook_path = ?, name = case is_named "
            "when 1 then name else ? end where kernel_id = ? "
            "and notebook_path is null",
            (path, experiments.title_of(path), kernel_id),
        )
    target = experiments.find_or_create(
        db, run_ids[0], given=None, notebook_path=path, kernel_id=kernel_id
    )
    for (run_id,) in db.execute(
        "select run_id from runs "
        f"where run_id in ({marks(run_ids)}) and experiment_given is null "
        "and recorded_in != ? order by number, started_at",
        (*run_ids, target),
    ).fetchall():
        record_in(db, run_id, target)
    derive_runs(db, run_ids, {target})
