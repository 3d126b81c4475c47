"""What the store answers: lists, one run, one metric. Only selects.

Every function takes a `sqlite_utils.Database` first and returns structs of the
contract; pass it to `Database.read`. Paths are the store's (see `contents_paths.py`).
"""

import base64
import json
import math
from typing import Any

import msgspec
import sqlite_utils

from trackbook.errors import BadInput, ExperimentNotFound, RunNotFound
from trackbook_server import contract as c
from trackbook_server.store import series
from trackbook_server.store.derived import get_change
from trackbook_server.store.lineage import FAMILY
from trackbook_server.store.rows import Row, marks, rows
from trackbook_server.store.run_rows import make_rows, number

DEFAULT_LIMIT = 50
MAX_LIMIT = 500
DEFAULT_MAX_POINTS = 2000
MAX_MAX_POINTS = 100_000

SORTS = {
    "-started_at": ("started_at", True),
    "started_at": ("started_at", False),
    "name": ("name", False),
    "-name": ("name", True),
    "duration_ms": ("duration_ms", False),
    "-duration_ms": ("duration_ms", True),
    "main_metric": ("main_value", False),
    "-main_metric": ("main_value", True),
    "starred": ("starred", True),
}
"""What a list can be sorted by: its column, and whether the greatest comes first."""


class RunScope(msgspec.Struct, frozen=True, kw_only=True):
    """Which runs a list is about; what is None does not matter.

    The list is that of the runs with a result, unless one of the last three names
    another: the trash, the runs without a result, or those folded into the run `alike`.
    """

    experiment_id: str | None = None
    experiment_ids: tuple[str, ...] | None = None
    notebook_path: str | None = None
    kernel_id: str | None = None
    trashed: bool = False
    without_result: bool = False
    alike: str | None = None

    def __post_init__(self) -> None:
        """Raise BadInput where several lists are asked for at once."""
        if self.trashed + self.without_result + (self.alike is not None) > 1:
            raise BadInput("trashed, without_result and alike are lists; ask for one")

    def where(self) -> tuple[str, list[Any]]:
        """Return the condition, without the place, and its parameters."""
        conditions: list[str] = []
        parameters: list[Any] = []
        if self.experiment_id is not None:
            conditions.append("r.experiment_id = ?")
            parameters.append(self.experiment_id)
        if self.experiment_ids is not None:
            conditions.append(f"r.experiment_id in ({marks(self.experiment_ids)})")
            parameters += self.experiment_ids
        # A run may have been resumed in another kernel, and from another notebook.
        # A notebook's runs are those of its family.
        for column in ("notebook_path", "kernel_id"):
            value = getattr(self, column)
            if value is not None:
                among = FAMILY if column == "notebook_path" else "?"
                conditions.append(
                    "r.run_id in (select run_id from run_writers "
                    f"where {column} in ({among}))"
                )
                parameters.append(value)
        if self.alike is not None:
            conditions.append(
                "(r.experiment_id, r.fingerprint) = (select experiment_id, fingerprint "
                "from runs where run_id = ? and place = 'list' and alike_count > 1)"
            )
            parameters.append(self.alike)
        return " and ".join(conditions) or "1", parameters

    @property
    def place(self) -> str:
        """Return the place of the runs that are shown."""
        if self.trashed:
            return "trash"
        if self.without_result:
            return "quiet"
        return "list" if self.alike is None else "alike"


class RunIds(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the list, ids only."""

    run_ids: list[str]
    next_cursor: str | None


def list_runs(
    db: sqlite_utils.Database,
    scope: RunScope | None = None,
    sort: str = "-started_at",
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
    since: int | None = None,
) -> c.RunList:
    """Return a page of runs; with `since`, only what changed after that change.

    Where more than MAX_LIMIT changed since, `next_cursor` is None and `change` is the
    change of the last one: ask again. Raises BadInput for a sort, limit or cursor that
    makes no sense.
    """
    scope = scope or RunScope()
    change = get_change(db)
    removed: list[str] = []
    next_cursor: str | None = None
    if since is None:
        found, next_cursor = _page(db, scope, sort, limit, cursor)
    else:
        found, removed, change = _list_changed(db, scope, since, change)
    return c.RunList(
        runs=make_rows(db, found),
        removed=removed,
        total=_count(db, scope, scope.place),
        without_result_count=_count(db, scope, "quiet"),
        next_cursor=next_cursor,
        change=change,
    )


def list_run_ids(
    db: sqlite_utils.Database,
    scope: RunScope | None = None,
    sort: str = "-started_at",
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> RunIds:
    """Return a page of the list like `list_runs`, ids only."""
    found, next_cursor = _page(db, scope or RunScope(), sort, limit, cursor)
    return RunIds(run_ids=[row["run_id"] for row in found], next_cursor=next_cursor)


def get_history(
    db: sqlite_utils.Database, run_id: str, key: str, max_points: int | None = None
) -> c.MetricHistory:
    """Return a metric's points by (step, time), sampled where there are too many.

    Raises RunNotFound for a run or a metric that is not there.
    """
    wanted = DEFAULT_MAX_POINTS if max_points is None else max_points
    if not 2 <= wanted <= MAX_MAX_POINTS:
        raise BadInput(
            f"max_points is {wanted}; it must be from 2 to {MAX_MAX_POINTS:,}"
        )
    row = db.execute(
        "select series_id from metrics where run_id = ? and key = ?", (run_id, key)
    ).fetchone()
    if row is None:
        raise RunNotFound(_no_metric(db, run_id, key))
    points = series.read(db, row[0])
    shown = series.sample(points, wanted)
    return c.MetricHistory(
        run_id=run_id,
        key=key,
        steps=shown.steps.tolist(),
        times_ms=shown.times_ms.tolist(),
        values=[number(value) for value in shown.values.tolist()],
        total=len(points),
        sampled=len(shown) < len(points),
        change=get_change(db),
    )


def list_experiments(db: sqlite_utils.Database) -> c.ExperimentList:
    """Return all experiments that have runs, the most recently used first."""
    return c.ExperimentList(
        experiments=_experiments(db, "where run_count > 0 or is_named", ()),
        change=get_change(db),
    )


def get_experiment(db: sqlite_utils.Database, experiment_id: str) -> c.Experiment:
    """Return one experiment. Raises ExperimentNotFound."""
    found = _experiments(db, "where experiment_id = ?", (experiment_id,))
    if not found:
        raise ExperimentNotFound(
            f"there is no experiment {experiment_id}; GET experiments lists them"
        )
    return found[0]


def list_changed(
    db: sqlite_utils.Database, since: int, limit: int
) -> tuple[int, list[str]]:
    """Return the present change, and at most `limit` ids of runs changed since."""
    found = db.execute(
        "select run_id from runs where change > ? order by change limit ?",
        (since, limit),
    ).fetchall()
    return get_change(db), [run_id for (run_id,) in found]


def count_for_status(db: sqlite_utils.Database) -> tuple[int, int, int]:
    """Return change, number of runs, and number of lines that were not applied."""
    run_count = db.execute(
        "select count(*) from runs where place in ('list', 'alike', 'quiet')"
    ).fetchone()[0]
    bad_count = db.execute(
        "select coalesce(sum(bad_count), 0) from cursors"
    ).fetchone()[0]
    return get_change(db), run_count, bad_count


def _experiments(
    db: sqlite_utils.Database, condition: str, parameters: tuple[Any, ...]
) -> list[c.Experiment]:
    found = rows(
        db,
        "select * from (select e.*, "
        "(select count(*) from runs r where r.experiment_id = e.experiment_id "
        "and r.place in ('list', 'alike')) as run_count, "
        "(select max(started_at) from runs r where r.experiment_id = "
        "e.experiment_id and r.place != 'unknown') as last_started_at "
        f"from experiments e) {condition} order by last_started_at desc, name",
        parameters,
    )
    return [
        c.Experiment(
            experiment_id=row["experiment_id"],
            name=row["name"],
            notebook_path=row["notebook_path"],
            run_count=row["run_count"],
            last_started_at=row["last_started_at"],
            main_metric=row["main_metric"],
            directions=json.loads(row["directions"]),
            names=json.loads(row["names"]),
        )
        for row in found
    ]


def _page(
    db: sqlite_utils.Database,
    scope: RunScope,
    sort: str,
    limit: int,
    cursor: str | None,
) -> tuple[list[Row], str | None]:
    """Return a page of the list, and the cursor of the next one."""
    column, descending = _sort(sort)
    if not 1 <= limit <= MAX_LIMIT:
        raise BadInput(f"limit is {limit}; it must be from 1 to {MAX_LIMIT}")
    condition, parameters = scope.where()
    direction = "desc" if descending else "asc"
    found: list[Row] = []
    # Runs without the value come last, in either direction: a list of its own, so
    # that each is walked along its index.
    for is_null in (False, True) if column == "main_value" else (None,):
        after, after_parameters = _after(column, descending, cursor, is_null)
        if after is None:
            continue
        found += rows(
            db,
            f"select r.* from runs r where {condition} and r.place = ? {after} "
            f"order by r.{column} {direction}, r.run_id {direction} limit ?",
            (*parameters, scope.place, *after_parameters, limit + 1 - len(found)),
        )
        if len(found) > limit:
            break
    more = len(found) > limit
    found = found[:limit]
    return found, _cursor(found[-1], column) if more else None


def _list_changed(
    db: sqlite_utils.Database, scope: RunScope, since: int, change: int
) -> tuple[list[Row], list[str], int]:
    """Return the listed runs that changed since, those that are no longer listed, and
    up to which change that is all."""
    condition, parameters = scope.where()
    found = rows(
        db,
        f"select r.*, ({condition}) and r.place = ? as is_listed from runs r "
        "where r.change > ? order by r.change limit ?",
        (*parameters, scope.place, since, MAX_LIMIT + 1),
    )
    if len(found) > MAX_LIMIT:
        # One transaction's changes belong together: leave out the last, unless it
        # is the only one.
        last = found[-1]["change"]
        kept = [row for row in found if row["change"] < last]
        if kept:
            found, change = kept, kept[-1]["change"]
        else:
            found = rows(
                db,
                f"select r.*, ({condition}) and r.place = ? as is_listed "
                "from runs r where r.change = ?",
                (*parameters, scope.place, last),
            )
            change = last
    gone = db.execute(
        "select run_id from tombstones where change > ? and change <= ?",
        (since, change),
    ).fetchall()
    listed = [row for row in found if row["is_listed"]]
    removed = [row["run_id"] for row in found if not row["is_listed"]]
    return listed, removed + [run_id for (run_id,) in gone], change


def _count(db: sqlite_utils.Database, scope: RunScope, place: str) -> int:
    condition, parameters = scope.where()
    count: int = db.execute(
        f"select count(*) from runs r where {condition} and r.place = ?",
        (*parameters, place),
    ).fetchone()[0]
    return count


def _sort(sort: str) -> tuple[str, bool]:
    if sort not in SORTS:
        raise BadInput(f"can't sort by {sort!r}; there is {', '.join(SORTS)}")
    return SORTS[sort]


def _cursor(row: Row, column: str) -> str:
    """Return the opaque name of the place behind a row."""
    value = row[column]
    if isinstance(value, float):
        value = str(value) if math.isinf(value) else value
    text = msgspec.json.encode([column, value, row["run_id"]])
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _after(
    column: str, descending: bool, cursor: str | None, is_null: bool | None
) -> tuple[str | None, list[Any]]:
    """Return the condition that leaves out what comes up to the cursor.

    `is_null` restricts to rows with or without the value; the condition is None when
    none of them can follow.
    """
    nulls = {
        None: "",
        True: f"and r.{column} is null",
        False: f"and r.{column} >= -9e999",
    }
    if cursor is None:
        return nulls[is_null], []
    value, run_id = _decode_cursor(cursor, column)
    sign = "<" if descending else ">"
    if is_null:
        if value is None:
            return f"{nulls[True]} and r.run_id {sign} ?", [run_id]
        return nulls[True], []
    if value is None:
        return None, []
    return (
        f"{nulls[is_null]} and (r.{column}, r.run_id) {sign} (?, ?)",
        [float(value) if is_null is False else value, run_id],
    )


def _decode_cursor(cursor: str, column: str) -> tuple[str | float | None, str]:
    try:
        data = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        of, value, run_id = msgspec.json.decode(
            data, type=tuple[str, str | float | None, str]
        )
    except (ValueError, msgspec.DecodeError) as error:
        raise BadInput("the cursor is none that this list gave") from error
    if of != column:
        raise BadInput("the cursor belongs to another sort; begin without one")
    return value, run_id


def _no_metric(db: sqlite_utils.Database, run_id: str, key: str) -> str:
    keys = [
        found
        for (found,) in db.execute(
            "select key from metrics where run_id = ? order by key limit 20", (run_id,)
        )
    ]
    if not keys:
        return f"run {run_id} has no metric {key!r}, or there is no such run"
    return f"run {run_id} has no metric {key!r}; it has {', '.join(keys)}"
