"""A cell's versions over all runs of its notebook and its family. Only selects.

A cell is known by its id: the kernel says it with an execution, or, where the kernel is
not told, the front end with the document that it captured for the execution.
"""

import json
from collections.abc import Iterable, Sequence

import sqlite_utils

from trackbook.errors import BadInput
from trackbook_server.contract import (
    CellHistory,
    CellMark,
    CellMarks,
    CellResult,
    CellVersion,
)
from trackbook_server.store.lineage import list_family
from trackbook_server.store.rows import Row, marks, rows
from trackbook_server.store.run_rows import (
    blob_of,
    get_direction,
    load_experiments,
    number,
)

MAX_EXECUTIONS = 5000
"""So many executions of a cell are looked at, the latest."""

MAX_VERSIONS = 200
MAX_CELLS = 200
"""So many cells are told of at once."""

_OF_CELL = (
    "select e.execution_id from cell_executions e where e.cell_id = ?1 "
    "union select e.execution_id from capture_messages m "
    "join cell_executions e on e.message_id = m.message_id "
    "where m.cell_id = ?1 and e.cell_id is null"
)

_IN_NOTEBOOK = (
    "join runs own on own.run_id = e.run_id "
    "join runs r on r.run_id = coalesce(own.folded_into, own.run_id) "
    "where r.trashed_at is null and e.before_recording = 0 "
    "and exists (select 1 from run_writers w where w.run_id = own.run_id "
    "and w.notebook_path in "
    "(select value from json_each(?2)))"
)


def get_cell_history(
    db: sqlite_utils.Database, notebook_path: str, cell_id: str
) -> CellHistory:
    """Return what a notebook's cell was, and what each version of it gave.

    `notebook_path` is the store's. Empty for a cell that was never executed while it
    was recorded. Runs in the trash don't count, nor what ran before the recording,
    whose time is not known. Raises BadInput for an empty id.
    """
    if not cell_id:
        raise BadInput("cell_id is missing; it is the id of a cell of the notebook")
    found = rows(
        db,
        "select e.execution_id, e.source, e.source_sha256, e.source_size_bytes, "  # noqa: S608
        "e.started_at, e.status, e.error_name, e.duration_ms, "
        "r.run_id, r.name, r.number, r.experiment_id, own.run_id as own_run_id "
        f"from ({_OF_CELL}) of_cell join cell_executions e using (execution_id) "
        f"{_IN_NOTEBOOK} order by e.started_at desc, e.execution_id desc limit ?3",
        (cell_id, _family(db, notebook_path), MAX_EXECUTIONS + 1),
    )
    seen = found[:MAX_EXECUTIONS]
    groups: dict[str, list[Row]] = {}
    for row in seen:
        groups.setdefault(row["source_sha256"] or row["source"], []).append(row)
    shown = list(groups.values())[:MAX_VERSIONS]
    results = _load_results(db, [group[0] for group in shown])
    return CellHistory(
        notebook_path=notebook_path,
        cell_id=cell_id,
        versions=[
            _version(len(groups) - place, group, results)
            for place, group in enumerate(shown)
        ],
        times=len(seen),
        cut_short=len(found) > len(seen) or len(groups) > len(shown),
    )


def list_cell_marks(
    db: sqlite_utils.Database, notebook_path: str, cell_ids: Sequence[str]
) -> CellMarks:
    """Return what the histories of these cells come to; without those that have none.

    Raises BadInput for more cells than are told of at once.
    """
    if len(cell_ids) > MAX_CELLS:
        raise BadInput(f"{len(cell_ids)} cells are too many; ask for {MAX_CELLS}")
    family = _family(db, notebook_path)
    return CellMarks(
        notebook_path=notebook_path,
        cells=[
            mark
            for cell_id in dict.fromkeys(cell_ids)
            for mark in _mark(db, family, cell_id)
        ],
    )


def _family(db: sqlite_utils.Database, notebook_path: str) -> str:
    """Return the paths of a notebook and its copies and originals, as JSON."""
    return json.dumps(list_family(db, notebook_path))


def _mark(db: sqlite_utils.Database, family: str, cell_id: str) -> Iterable[CellMark]:
    # SQLite takes the other columns from the row that has the maximum.
    found = rows(
        db,
        "select count(*) as times, count(distinct coalesce(e.source_sha256, e.source)) "  # noqa: S608
        "as version_count, max(e.started_at) as last_at, e.status, e.duration_ms "
        f"from ({_OF_CELL}) of_cell join cell_executions e using (execution_id) "
        f"{_IN_NOTEBOOK}",
        (cell_id, family),
    )
    return [CellMark(cell_id=cell_id, **row) for row in found if row["times"]]


def _version(
    place: int, group: Sequence[Row], results: dict[str, list[CellResult]]
) -> CellVersion:
    last = group[0]
    return CellVersion(
        number=place,
        source=last["source"],
        source_blob=blob_of(last["source_sha256"], last["source_size_bytes"]),
        times=len(group),
        first_at=group[-1]["started_at"],
        last_at=last["started_at"],
        execution_id=last["execution_id"],
        run_id=last["run_id"],
        run_name=last["name"],
        run_number=last["number"],
        status=last["status"],
        error_name=last["error_name"],
        duration_ms=last["duration_ms"],
        results=results.get(last["execution_id"], []),
    )


def _load_results(
    db: sqlite_utils.Database, executions: Sequence[Row]
) -> dict[str, list[CellResult]]:
    """Return what each execution gave: metrics whose last point is its."""
    experiments = load_experiments(db, [row["experiment_id"] for row in executions])
    by_id = {row["execution_id"]: row for row in executions}
    run_ids = sorted(
        {row[name] for row in executions for name in ("run_id", "own_run_id")}
    )
    found: dict[str, list[CellResult]] = {}
    for metric in rows(
        db,
        "select key, last, execution_id from metrics "  # noqa: S608
        f"where run_id in ({marks(run_ids)}) and origin != 'value' "
        f"and execution_id in ({marks(by_id)}) order by series_id",
        [*run_ids, *by_id],
    ):
        experiment = experiments[by_id[metric["execution_id"]]["experiment_id"]]
        found.setdefault(metric["execution_id"], []).append(
            CellResult(
                key=metric["key"],
                value=number(metric["last"]),
                direction=get_direction(experiment, metric["key"]),
            )
        )
    return found
