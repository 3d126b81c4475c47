"""How a run stands: what its executions say of duration, status and error."""

import sqlite_utils

from trackbook_server.store.naming import shorten
from trackbook_server.store.rows import Row, rows

_ERROR_LENGTH = 300


IS_LEFT = (
    "exists (select 1 from run_writers w where w.run_id = e.run_id "
    "and w.writer_id = e.writer_id and w.ended_at is not null)"
)
"""Of an execution `e`: its writer is at the run no more, so it executes nothing."""


IN_ORDER = (
    "min(e.started_at) over (partition by e.writer_id), e.writer_id, "
    "e.before_recording desc, e.execution_order, e.execution_id"
)
"""The order of executions `e`: kernel by kernel, in each as it counted them, for a
clock may be set back while it lives."""


def summarise_executions(db: sqlite_utils.Database, run_id: str) -> Row:
    """Return the time spent, whether a cell executes, and how the last one ended."""
    duration, running = db.execute(
        "select coalesce(sum(duration_ms), 0), coalesce(sum(status = 'running' "
        f"and not {IS_LEFT}), 0) from cell_executions e where run_id in "
        "(select ? union all select run_id from runs where folded_into = ?)",
        (run_id, run_id),
    ).fetchone()
    last = rows(
        db,
        "select e.status, error_name, error_message from cell_executions e "
        "left join run_writers w using (run_id, writer_id) "
        "where run_id = ? and e.status not in ('running', 'aborted') "
        "order by w.joined_at desc, execution_order desc limit 1",
        (run_id,),
    )
    outcome = last[0]["status"] if last else None
    error = None
    if outcome == "error":
        words = (last[0]["error_name"], last[0]["error_message"])
        error = shorten(": ".join(word for word in words if word), _ERROR_LENGTH)
    return {
        "duration_ms": duration,
        "running": bool(running),
        "outcome": outcome,
        "error": error,
    }


def status_of(run: Row, executions: Row) -> str:
    """Return the run's status; `failed` only when its last execution raised."""
    ended = run["end_status"]
    if ended is None:
        return "running" if executions["running"] else "open"
    if run["boundary"] != "auto" or executions["outcome"] is None:
        return str(ended)
    if ended in ("finished", "failed"):
        outcomes = {"error": "failed", "interrupted": "interrupted"}
        return outcomes.get(executions["outcome"], "finished")
    return str(ended)
