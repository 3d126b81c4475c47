"""As executed: a run's notebook told from its cell executions. Only selects.

A run that continues another in the same kernel stands on what was executed there, so
those executions belong to it; of a cell that was executed again later, only the last
execution counts.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlite_utils

from trackbook.blobs import blob_path, read_blob
from trackbook.events import CellError, OutputBlob
from trackbook_server.notebooks.document import MAX_NOTEBOOK_BYTES, Document
from trackbook_server.notebooks.outputs import to_notebook, widget_state
from trackbook_server.store.outcomes import list_outputs
from trackbook_server.store.rows import marks, rows
from trackbook_server.store.standing import IN_ORDER

MAX_CHAIN = 1000


@dataclass(frozen=True, slots=True)
class ExecutedCell:
    """One cell as a run's kernel last executed it; `execution_id` says when.

    Of a source that is too long for the store, `source_sha256` is a blob of it whole.
    """

    execution_id: str
    cell_id: str | None
    source: str
    execution_count: int | None = None
    source_sha256: str | None = None
    error: CellError | None = None

    @property
    def place(self) -> str:
        """What it has in common with other executions of the same cell."""
        return self.cell_id or self.source_sha256 or self.source


def rebuild(
    db: sqlite_utils.Database, run_id: str, blobs_dir: Path | None = None
) -> Document:
    """Return a notebook of the run's executions: what ran last of each cell, in order.

    Executions of the run itself are all kept; there are no text cells. `blobs_dir` is
    where long sources and large outputs are; without it the cells have no outputs.
    """
    kept = _kept(db, run_id)
    document: Document = {
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
    if blobs_dir is not None:
        _fill(db, document, kept, _BlobReader(blobs_dir))
    return document


def signature(db: sqlite_utils.Database, run_id: str) -> str:
    """Return what tells apart two notebooks of the same cells by their outputs; empty
    where there are none. Reads no output."""
    kept = [cell.execution_id for cell in _kept(db, run_id)]
    found = db.execute(
        "select execution_id, count(*), sum(length(body)) from outputs "
        "where execution_id in (select value from json_each(?)) "
        "group by execution_id order by execution_id",
        (json.dumps(kept),),
    ).fetchall()
    return repr(found) if found else ""


def list_members(db: sqlite_utils.Database, run_id: str) -> list[str]:
    """Return the run and those that are folded into it, also over several."""
    found = db.execute(
        "with recursive members(run_id) as (select ? union "
        "select r.run_id from runs r join members m on r.folded_into = m.run_id) "
        "select run_id from members",
        (run_id,),
    )
    return [row[0] for row in found]


class _BlobReader:
    """Reads blobs until they are as much as a notebook may hold."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._left = MAX_NOTEBOOK_BYTES // 2

    def __call__(self, blob: OutputBlob) -> bytes | None:
        return self.read(blob.sha256)

    def read(self, sha256: str) -> bytes | None:
        try:
            size = blob_path(self._folder, sha256).stat().st_size
        except OSError:
            return None
        if size > self._left:
            return None
        self._left -= size
        return read_blob(self._folder, sha256)


def _fill(
    db: sqlite_utils.Database,
    document: Document,
    kept: Sequence[ExecutedCell],
    read: _BlobReader,
) -> None:
    """Give the cells whole sources and their outputs, the document its widgets."""
    found = list_outputs(db, [cell.execution_id for cell in kept])
    for cell, said in zip(kept, document["cells"], strict=True):
        if cell.source_sha256 is not None:
            whole = read.read(cell.source_sha256)
            if whole is not None:
                said["source"] = whole.decode("utf-8", "replace")
        outputs = found.get(cell.execution_id, [])
        said["outputs"] = to_notebook(outputs, cell.error, cell.execution_count, read)
    widgets = widget_state((one for each in found.values() for one in each), read)
    if widgets is not None:
        document["metadata"]["widgets"] = widgets


def _kept(db: sqlite_utils.Database, run_id: str) -> list[ExecutedCell]:
    """Return the executions that the notebook of the run consists of."""
    executions = _executions(db, run_id)
    own = set(_own_ids(db, run_id))
    last = {cell.place: cell.execution_id for cell in executions}
    return [
        cell
        for cell in executions
        if cell.execution_id in own or last[cell.place] == cell.execution_id
    ]


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
    found = rows(
        db,
        f"select * from cell_executions e where run_id in ({marks(members)}) "  # noqa: S608
        f"order by {IN_ORDER}",
        tuple(members),
    )
    return [
        ExecutedCell(
            row["execution_id"],
            row["cell_id"],
            row["source"],
            row["execution_count"],
            row["source_sha256"],
            None
            if row["error_name"] is None
            else CellError(
                row["error_name"], row["error_message"] or "", row["traceback"] or ""
            ),
        )
        for row in found
        if row["run_id"] in own or started is None or row["started_at"] <= started[0]
    ]


def _own_ids(db: sqlite_utils.Database, run_id: str) -> list[str]:
    members = list_members(db, run_id)
    found = db.execute(
        f"select execution_id from cell_executions where run_id in ({marks(members)})",  # noqa: S608
        tuple(members),
    )
    return [row[0] for row in found]


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
