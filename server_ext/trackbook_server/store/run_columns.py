"""Columns of the list: what a run can be shown and sorted by. Only selects.

A column is named `param:KEY`, `metric:KEY`, `tag:KEY`, or by an attribute of the run
(`started_at`, `duration_ms`, …). Nothing here touches points.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlite_utils

from trackbook.errors import BadInput
from trackbook_server import contract as c
from trackbook_server.store.rows import Row, marks
from trackbook_server.store.run_rows import (
    get_direction,
    load_experiments,
    number,
)
from trackbook_server.store.run_scope import RunScope
from trackbook_server.store.search.plan import SOME

ColumnKind = Literal["attribute", "param", "metric", "tag"]

MAX_COLUMNS = 500
"""So many columns one request asks for at most."""

ATTRIBUTES: dict[str, str] = {
    "started_at": "r.started_at",
    "ended_at": "r.ended_at",
    "duration_ms": "r.duration_ms",
    "name": "r.name",
    "status": "r.status",
    "starred": "r.starred",
    "main_metric": "r.main_value",
    "notebook_path": "r.notebook_path",
    "revision": "r.revision_number",
    "experiment": (
        "(select e.name from experiments e where e.experiment_id = r.experiment_id)"
    ),
    "error": "r.error",
}
"""Attributes by name: the expression over `runs r` that they are sorted by."""

NEVER_NULL = {"started_at", "duration_ms", "name", "status", "starred"}

_EXACT = 5_000
"""Up to so many runs, the metrics of a scope are looked up run by run."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column, as its name says."""

    kind: ColumnKind
    key: str

    @property
    def name(self) -> str:
        """What the column is called in queries and answers."""
        return self.key if self.kind == "attribute" else f"{self.kind}:{self.key}"


def parse_column(name: str) -> Column:
    """Return the column of a name. Raises BadInput where there is none."""
    kind, colon, key = name.partition(":")
    if colon and key and kind in ("param", "metric", "tag"):
        return Column(kind, key)  # type: ignore[arg-type]
    if name in ATTRIBUTES:
        return Column("attribute", name)
    raise BadInput(
        f"there is no column {name[:80]!r}; there is {', '.join(ATTRIBUTES)}, "
        "param:KEY, metric:KEY and tag:KEY"
    )


def parse_columns(names: Sequence[str]) -> list[Column]:
    """Return the columns of names, each once. Raises BadInput."""
    if len(names) > MAX_COLUMNS:
        raise BadInput(f"{len(names)} columns are more than {MAX_COLUMNS}; ask twice")
    return [parse_column(name) for name in dict.fromkeys(names)]


def load_cells(
    db: sqlite_utils.Database, run_ids: Sequence[str], columns: Iterable[Column]
) -> dict[str, dict[str, Any]]:
    """Return by run what it has in the columns; attributes are fields of its row."""
    cells: dict[str, dict[str, Any]] = {run_id: {} for run_id in run_ids}
    of_kind: dict[str, list[str]] = {}
    for column in columns:
        of_kind.setdefault(column.kind, []).append(column.key)
    for kind, sql in _CELLS.items():
        keys = of_kind.get(kind, [])
        if not keys:
            continue
        for run_id, key, value in db.execute(
            f"{sql} where run_id in ({marks(run_ids)}) and key in ({marks(keys)})",
            (*run_ids, *keys),
        ):
            if value is not None or kind == "metric":
                cells[run_id][f"{kind}:{key}"] = _READ[kind](value)
    return cells


def list_columns(db: sqlite_utils.Database, scope: RunScope) -> c.RunColumnList:
    """Return what a list's runs can be shown by, besides their attributes.

    Params are those of the experiments that the runs belong to.
    """
    scope = scope.planned(db, SOME)
    condition, parameters = scope.where()
    listed = f"from runs r where {condition} and {scope.placed}"
    arguments = (*parameters, scope.place)
    experiments = [
        row[0]
        for row in db.execute(f"select distinct r.experiment_id {listed}", arguments)
    ]
    known = list(load_experiments(db, experiments).values())
    columns = [
        c.RunColumn(
            name=f"param:{key}",
            kind="param",
            key=key,
            varies=least != greatest,
            direction=None,
        )
        for key, least, greatest in db.execute(_PARAM_KEYS, (json.dumps(experiments),))
    ]
    for kind, keys in (
        ("metric", _list_keys(db, "metrics", "role = 'result'", listed, arguments)),
        ("tag", _list_keys(db, "tags", "value is not null", listed, arguments)),
    ):
        columns += [
            c.RunColumn(
                name=f"{kind}:{key}",
                kind=kind,  # type: ignore[arg-type]
                key=key,
                varies=True,
                direction=_direction(known, key) if kind == "metric" else None,
            )
            for key in keys
        ]
    return c.RunColumnList(columns=columns)


_PARAM_KEYS = """
    with recursive known(experiment_id, key) as (
        select e.value, (
            select min(v.key) from param_values v where v.experiment_id = e.value
        )
        from json_each(?) e
        union all
        select k.experiment_id, (
            select min(v.key) from param_values v
            where v.experiment_id = k.experiment_id and v.key > k.key
        )
        from known k where k.key is not null
    )
    select k.key, min((
        select min(v.value) from param_values v
        where v.experiment_id = k.experiment_id and v.key = k.key
    )), max((
        select max(v.value) from param_values v
        where v.experiment_id = k.experiment_id and v.key = k.key
    ))
    from known k where k.key is not null group by k.key order by k.key
"""
"""From one key of an experiment to the next, however many values each has."""


def _direction(experiments: Sequence[Row], key: str) -> c.Direction | None:
    """Return which direction of a metric is better, where experiments agree."""
    found = {get_direction(experiment, key) for experiment in experiments}
    return found.pop() if len(found) == 1 else None


def _list_keys(
    db: sqlite_utils.Database,
    table: str,
    which: str,
    listed: str,
    arguments: tuple[Any, ...],
) -> list[str]:
    """Return the keys that a scope's runs have in a table; of a scope of very many
    runs, those that any run has."""
    count = db.execute(
        f"select count(*) from (select 1 {listed} limit {_EXACT + 1})", arguments
    ).fetchone()[0]
    if count <= _EXACT:
        found = db.execute(
            f"select distinct key from {table} where {which} "
            f"and run_id in (select r.run_id {listed}) order by key",
            arguments,
        )
        return [key for (key,) in found]
    # From one key to the next along the index, however many rows each has.
    found = db.execute(
        f"with recursive keys(key) as (select min(key) from {table} where {which} "
        f"union all select (select min(key) from {table} where {which} "
        "and key > keys.key) from keys where keys.key is not null) "
        "select key from keys where key is not null"
    )
    return [key for (key,) in found]


_CELLS = {
    "param": "select run_id, key, value from params",
    "metric": "select run_id, key, last from metrics indexed by "
    "sqlite_autoindex_metrics_1",
    "tag": "select run_id, key, value from tags",
}


_READ: dict[str, Callable[[Any], Any]] = {
    "param": json.loads,
    "metric": number,
    "tag": str,
}
