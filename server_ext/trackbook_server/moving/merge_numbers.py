"""The params, metrics, folds and tables of a run."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import zstandard

from trackbook_server.moving.ends import End
from trackbook_server.moving.kinds import (
    BadRow,
    Chunk,
    Folds,
    LoggedParam,
    Series,
    Table,
    TableRow,
    checked_json,
    insert,
    read,
    select,
)
from trackbook_server.store import series
from trackbook_server.store.points import append_points

_SUMMARY = (
    "select count, last_step, last_time_ms, first, last, min, max, sample, "
    "execution_id from metrics where run_id = ? and key = ?"
)


def merge_params(source: End, target: End, run_id: str) -> None:
    """Merge the log of a run's params: as it is there if it has all of the one here,
    else what it has more behind that."""
    there = [
        _checked(param)
        for param in read(
            source.db, LoggedParam, "run_id = ? order by position", (run_id,)
        )
    ]
    here = list(read(target.db, LoggedParam, "run_id = ? order by position", (run_id,)))
    more = Counter(there) - Counter(here)
    if not more:
        return
    new = [param for param in there if _take(more, param)]
    if not Counter(here) - Counter(there):
        target.db.execute("delete from param_log where run_id = ?", (run_id,))
        new = there
    for param in new:
        insert(target.db, param)


def merge_series(source: End, target: End, run_id: str) -> None:
    """Merge a run's metrics: each gets the points that it does not have."""
    for there in read(source.db, Series, "run_id = ? order by series_id", (run_id,)):
        key = (run_id, there.key)
        here = target.db.execute(_SUMMARY, key).fetchone()
        if here is not None and next(select(source.db, _SUMMARY, key), None) == here:
            continue
        chunks = read(
            source.db,
            Chunk,
            "series_id = ? order by first_point",
            (there.series_id,),
        )
        if here is None or not here[0]:
            parts: Iterator[series.Points] = map(_points, chunks)
        else:
            [(series_id,)] = target.db.execute(
                "select series_id from metrics where run_id = ? and key = ?", key
            )
            known = series.read(target.db, series_id)
            parts = iter([_beyond(known, series.join(list(map(_points, chunks))))])
        for points in parts:
            if len(points):
                append_points(
                    target.db,
                    run_id,
                    there.key,
                    there.origin,
                    points,
                    there.execution_id,
                )


def merge_folds(source: End, target: End, run_id: str) -> None:
    """Bring what the last points of metrics are the means of, where it is not known."""
    for row in read(source.db, Folds, "run_id = ? order by key", (run_id,)):
        checked_json(row.folds, list[float | str])
        insert(target.db, row, "insert or ignore")


def merge_tables(source: End, target: End, run_id: str) -> None:
    """Merge a run's tables: the one with more rows counts."""
    db = target.db
    for there in read(source.db, Table, "run_id = ? order by table_id", (run_id,)):
        body = list(
            read(
                source.db,
                TableRow,
                "table_id = ? order by position",
                (there.table_id,),
            )
        )
        here = db.execute(
            "select table_id, (select count(*) from table_rows r "
            "where r.table_id = t.table_id) from tables t "
            "where run_id = ? and name = ?",
            (run_id, there.name),
        ).fetchone()
        if here is not None and here[1] >= len(body):
            continue
        said = (
            checked_json(there.columns, list[str]),
            checked_json(there.params, list[str]),
            there.origin,
            there.execution_id,
        )
        if here is None:
            table_id = db.execute(
                "insert into tables (columns, params, origin, execution_id, run_id, "
                "name) values (?, ?, ?, ?, ?, ?)",
                (*said, run_id, there.name),
            ).lastrowid
        else:
            table_id = here[0]
            db.execute(
                "update tables set columns = ?, params = ?, origin = ?, "
                "execution_id = ? where table_id = ?",
                (*said, table_id),
            )
            db.execute("delete from table_rows where table_id = ?", (table_id,))
        db.conn.executemany(
            "insert into table_rows values (?, ?, ?)",
            [
                (table_id, row.position, checked_json(row.body, list[Any]))
                for row in body
            ],
        )


def _checked(param: LoggedParam) -> LoggedParam:
    if param.value is not None:
        checked_json(param.value, Any)
    return param


def _take(more: Counter[LoggedParam], param: LoggedParam) -> bool:
    if not more[param]:
        return False
    more[param] -= 1
    return True


def _points(chunk: Chunk) -> series.Points:
    """Return the points of a chunk, unfolded within a bound. Raises BadRow."""
    try:
        return series.unpack_within(chunk.data, chunk.count)
    except (ValueError, zstandard.ZstdError, MemoryError) as error:
        raise BadRow(f"points of it can't be read: {error}") from error


def _beyond(here: series.Points, there: series.Points) -> series.Points:
    """Return the points there that are not here; of equal ones, as many as are more."""
    both = np.concatenate([_as_rows(here), _as_rows(there)])
    _, which = np.unique(both, return_inverse=True)
    count = len(here)
    known = np.bincount(which[:count], minlength=which.max(initial=0) + 1)
    of_there = which[count:]
    order = np.argsort(of_there, kind="stable")
    ranked = of_there[order]
    first = np.searchsorted(ranked, ranked, "left")
    rank = np.empty(len(of_there), dtype=np.int64)
    rank[order] = np.arange(len(of_there)) - first
    return there.take(np.flatnonzero(rank >= known[of_there]))


def _as_rows(points: series.Points) -> npt.NDArray[Any]:
    """Return the points as one comparable value each."""
    values = np.ascontiguousarray(points.values).view(np.int64)
    columns = [points.steps, points.times_ms, values]
    return np.ascontiguousarray(np.stack(columns, axis=1)).view("V24").reshape(-1)
