"""Which runs have no end, and what is told of the processes that write them.

Only selects; functions for `Database.read`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import sqlite_utils

from trackbook_server.store.rows import rows


@dataclass(frozen=True, slots=True)
class OpenWriter:
    """A writer process with open runs, as its journal's header names it.

    `is_executing`: a cell of these runs has not ended either.
    """

    writer_id: str
    kernel_id: str | None
    host: str
    boot_id: str
    pid: int | None
    pid_started_at: float
    pid_started_boot_ms: int | None
    is_executing: bool


@dataclass(frozen=True, slots=True)
class WriterProcess:
    """A writer process, as its journal's header names it."""

    writer_id: str
    host: str
    boot_id: str
    pid: int | None
    pid_started_at: float
    pid_started_boot_ms: int | None
    has_open_run: bool


def list_writers(
    db: sqlite_utils.Database, present: Sequence[str]
) -> list[WriterProcess]:
    """Return the writers that have an open run, and those `present`."""
    return [
        WriterProcess(**{**row, "has_open_run": bool(row["has_open_run"])})
        for row in rows(
            db,
            """
            select writer_id, host, boot_id, pid, pid_started_at,
                   pid_started_boot_ms, exists (
                select 1 from run_writers w join runs r using (run_id)
                where w.writer_id = writers.writer_id
                and w.ended_at is null and r.experiment_id is not null
            ) as has_open_run from writers
            where writer_id in (
                select w.writer_id from run_writers w join runs r using (run_id)
                where w.ended_at is null and r.experiment_id is not null
            )
            or writer_id in (select value from json_each(?))
            """,
            (json.dumps(list(present)),),
        )
    ]


def list_open_writers(db: sqlite_utils.Database) -> list[OpenWriter]:
    """Return every writer that is at a run."""
    return [
        OpenWriter(**{**row, "is_executing": bool(row["is_executing"])})
        for row in rows(
            db,
            """
            select writers.writer_id, writers.kernel_id, host, boot_id, pid,
                   pid_started_at, pid_started_boot_ms, max(exists (
                       select 1 from cell_executions
                       where cell_executions.run_id = w.run_id
                       and cell_executions.writer_id = w.writer_id
                       and cell_executions.status = 'running'
                   )) as is_executing
            from run_writers w join writers using (writer_id)
            join runs using (run_id)
            where w.ended_at is null and runs.experiment_id is not null
            group by writers.writer_id
            """,
        )
    ]


def find_open_run(db: sqlite_utils.Database, kernel_id: str) -> tuple[str, str] | None:
    """Return id and name of the run that is open in a kernel: the latest one listed.

    A provisional run is named only where no other is open.
    """
    row = db.execute(
        "select r.run_id, r.name from run_writers w join runs r using (run_id) "
        "where w.kernel_id = ? and w.ended_at is null "
        "and r.experiment_id is not null and r.folded_into is null "
        "order by r.provisional, w.joined_at desc, r.started_at desc limit 1",
        (kernel_id,),
    ).fetchone()
    return None if row is None else (row[0], row[1])
