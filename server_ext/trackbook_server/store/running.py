"""Which runs have no end now, and what they execute. Only selects."""

from __future__ import annotations

import json
from collections.abc import Sequence

import sqlite_utils

from trackbook_server import contract as c
from trackbook_server.store.derived import get_change
from trackbook_server.store.rows import Row, rows
from trackbook_server.store.run_rows import load_experiments, load_main_metrics

MAX_RUNS = 500
MAX_SOURCE_LENGTH = 2000

_AT_A_RUN = """
    from run_writers w join runs r using (run_id) join writers p using (writer_id)
    where w.ended_at is null and r.ended_at is null and r.trashed_at is null
    and r.experiment_id is not null and r.folded_into is null
    -- An attempt that may turn out to be none is one while it executes.
    and (r.provisional = 0 or r.status = 'running')
"""


def list_running(db: sqlite_utils.Database, host: str) -> c.RunningList:
    """Return the runs without an end; of their kernels the server knows more.

    One row a run and writer: a run that was resumed in another kernel before its first
    one ended runs in both.
    """
    found = rows(
        db,
        f"""
        select r.*, w.writer_id as at_writer_id, p.host,
               p.pid, coalesce(w.kernel_id, p.kernel_id) as at_kernel_id
        {_AT_A_RUN} order by r.started_at desc, r.run_id desc limit ?
        """,
        (MAX_RUNS,),
    )
    total: int = db.execute(f"select count(*) {_AT_A_RUN}").fetchone()[0]
    experiments = load_experiments(db, [row["experiment_id"] for row in found])
    mains = load_main_metrics(db, found, experiments)
    cells = _load_cells(db, found)
    return c.RunningList(
        runs=[
            c.RunningRun(
                run_id=row["run_id"],
                number=row["number"],
                name=row["name"],
                status=row["status"],
                experiment=experiments[row["experiment_id"]]["name"],
                notebook_path=row["notebook_path"],
                started_at=row["started_at"],
                main_metric=mains[row["run_id"]],
                kernel_id=row["at_kernel_id"],
                host=row["host"],
                pid=row["pid"],
                is_here=False,
                is_busy=None,
                cell=cells.get((row["run_id"], row["at_writer_id"])),
            )
            for row in found
        ],
        total=total,
        host=host,
        change=get_change(db),
    )


def _load_cells(
    db: sqlite_utils.Database, found: Sequence[Row]
) -> dict[tuple[str, str], c.RunningCell]:
    """Return the cell that each run executes, by run and writer; the last begun."""
    executed = rows(
        db,
        f"""
        select run_id, writer_id, execution_id, cell_id, started_at,
               substr(source, 1, {MAX_SOURCE_LENGTH}) as source
        from cell_executions where status = 'running'
        and run_id in (select value from json_each(?))
        order by started_at, execution_order
        """,
        (json.dumps([row["run_id"] for row in found]),),
    )
    return {
        (row["run_id"], row["writer_id"]): c.RunningCell(
            execution_id=row["execution_id"],
            cell_id=row["cell_id"],
            source=row["source"],
            started_at=row["started_at"],
        )
        for row in executed
    }
