"""What came out of cells: outputs, folds of a result, tables."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import sqlite_utils

from trackbook import events as ev
from trackbook_server.store.changes import Changes
from trackbook_server.store.naming import canonical
from trackbook_server.store.points import to_floats
from trackbook_server.store.values import BadEvent, check_sha256, to_text


def outputs_changed(p: Changes, event: ev.OutputsChanged, writer_id: str) -> None:
    """Put outputs at their places and cut off what is behind the last one.

    The execution may not have started yet. Raises BadEvent for places that are none.
    """
    p.know(event.execution_id)
    put_outputs(p.db, event.execution_id, event.outputs, event.first, event.count)
    row = p.db.execute(
        "select run_id from cell_executions where execution_id = ?",
        (event.execution_id,),
    ).fetchone()
    if row is not None and row[0] is not None:
        p.wake(row[0], writer_id, to_text(event.at))


def put_outputs(
    db: sqlite_utils.Database,
    execution_id: str,
    outputs: Sequence[ev.Output],
    first: int,
    count: int,
) -> None:
    """Let an execution have `outputs` from place `first` on, and `count` in all.

    Raises BadEvent for places that are none.
    """
    if first < 0 or count < 0 or first + len(outputs) > count:
        raise BadEvent(f"{len(outputs)} outputs at {first} are no {count}")
    _drop(db, execution_id, first, first + len(outputs), count)
    for position, output in enumerate(outputs, first):
        db.execute(
            "insert into outputs values (?, ?, ?)",
            (execution_id, position, msgspec.json.encode(output).decode()),
        )
        check_sha256(*(blob.sha256 for blob in output.blobs.values()))
        for mime_type, blob in output.blobs.items():
            db.execute(
                "insert into output_blobs values (?, ?, ?, ?)",
                (execution_id, position, mime_type, blob.sha256),
            )


def folds_logged(p: Changes, event: ev.FoldsLogged, writer_id: str) -> None:
    """Keep what the last point of a metric is the mean of."""
    values = to_floats(event.values)
    if not len(values):
        raise BadEvent("there are no folds")
    p.wake(event.run_id, writer_id, to_text(event.at))
    with np.errstate(all="ignore"):
        std = float(values.std())
    p.db.execute(
        "insert or replace into folds values (?, ?, ?, ?, ?)",
        (event.run_id, event.key, canonical(event.values), std, event.execution_id),
    )


def table_logged(p: Changes, event: ev.TableLogged, writer_id: str) -> None:
    """Put rows into a table; those at 0 begin it anew. Raises BadEvent for rows that
    don't fit the columns."""
    if event.first < 0 or any(len(row) != len(event.columns) for row in event.rows):
        raise BadEvent(f"rows of table {event.name[:100]!r} don't fit its columns")
    p.wake(event.run_id, writer_id, to_text(event.at))
    row = p.db.execute(
        "select table_id from tables where run_id = ? and name = ?",
        (event.run_id, event.name),
    ).fetchone()
    said: tuple[Any, ...] = (
        canonical(event.columns),
        canonical(event.params),
        event.origin,
        event.execution_id,
    )
    if row is None:
        table_id = p.db.execute(
            "insert into tables (columns, params, origin, execution_id, run_id, name) "
            "values (?, ?, ?, ?, ?, ?)",
            (*said, event.run_id, event.name),
        ).lastrowid
    else:
        [table_id] = row
        p.db.execute(
            "update tables set columns = ?, params = ?, origin = ?, execution_id = ? "
            "where table_id = ?",
            (*said, table_id),
        )
    if event.first == 0:
        p.db.execute("delete from table_rows where table_id = ?", (table_id,))
    p.db.conn.executemany(
        "insert or replace into table_rows values (?, ?, ?)",
        [
            (table_id, position, canonical(values))
            for position, values in enumerate(event.rows, event.first)
        ],
    )


def _drop(
    db: sqlite_utils.Database, execution_id: str, first: int, last: int, count: int
) -> None:
    """Forget the outputs from `first` to `last` and from `count` on, with their blobs,
    which may be of no more use then."""
    places = (
        "where execution_id = ? and (position >= ? and position < ? or position >= ?)"
    )
    parameters = (execution_id, first, last, count)
    db.execute(
        f"insert or ignore into dropped_blobs select sha256 from output_blobs {places}",
        parameters,
    )
    db.execute(f"delete from output_blobs {places}", parameters)
    db.execute(f"delete from outputs {places}", parameters)
