"""What came out of a run beside its numbers: outputs, tables, params that changed.

Only selects, each bounded in what it returns at once.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import sqlite_utils

from trackbook.errors import BadInput, RunNotFound
from trackbook.events import Output
from trackbook_server import contract as c
from trackbook_server.store.derived import get_change
from trackbook_server.store.rows import Row, rows
from trackbook_server.store.standing import IN_ORDER

PAGE_EXECUTIONS = 100
PAGE_BYTES = 1024 * 1024
"""A page of outputs ends at the first of these; what a blob holds does not count."""

SHOWN_ROWS = 50
SHOWN_BYTES = 64 * 1024
"""So much of a table is part of its run, at most."""

MAX_ROWS = 10_000
_MAX_CHANGES = 500


def get_outputs(
    db: sqlite_utils.Database,
    run_id: str,
    execution_id: str | None = None,
    cursor: str | None = None,
) -> c.RunOutputs:
    """Return what a run's executions put out, those that put out nothing left out.

    A page of executions in their order, or one of them whole. Raises RunNotFound and
    BadInput.
    """
    members = list_member_executions(db, run_id)
    if execution_id is not None:
        if execution_id not in members:
            raise RunNotFound(f"run {run_id} has no execution {execution_id!r}")
        found, cursor = [execution_id], None
        answers = [
            make_outputs(execution_id, list_outputs(db, found).get(execution_id, []))
        ]
    else:
        answers, cursor = _page(db, members, cursor)
    return c.RunOutputs(
        run_id=run_id, executions=answers, next_cursor=cursor, change=get_change(db)
    )


def list_member_executions(db: sqlite_utils.Database, run_id: str) -> list[str]:
    """Return the ids of what a run executed, with what folded into it, in order.

    Raises RunNotFound.
    """
    if not db.execute(
        "select 1 from runs where run_id = ? and experiment_id is not null", (run_id,)
    ).fetchone():
        raise RunNotFound(f"there is no run {run_id}; `trackbook runs` lists them")
    return [
        execution_id
        for (execution_id,) in db.execute(
            "select execution_id from cell_executions e join runs r using (run_id) "
            f"where r.run_id = ?1 or r.folded_into = ?1 order by {IN_ORDER}",
            (run_id,),
        )
    ]


def list_outputs(
    db: sqlite_utils.Database, execution_ids: Sequence[str]
) -> dict[str, list[Output]]:
    """Return the outputs of executions, in their order; none for one without."""
    found: dict[str, list[Output]] = {}
    for execution_id, body in db.execute(
        "select execution_id, body from outputs where execution_id in "
        "(select value from json_each(?)) order by execution_id, position",
        (json.dumps(execution_ids),),
    ):
        found.setdefault(execution_id, []).append(
            msgspec.json.decode(body, type=Output)
        )
    return found


def make_outputs(execution_id: str, found: Sequence[Output]) -> c.ExecutionOutputs:
    """Return the outputs of an execution as the API says them."""
    return c.ExecutionOutputs(
        execution_id=execution_id,
        count=len(found),
        outputs=[
            c.CellOutput(
                index=index,
                kind=output.kind,
                name=output.name,
                text=output.text,
                omitted_bytes=output.omitted_bytes,
                head_length=output.head_length,
                data=output.data,
                blobs={
                    mime_type: c.BlobRef(sha256=blob.sha256, size_bytes=blob.size_bytes)
                    for mime_type, blob in output.blobs.items()
                },
                metadata=output.metadata,
            )
            for index, output in enumerate(found)
        ],
    )


def list_tables(db: sqlite_utils.Database, run_id: str) -> list[c.RunTable]:
    """Return a run's tables with their first rows."""
    return [
        _make_table(db, row, 0, SHOWN_ROWS, SHOWN_BYTES)
        for row in rows(
            db, "select * from tables where run_id = ? order by table_id", (run_id,)
        )
    ]


def get_table(
    db: sqlite_utils.Database,
    run_id: str,
    name: str,
    first: int = 0,
    limit: int = MAX_ROWS,
) -> c.RunTable:
    """Return a table with at most `limit` of its rows from `first` on.

    Raises RunNotFound for a run or a table that is not there, BadInput.
    """
    if first < 0 or not 1 <= limit <= MAX_ROWS:
        raise BadInput(
            f"first is {first} and limit {limit}; first must be 0 or more, "
            f"limit from 1 to {MAX_ROWS:,}"
        )
    found = rows(
        db, "select * from tables where run_id = ? and name = ?", (run_id, name)
    )
    if not found:
        raise RunNotFound(f"run {run_id} has no table {name!r}, or there is no such")
    return _make_table(db, found[0], first, limit)


def list_param_changes(
    db: sqlite_utils.Database, run_id: str, rules: Mapping[str, str]
) -> dict[str, list[c.ParamChange]]:
    """Return the values, in their order, of each param that had several in the run;
    the last 500 of it."""
    found: dict[str, list[Row]] = {}
    for row in rows(
        db,
        "select key, value, sha256, removed, execution_id from param_log "
        "where run_id = ? order by position",
        (run_id,),
    ):
        if rules.get(row["key"]) == "ignore":
            continue
        changes = found.setdefault(row["key"], [])
        if not changes or _said(changes[-1]) != _said(row):
            changes.append(row)
    return {
        key: [
            c.ParamChange(
                value=None if row["removed"] else json.loads(row["value"]),
                removed=bool(row["removed"]),
                execution_id=row["execution_id"],
            )
            for row in changes[-_MAX_CHANGES:]
        ]
        for key, changes in found.items()
        if len(changes) > 1
    }


def _said(row: Row) -> tuple[Any, ...]:
    """Return what makes an entry of the log another than the one before."""
    return row["removed"], row["sha256"] or row["value"]


def _page(
    db: sqlite_utils.Database, members: Sequence[str], cursor: str | None
) -> tuple[list[c.ExecutionOutputs], str | None]:
    """Return outputs of the executions behind `cursor`, and where the next page
    begins. The first execution of a page is cut where it alone is too large."""
    if cursor is not None and cursor not in members:
        raise BadInput("the cursor is none that this run gave")
    start = 0 if cursor is None else members.index(cursor) + 1
    sizes: dict[str, tuple[int, int]] = {
        execution_id: (count, size)
        for execution_id, count, size in db.execute(
            "select execution_id, count(*), sum(length(body)) from outputs "
            "where execution_id in (select value from json_each(?)) "
            "group by execution_id",
            (json.dumps(members[start:]),),
        )
    }
    behind = [one for one in members[start:] if one in sizes]
    page: list[str] = []
    total = 0
    for execution_id in behind:
        total += sizes[execution_id][1]
        if len(page) == PAGE_EXECUTIONS or (page and total > PAGE_BYTES):
            break
        page.append(execution_id)
    if page and sizes[page[0]][1] > PAGE_BYTES:
        answers = [_cut(db, page[0], sizes[page[0]][0])]
    else:
        found = list_outputs(db, page)
        answers = [make_outputs(one, found[one]) for one in page]
    return answers, page[-1] if len(page) < len(behind) else None


def _cut(
    db: sqlite_utils.Database, execution_id: str, count: int
) -> c.ExecutionOutputs:
    """Return as many of an execution's outputs as fit into a page, at least one."""
    kept: list[Output] = []
    total = 0
    for (body,) in db.execute(
        "select body from outputs where execution_id = ? order by position",
        (execution_id,),
    ):
        total += len(body)
        if kept and total > PAGE_BYTES:
            break
        kept.append(msgspec.json.decode(body, type=Output))
    answer = make_outputs(execution_id, kept)
    return msgspec.structs.replace(answer, count=count)


def _make_table(
    db: sqlite_utils.Database,
    table: Row,
    first: int,
    limit: int,
    max_bytes: int | None = None,
) -> c.RunTable:
    columns = json.loads(table["columns"])
    shown: list[list[Any]] = []
    size = 0
    for (body,) in db.execute(
        "select body from table_rows where table_id = ? "
        "order by position limit ? offset ?",
        (table["table_id"], limit, first),
    ):
        size += len(body)
        if max_bytes is not None and shown and size > max_bytes:
            break
        values = json.loads(body)
        shown.append(values + [None] * (len(columns) - len(values)))
    [row_count] = db.execute(
        "select count(*) from table_rows where table_id = ?", (table["table_id"],)
    ).fetchone()
    return c.RunTable(
        name=table["name"],
        origin=table["origin"],
        columns=columns,
        params=json.loads(table["params"]),
        rows=shown,
        row_count=row_count,
        execution_id=table["execution_id"],
    )
