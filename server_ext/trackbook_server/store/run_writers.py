"""Who is at a run: the writer that began it, and those that resumed it. Only writes.

Each ends its own part, in whichever order their journals are read; a run is open while
one of them is at it, and ended as the one said that came to it last.
"""

import sqlite_utils

from trackbook_server.store.rows import rows


def join_run(
    db: sqlite_utils.Database,
    run_id: str,
    writer_id: str,
    seq: int,
    at: str,
    *,
    kernel_id: str | None,
    notebook_path: str | None,
) -> None:
    """Note that a writer is at the run from `at` on; its earlier end is none.

    Nothing where it said something later already: a line that an earlier version kept
    is read after those behind it.
    """
    db.execute(
        "insert into run_writers (run_id, writer_id, seq, kernel_id, notebook_path, "
        "joined_at) values (?, ?, ?, ?, ?, ?) on conflict (run_id, writer_id) do "
        "update set seq = excluded.seq, joined_at = excluded.joined_at, "
        "kernel_id = coalesce(excluded.kernel_id, kernel_id), "
        "notebook_path = coalesce(excluded.notebook_path, notebook_path), "
        "ended_at = null, end_status = null, end_reason = '', inferred_at = null "
        "where excluded.seq >= seq and (seq >= 0 or ended_at is null "
        "or ended_at <= excluded.joined_at)",
        (run_id, writer_id, seq, kernel_id, notebook_path, at),
    )
    settle_end(db, run_id)


def leave_run(
    db: sqlite_utils.Database,
    run_id: str,
    writer_id: str,
    seq: int,
    at: str,
    status: str,
    reason: str,
) -> None:
    """Note that a writer ended the run; that supersedes what was inferred of it."""
    db.execute(
        "insert into run_writers (run_id, writer_id, seq, joined_at, ended_at, "
        "end_status, end_reason) values (?1, ?2, ?3, ?4, ?4, ?5, ?6) "
        "on conflict (run_id, writer_id) do update set seq = excluded.seq, "
        "ended_at = excluded.ended_at, end_status = excluded.end_status, "
        "end_reason = excluded.end_reason, inferred_at = null "
        "where excluded.seq >= seq",
        (run_id, writer_id, seq, at, status, reason),
    )
    settle_end(db, run_id)


def wake_writer(
    db: sqlite_utils.Database, run_id: str, writer_id: str, at: str
) -> None:
    """Take back what was inferred of a writer before `at`, when it did something."""
    woken = db.execute(
        "update run_writers set ended_at = null, end_status = null, end_reason = '', "
        "inferred_at = null where run_id = ? and writer_id = ? and inferred_at < ?",
        (run_id, writer_id, at),
    )
    if woken.rowcount:
        settle_end(db, run_id)


def settle_end(db: sqlite_utils.Database, run_id: str) -> None:
    """Let the run's end be what its writers' are."""
    found = rows(
        db,
        "select * from run_writers where run_id = ? "
        "order by joined_at desc, writer_id desc",
        (run_id,),
    )
    is_open = any(row["ended_at"] is None for row in found) or not found
    last = found[0] if found else {}
    db.execute(
        "update runs set ended_at = ?, end_status = ?, end_reason = ?, "
        "inferred_at = ? where run_id = ?",
        (None, None, "", None, run_id)
        if is_open
        else (
            max(row["ended_at"] for row in found),
            last["end_status"],
            last["end_reason"],
            last["inferred_at"],
            run_id,
        ),
    )
