"""The versions of one cell, over all runs of its notebook's family. Only selects."""

import sqlite_utils

from trackbook.errors import BadInput
from trackbook_server.contract import CellHistory, CellResult, CellVersion
from trackbook_server.store.lineage import list_family
from trackbook_server.store.rows import Row, marks, rows
from trackbook_server.store.run_rows import blob_of, number
from trackbook_server.store.standing import IS_LEFT

DEFAULT_LIMIT = 50
MAX_LIMIT = 500

_LAST = (
    f"select e.*, {IS_LEFT} as is_left, shown.run_id as shown_id, "  # noqa: S608
    "shown.name as shown_name, (select count(*) from outputs o "
    "where o.execution_id = e.execution_id) as output_count "
    "from cell_executions e join runs r using (run_id) "
    "join runs shown on shown.run_id = coalesce(r.folded_into, r.run_id) "
    "where e.execution_id = ?"
)

_REVISION = (
    "select revision_id, number from capture_messages m "
    "join captures using (capture_id) "
    "where m.message_id = ? and revision_id is not null "
    "order by m.moment = 'ended' desc limit 1"
)
"""The notebook that was captured for a message, completed where that is there."""


def get_cell_history(
    db: sqlite_utils.Database,
    notebook_path: str,
    cell_id: str,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> CellHistory:
    """Return a page of the sources that a cell was executed with, each once.

    Those executed last come first. What was executed before the recording is left out:
    when that was is not known. Raises BadInput for a limit that makes no sense.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise BadInput(f"limit is {limit}; it must be from 1 to {MAX_LIMIT}")
    family = list_family(db, notebook_path)
    # Moments are as long as each other, so the greatest text is the last execution.
    found = rows(
        db,
        "select max(e.started_at || ' ' || e.execution_id) as last, "  # noqa: S608
        "min(e.started_at) as first_at, count(*) as executed_count "
        "from cell_executions e join runs r using (run_id) "
        "where e.cell_id = ? and not e.before_recording "
        f"and r.notebook_path in ({marks(family)}) "
        "group by coalesce(e.source_sha256, e.source) "
        "having ? is null or last < ? order by last desc limit ?",
        (cell_id, *family, cursor, cursor, limit + 1),
    )
    page = found[:limit]
    return CellHistory(
        versions=[_version(db, row) for row in page],
        next_cursor=page[-1]["last"] if len(found) > limit else None,
    )


def _version(db: sqlite_utils.Database, group: Row) -> CellVersion:
    [row] = rows(db, _LAST, (group["last"].split(" ", 1)[1],))
    captured = db.execute(_REVISION, (row["message_id"],)).fetchone()
    revision_id, revision_number = captured or (None, None)
    return CellVersion(
        source=row["source"],
        source_blob=blob_of(row["source_sha256"], row["source_size_bytes"]),
        first_at=group["first_at"],
        executed_count=group["executed_count"],
        last_at=row["started_at"],
        execution_id=row["execution_id"],
        # Its writer is done with the run, so it can't be: the kernel died.
        status="interrupted"
        if row["status"] == "running" and row["is_left"]
        else row["status"],
        duration_ms=row["duration_ms"],
        output_count=row["output_count"],
        results=_results(db, row),
        run_id=row["shown_id"],
        run_name=row["shown_name"],
        source_run_id=row["run_id"],
        revision_id=revision_id,
        number=revision_number,
    )


def _results(db: sqlite_utils.Database, row: Row) -> list[CellResult]:
    found = db.execute(
        "select key, last from metrics where run_id = ? and execution_id = ? "
        "and origin != 'value' order by key",
        (row["run_id"], row["execution_id"]),
    )
    return [CellResult(key=key, last=number(last)) for key, last in found]
