"""Metric series: chunks that can't be read, and summaries that say something else."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import sqlite_utils

from trackbook_server.care.finding import Check, Finding, Patient, some_runs
from trackbook_server.store import series
from trackbook_server.store.rows import Row, rows

WHAT = "metrics"
_AT_ONCE = 2000


@dataclass(slots=True)
class Ill:
    """A series that is not as it was stored: chunks by their first point, places where
    points are missing (first point, count), and whether its summary is another."""

    series_id: int
    run_id: str
    key: str
    broken: list[int] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    surplus: list[int] = field(default_factory=list)
    summary: Row | None = None


def look(patient: Patient) -> Finding:
    """Read every point there is."""
    count, ill = _find(patient)
    if not ill:
        return Finding(what=WHAT, says=f"{count:,} series, all are sound")
    first = ill[0]
    return Finding(
        what=WHAT,
        says=f"{len(ill):,} of {count:,} series are damaged, as {first.key!r} of run "
        f"{first.run_id}",
        cure="their points are left out in charts. `trackbook doctor --repair` takes "
        "them from the newest backup where it has them.",
        run_ids=some_runs(one.run_id for one in ill),
        repair="take damaged points from the newest backup, mark what it has not as "
        "lost, and sum the series up anew",
    )


def mend(patient: Patient) -> str:
    """Mend one series after the other, each in a transaction of its own."""
    saved = lost = 0
    for one in _find(patient)[1]:
        was_saved, was_lost = patient.home.database.write(_mend, patient, one).result()
        saved, lost = saved + was_saved, lost + was_lost
    return f"{saved:,} chunks came from the backup, {lost:,} points are lost"


CHECK = Check(WHAT, look, mend)


def _find(patient: Patient) -> tuple[int, list[Ill]]:
    count, ill, after = 0, list[Ill](), -1
    while True:
        seen, after, some = patient.home.database.read(_find_some, after).result()
        count += seen
        ill += some
        if seen < _AT_ONCE:
            return count, ill


def _find_some(db: sqlite_utils.Database, after: int) -> tuple[int, int, list[Ill]]:
    some = rows(
        db,
        "select * from metrics where series_id > ? order by series_id limit ?",
        (after, _AT_ONCE),
    )
    ill = [one for metric in some if (one := _examine(db, metric)) is not None]
    return len(some), some[-1]["series_id"] if some else after, ill


def _examine(db: sqlite_utils.Database, metric: Row) -> Ill | None:
    ill = Ill(metric["series_id"], metric["run_id"], metric["key"])
    expected, parts, has_lost = 0, [], False
    for chunk in _chunks(db, ill.series_id):
        first, count = chunk["first_point"], chunk["count"]
        if first < expected:
            ill.surplus.append(first)
            continue
        if first > expected:
            ill.gaps.append((expected, first - expected))
        expected = first + count
        points = _read(chunk)
        if points is None:
            ill.broken.append(first)
        else:
            has_lost |= len(points) < count
            parts.append(points)
    if expected < metric["count"]:
        ill.gaps.append((expected, metric["count"] - expected))
    if not (ill.broken or ill.gaps or has_lost):
        ill.summary = _differs(metric, series.join(parts))
    is_ill = ill.broken or ill.gaps or ill.surplus or ill.summary is not None
    return ill if is_ill else None


def _read(chunk: Row) -> series.Points | None:
    """Return a chunk's points, None of one that is not what its row says."""
    try:
        points = series.unpack(chunk["data"])
    except series.BrokenChunk:
        return None
    if chunk["data"] == series.lost_chunk(chunk["count"]):
        return points
    bounds = ("min_step", "max_step", "min_time_ms", "max_time_ms")
    if len(points) != chunk["count"] or not len(points):
        return None
    said = tuple(chunk[name] for name in bounds)
    return points if series.bounds_of(points) == said else None


def _differs(metric: Row, points: series.Points) -> Row | None:
    """Return what of the summary is to be said otherwise; None where all is right."""
    values = points.values[~np.isnan(points.values)]
    right: Row = {
        "count": len(points),
        "first": float(values[0]) if len(values) else None,
        "min": float(values.min()) if len(values) else None,
        "max": float(values.max()) if len(values) else None,
    }
    if len(points):
        newest = int(np.lexsort((points.times_ms, points.steps))[-1])
        last = float(points.values[newest])
        right |= {
            "last_step": int(points.steps[newest]),
            "last_time_ms": int(points.times_ms[newest]),
            "last": None if np.isnan(last) else last,
        }
    wrong = {name: value for name, value in right.items() if metric[name] != value}
    return wrong or None


def _mend(db: sqlite_utils.Database, patient: Patient, ill: Ill) -> tuple[int, int]:
    """Return how many chunks came from the backup, and how many points are lost."""
    saved = lost = 0
    key = (ill.series_id,)
    for first in ill.surplus:
        _put_aside(db, patient, ill.series_id, first)
    places = [*ill.gaps]
    for first in ill.broken:
        [(count,)] = db.execute(
            "select count from chunks where series_id = ? and first_point = ?",
            (*key, first),
        )
        _put_aside(db, patient, ill.series_id, first)
        places.append((first, count))
    for first, count in places:
        end = first + count
        for chunk in _from_backup(patient, ill, first, end):
            if chunk["first_point"] > first:
                lost += _mark_lost(db, ill.series_id, first, chunk["first_point"])
            _insert(db, ill.series_id, chunk)
            saved += 1
            first = chunk["first_point"] + chunk["count"]
        if first < end:
            lost += _mark_lost(db, ill.series_id, first, end)
    [metric] = rows(db, "select * from metrics where series_id = ?", key)
    again = _examine(db, metric)
    if again is not None and again.summary is not None:
        sets = ", ".join(f'"{name}" = ?' for name in again.summary)
        db.execute(
            f"update metrics set {sets} where series_id = ?",
            (*again.summary.values(), *key),
        )
    return saved, lost


def _from_backup(patient: Patient, ill: Ill, first: int, end: int) -> Iterator[Row]:
    """Yield the backup's sound chunks of the series that lie within two points."""
    if patient.backup is None:
        return
    found = rows(
        patient.backup,
        "select c.* from chunks c join metrics m using (series_id) where m.run_id = ? "
        "and m.key = ? and first_point >= ? and first_point + c.count <= ? "
        "order by first_point",
        (ill.run_id, ill.key, first, end),
    )
    for chunk in found:
        if "min_step" not in chunk:  # of a schema before chunks had bounds
            return
        if chunk["first_point"] >= first and _read(chunk) is not None:
            first = chunk["first_point"] + chunk["count"]
            yield chunk


def _mark_lost(db: sqlite_utils.Database, series_id: int, first: int, end: int) -> int:
    count = end - first
    lost = {"first_point": first, "tier": series.MAX_TIER, "count": count}
    bounds = dict.fromkeys(("min_step", "max_step", "min_time_ms", "max_time_ms"), 0)
    _insert(db, series_id, lost | bounds | {"data": series.lost_chunk(count)})
    return count


def _insert(db: sqlite_utils.Database, series_id: int, chunk: Row) -> None:
    named = {**chunk, "series_id": series_id}
    db.execute(
        "insert into chunks (series_id, first_point, tier, count, data, min_step, "
        "max_step, min_time_ms, max_time_ms) values (:series_id, :first_point, :tier, "
        ":count, :data, :min_step, :max_step, :min_time_ms, :max_time_ms)",
        named,
    )


def _put_aside(
    db: sqlite_utils.Database, patient: Patient, series_id: int, first: int
) -> None:
    key = (series_id, first)
    where = "from chunks where series_id = ? and first_point = ?"
    patient.keep_rows("chunks", rows(db, f"select * {where}", key))
    db.execute(f"delete {where}", key)


def _chunks(db: sqlite_utils.Database, series_id: int) -> list[Row]:
    return rows(
        db,
        "select * from chunks where series_id = ? order by first_point",
        (series_id,),
    )
