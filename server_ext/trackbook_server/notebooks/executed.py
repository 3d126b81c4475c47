"""As executed: a run's notebook told from its cell executions. Only selects.

A run that continues another in the same kernel stands on what was executed there, so
those executions belong to it; of a cell that was executed again later, only the last
execution counts.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlite_utils

from trackbook_server.notebooks.document import Document
from trackbook_server.store.rows import marks

MAX_CHAIN = 1000


@dataclass(frozen=True, slots=True)
class ExecutedCell:
    """One cell as a run's kernel last executed it; `execution_id` says when."""

    execution_id: str
    cell_id: str | None
    source: str
    execution_count: int | None = None


def list_executed_cells(db: sqlite_utils.Database, run_id: str) -> list[ExecutedCell]:
    """Return the run's cells in the order of their first execution.

    That order stays when a cell is executed again, so that two runs of one notebook
    can be laid side by side.
    """
    first: dict[str, ExecutedCell] = {}
    for cell in _executions(db, run_id):
        first[cell.cell_id or cell.source] = cell
    return list(first.values())


def rebuild(db: sqlite_utils.Database, run_id: str) -> Document:
    """Return a notebook of the run's executions: what ran last of each cell, in order.

    Executions of the run itself are all kept; there are no outputs and no text cells.
    """
    executions = _executions(db, run_id)
    own = set(_own_ids(db, run_id))
    last = {cell.cell_id or cell.source: cell.execution_id for cell in executions}
    kept = [
        cell
        for cell in executions
        if cell.execution_id in own
        or last[cell.cell_id or cell.source] == cell.execution_id
    ]
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "kernelspec": {
                "display_name": "Python 3",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        },
        "cells": [_cell(cell) for cell in kept],
    }


def list_members(db: sqlite_utils.Database, run_id: str) -> list[str]:
    """Return the run and those that are folded into it, also over several."""
    rows = db.execute(
        "with recursive members(run_id) as (select ? union "
        "select r.run_id from runs r join members m on r.folded_into = m.run_id) "
        "select run_id from members",
        (run_id,),
    )
    return [row[0] for row in rows]


def _executions(db: sqlite_utils.Database, run_id: str) -> list[ExecutedCell]:
    """Return the executions of the run and, before them, of those it continues."""
    own = set(list_members(db, run_id))
    # A predecessor counts with all that was folded into it: that ran in the kernel too.
    chain = db.execute(
        "with recursive chain(run_id, depth) as (select ?, 0 union "
        "select r.continues, depth + 1 from runs r join chain c "
        "on r.run_id = c.run_id where r.continues is not null and depth < ?) "
        "select run_id from chain",
        (run_id, MAX_CHAIN),
    ).fetchall()
    started = db.execute(
        "select started_at from runs where run_id = ?", (run_id,)
    ).fetchone()
    members: set[str] = set(own)
    for (predecessor,) in chain:
        members.update(list_members(db, predecessor))
    rows = db.execute(
        "select run_id, execution_id, cell_id, source, execution_count, started_at "  # noqa: S608
        "from cell_executions where run_id in "
        f"({marks(members)}) "
        "order by before_recording desc, execution_order, execution_id",
        tuple(members),
    )
    return [
        ExecutedCell(execution_id, cell_id, source, count)
        for of_run, execution_id, cell_id, source, count, at in rows
        if of_run in own or started is None or at <= started[0]
    ]


def _own_ids(db: sqlite_utils.Database, run_id: str) -> Iterable[str]:
    members = list_members(db, run_id)
    rows = db.execute(
        f"select execution_id from cell_executions where run_id in ({marks(members)})",  # noqa: S608
        tuple(members),
    )
    return [row[0] for row in rows]


def _cell(cell: ExecutedCell) -> dict[str, Any]:
    cell_id = hashlib.sha256(cell.execution_id.encode()).hexdigest()[:8]
    return {
        "cell_type": "code",
        "id": cell_id,
        "source": cell.source,
        "metadata": {},
        "outputs": [],
        "execution_count": cell.execution_count,
    }
