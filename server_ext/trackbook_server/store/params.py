"""A run's params: which are in force, and how many runs have each value.

Params are kept by key as (value as JSON text, origin, execution id, position, blob of a
long value, its size). Such a value is told by its blob, as its text is a preview.
"""

import hashlib
import re
from collections.abc import Container
from typing import Any

import sqlite_utils

from trackbook_server.store.naming import ParamValue
from trackbook_server.store.rows import Row, rows
from trackbook_server.store.search.values import number_of

_LONG_VALUE = 200
_NUMBER = re.compile("-?[0-9]")

Params = dict[str, tuple[Any, ...]]


def params_in_force(
    db: sqlite_utils.Database, run: Row, *, has_result: bool, ignored: Container[str]
) -> Params:
    """Return the run's params by key: those of people always, others as they were at
    the execution of its last result; what came later waits for the next result.
    `ignored` names are none."""
    mark = run["last_result_order"] if has_result else None
    found: Params = {}
    for row in rows(
        db,
        "select p.position, p.key, p.value, p.origin, p.execution_id, p.removed, "
        "p.sha256, p.size_bytes, e.execution_order from param_log p "
        "left join cell_executions e using (execution_id) "
        "where p.run_id = ? order by p.position",
        (run["run_id"],),
    ):
        order = row["execution_order"]
        waits = mark is not None and order is not None and order > mark
        if (waits and row["origin"] != "user") or row["key"] in ignored:
            continue
        known = found.pop(row["key"], None)
        if not row["removed"]:
            found[row["key"]] = (
                row["value"],
                row["origin"],
                row["execution_id"],
                known[3] if known else row["position"],
                row["sha256"],
                row["size_bytes"],
            )
    return found


def load_params(db: sqlite_utils.Database, run_id: str) -> Params:
    """Return the params that were last derived."""
    return {
        key: tuple(rest)
        for key, *rest in db.execute(
            "select key, value, origin, execution_id, position, sha256, size_bytes "
            "from params where run_id = ? order by position",
            (run_id,),
        )
    }


def store_params(db: sqlite_utils.Database, run_id: str, params: Params) -> None:
    """Replace the params that were last derived."""
    db.execute("delete from params where run_id = ?", (run_id,))
    db.conn.executemany(
        "insert into params (run_id, key, value, origin, execution_id, position, "
        "sha256, size_bytes, number, ranked) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (run_id, key, *param, number_of(param[0]), rank_of(param[0], param[4]))
            for key, param in params.items()
        ],
    )


def rank_of(value: str, sha256: str | None = None) -> float | str:
    """Return what a param is sorted and grouped by: numbers by their size, then all
    others by their JSON text."""
    if sha256 is not None:
        return value + sha256
    return float(value) if _NUMBER.match(value) else value


def values_of(params: Params) -> dict[str, ParamValue]:
    """Return what naming needs to know of params."""
    return {
        key: ParamValue(param[0], param[1], param[4]) for key, param in params.items()
    }


def texts_of(params: Params) -> dict[str, str]:
    """Return what tells a value from others: its JSON text, or its blob's name."""
    return {key: param[4] or param[0] for key, param in params.items()}


def count_values(
    db: sqlite_utils.Database,
    experiment_id: str,
    before: dict[str, str],
    after: dict[str, str],
) -> None:
    """Take the values of `before` out of the experiment's count, put `after` in."""
    for key, value in before.items() - after.items():
        known = (experiment_id, key, _short(value))
        db.execute(
            "update param_values set run_count = run_count - 1 "
            "where experiment_id = ? and key = ? and value = ?",
            known,
        )
        db.execute(
            "delete from param_values where experiment_id = ? and key = ? "
            "and value = ? and run_count <= 0",
            known,
        )
    db.conn.executemany(
        "insert into param_values values (?, ?, ?, 1) "
        "on conflict (experiment_id, key, value) "
        "do update set run_count = run_count + 1",
        [
            (experiment_id, key, _short(value))
            for key, value in after.items() - before.items()
        ],
    )


def _short(value: str) -> str:
    if len(value) <= _LONG_VALUE:
        return value
    return hashlib.sha256(value.encode()).hexdigest()
