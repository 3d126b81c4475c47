"""What the store answers: lists and experiments. Only selects.

Every function takes a `sqlite_utils.Database` first and returns structs of the
contract; pass it to `Database.read`. Paths are the store's (see `contents_paths.py`).
"""

import json
from typing import Any

import sqlite_utils

from trackbook.errors import ExperimentNotFound
from trackbook_server import contract as c
from trackbook_server.store.derived import get_change
from trackbook_server.store.patience import count_within
from trackbook_server.store.rows import Row, rows
from trackbook_server.store.run_columns import load_cells
from trackbook_server.store.run_groups import (
    MAX_GROUPS,
    keys_of,
    list_groups,
)
from trackbook_server.store.run_order import Order, parse_order
from trackbook_server.store.run_pages import (
    MAX_LIMIT,
    ListView,
    looked_up,
    read_page,
    values_of,
)
from trackbook_server.store.run_rows import make_rows
from trackbook_server.store.run_scope import RunScope
from trackbook_server.store.search.hits import find_hits
from trackbook_server.store.search.keys import find_hints
from trackbook_server.store.search.plan import SOME

DEFAULT_LIMIT = 50

COUNT_SECONDS = 1.0
"""How long it may take to count what a filter matches."""

MAX_IDS = 10_000
"""So many ids are in an answer at most."""


def list_runs(
    db: sqlite_utils.Database,
    scope: RunScope | None = None,
    sort: str | ListView = "-started_at",
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
    since: int | None = None,
) -> c.RunList:
    """Return a page of runs; with `since`, only what changed after that change.

    The cursor is of the view's first group, where it names some. Where more than
    MAX_LIMIT changed since, `next_cursor` is None and `change` is the change of the
    last one: ask again. Raises BadInput for a view, limit or cursor without sense.
    """
    scope = scope or RunScope()
    view = ListView(sort=sort) if isinstance(sort, str) else sort
    order = parse_order(view.sort, view.then)
    change = get_change(db)
    removed: list[str] = []
    next_cursor: str | None = None
    if since is None:
        found, next_cursor = read_page(db, scope, order, view, limit, cursor)
    else:
        found, removed, change = _list_changed(db, scope, order, since, change)
    run_ids = [row["run_id"] for row in found]
    return c.RunList(
        runs=make_rows(
            db,
            found,
            sort_values=[values_of(order, row) for row in found],
            cells=load_cells(db, run_ids, view.columns),
            groups=keys_of(db, view.grouping, found) if view.grouping else {},
            hits=find_hits(db, scope.search, run_ids) if scope.search else {},
        ),
        removed=removed,
        next_cursor=next_cursor,
        change=change,
    )


def count_runs(db: sqlite_utils.Database, scope: RunScope | None = None) -> c.RunCounts:
    """Return how many runs a list has, as far as that can be told in COUNT_SECONDS."""
    change = get_change(db)
    scope = (scope or RunScope()).planned(db, SOME)
    total, is_exact = _count(db, scope, scope.place)
    return c.RunCounts(
        total=total,
        total_is_exact=is_exact,
        hints=[] if total or scope.search is None else find_hints(db, scope.search),
        without_result_count=_count(db, scope, "quiet")[0],
        change=change,
    )


def list_run_ids(
    db: sqlite_utils.Database,
    scope: RunScope | None = None,
    sort: str | ListView = "-started_at",
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> c.RunIds:
    """Return a page of the list like `list_runs`, ids only, at most MAX_IDS, as if the
    list had no groups."""
    view = ListView(sort=sort) if isinstance(sort, str) else sort
    order = parse_order(view.sort, view.then)
    found, next_cursor = read_page(
        db, scope or RunScope(), order, ListView(), limit, cursor, "r.run_id", MAX_IDS
    )
    return c.RunIds(run_ids=[row["run_id"] for row in found], next_cursor=next_cursor)


def list_run_groups(
    db: sqlite_utils.Database,
    scope: RunScope,
    view: ListView,
    first: int = 0,
) -> c.RunGroupList:
    """Return the groups of a list from the one numbered `first` on, at most
    MAX_GROUPS."""
    change = get_change(db)
    scope = scope.planned(db, SOME)
    groups: list[c.RunGroup] = []
    if view.grouping is not None:
        groups = list_groups(
            db, scope, view.grouping, oldest_first=view.sort == "started_at"
        )
    last = first + MAX_GROUPS
    return c.RunGroupList(
        groups=groups[first:last], group_count=len(groups), change=change
    )


def list_experiments(db: sqlite_utils.Database) -> c.ExperimentList:
    """Return all experiments that have runs or a name, the most recently used first,
    but for those merged into others."""
    return c.ExperimentList(
        experiments=_experiments(
            db, "where (run_count > 0 or is_named) and merged_into is null", ()
        ),
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
        "e.experiment_id and r.place != 'unknown') as last_started_at, "
        "(select json_group_array(name) from experiments m "
        "where m.merged_into = e.experiment_id) as merged "
        f"from experiments e) {condition} order by last_started_at desc, name",
        parameters,
    )
    return [
        c.Experiment(
            experiment_id=row["experiment_id"],
            name=row["name"],
            is_named=bool(row["is_named"]),
            merged_into=row["merged_into"],
            merged=json.loads(row["merged"]),
            notebook_path=row["notebook_path"],
            run_count=row["run_count"],
            last_started_at=row["last_started_at"],
            main_metric=row["main_metric"],
            directions=json.loads(row["directions"]),
            names=json.loads(row["names"]),
        )
        for row in found
    ]


def _list_changed(
    db: sqlite_utils.Database, scope: RunScope, order: Order, since: int, change: int
) -> tuple[list[Row], list[str], int]:
    """Return the listed runs that changed since, those that are no longer listed, and
    up to which change that is all."""
    condition, parameters = scope.where()
    values, keys = looked_up(order)
    select = (
        f"select r.*, {', '.join(values)}, ({condition}) and r.place = ? as is_listed "
        "from runs r"
    )
    parameters = [*keys, *parameters, scope.place]
    found = rows(
        db,
        f"{select} where r.change > ? order by r.change limit ?",
        (*parameters, since, MAX_LIMIT + 1),
    )
    if len(found) > MAX_LIMIT:
        # One transaction's changes belong together: leave out the last, unless it
        # is the only one.
        last = found[-1]["change"]
        kept = [row for row in found if row["change"] < last]
        if kept:
            found, change = kept, kept[-1]["change"]
        else:
            found = rows(db, f"{select} where r.change = ?", (*parameters, last))
            change = last
    gone = db.execute(
        "select run_id from tombstones where change > ? and change <= ?",
        (since, change),
    ).fetchall()
    listed = [row for row in found if row["is_listed"]]
    removed = [row["run_id"] for row in found if not row["is_listed"]]
    return listed, removed + [run_id for (run_id,) in gone], change


def _count(db: sqlite_utils.Database, scope: RunScope, place: str) -> tuple[int, bool]:
    """Return how many runs there are, and whether that is all: what is searched is
    counted as far as that takes no longer than a moment."""
    condition, parameters = scope.where()
    where = f"from runs r where {condition} and {scope.placed}"
    arguments = (*parameters, place)
    if scope.search is not None:
        return count_within(db, f"select 1 {where}", arguments, COUNT_SECONDS)
    return db.execute(f"select count(*) {where}", arguments).fetchone()[0], True
