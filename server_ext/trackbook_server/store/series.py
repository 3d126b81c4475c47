"""Metric points as compressed columns: how they are packed, merged and read back.

A chunk is immutable. Steps and times are delta-coded 64-bit integers, values
little-endian doubles; each column's bytes are shuffled (all first bytes, then all
second bytes, …) because that is what makes them compress. Points stay as they were
sent, also late and repeated ones; order is made when they are read.
"""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlite_utils
import zstandard
from tsdownsample import MinMaxLTTBDownsampler

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MERGE_COUNT = 8
"""So many chunks of a tier are merged into one of the next."""

MAX_TIER = 5
"""Chunks of this tier stay as they are."""

MAX_CHUNK_POINTS = 65_536

SAMPLE_LENGTH = 32
"""The most values that a sparkline shows."""

_VERSION = 1
_HEAD = struct.Struct("<BI")


@dataclass(frozen=True, slots=True)
class Points:
    """Columns of equal length."""

    steps: Ints
    times_ms: Ints
    values: Floats

    def __len__(self) -> int:
        return len(self.values)


def pack(points: Points) -> bytes:
    """Return the chunk that holds `points`."""
    columns = b"".join(
        _shuffle(column)
        for column in (
            _deltas(points.steps),
            _deltas(points.times_ms),
            points.values.astype("<f8"),
        )
    )
    return _HEAD.pack(_VERSION, len(points)) + zstandard.compress(columns, 3)


def unpack(data: bytes) -> Points:
    """Return what `pack` was given. Raises ValueError for a chunk it does not know."""
    version, count = _HEAD.unpack_from(data)
    if version != _VERSION:
        raise ValueError(f"a metric chunk of version {version}; upgrade trackbook")
    columns = np.frombuffer(
        zstandard.decompress(data[_HEAD.size :], max_output_size=24 * count),
        dtype=np.uint8,
    ).reshape(3, 8, count)
    steps, times, values = (
        np.ascontiguousarray(column.T).reshape(-1) for column in columns
    )
    return Points(
        np.cumsum(steps.view("<i8"), dtype=np.int64),
        np.cumsum(times.view("<i8"), dtype=np.int64),
        values.view("<f8").astype(np.float64),
    )


def join(parts: list[Points]) -> Points:
    """Return the points of several chunks one after the other."""
    return Points(
        np.concatenate([part.steps for part in parts]),
        np.concatenate([part.times_ms for part in parts]),
        np.concatenate([part.values for part in parts]),
    )


def append(
    db: sqlite_utils.Database, series_id: int, first_point: int, new: Points
) -> None:
    """Store `new` as points `first_point` … of the series, and merge what is due."""
    for start in range(0, len(new), MAX_CHUNK_POINTS):
        part = Points(
            new.steps[start : start + MAX_CHUNK_POINTS],
            new.times_ms[start : start + MAX_CHUNK_POINTS],
            new.values[start : start + MAX_CHUNK_POINTS],
        )
        db.execute(
            "insert into chunks values (?, ?, ?, ?, ?)",
            (series_id, first_point + start, _tier(len(part)), len(part), pack(part)),
        )
    _merge(db, series_id)


def read(db: sqlite_utils.Database, series_id: int) -> Points:
    """Return all points of the series, by step, then time, then as they were sent."""
    rows = db.execute(
        "select data from chunks where series_id = ? order by first_point",
        (series_id,),
    ).fetchall()
    if not rows:
        empty = np.empty(0, dtype=np.int64)
        return Points(empty, empty, np.empty(0, dtype=np.float64))
    points = join([unpack(data) for (data,) in rows])
    if np.all(points.steps[1:] > points.steps[:-1]):
        return points
    order = np.lexsort((points.times_ms, points.steps))
    return Points(points.steps[order], points.times_ms[order], points.values[order])


def sample(points: Points, max_points: int) -> Points:
    """Return at most `max_points` of `points`, keeping each bucket's extremes.

    Stretches of values that are not finite keep their first point, so that a chart
    can show the gap; they take an eighth of the points at most.
    """
    if len(points) <= max_points:
        return points
    finite = np.isfinite(points.values)
    gaps = _spread(
        np.flatnonzero(~finite & np.insert(finite[:-1], 0, True)),
        max(1, max_points // 8),
    )
    candidates = np.flatnonzero(finite)
    room = max(1, max_points - len(gaps))
    if len(candidates) > room and room > 2:
        picked = MinMaxLTTBDownsampler().downsample(  # type: ignore[no-untyped-call]
            np.ascontiguousarray(points.values[candidates]), n_out=room
        )
        candidates = candidates[picked.astype(np.int64)]
    index = np.union1d(_spread(candidates, room), gaps)
    return Points(points.steps[index], points.times_ms[index], points.values[index])


def thin_out(
    kept: list[float | None], stride: int, count: int, new: Floats
) -> tuple[list[float | None], int]:
    """Return every `stride`-th value, at most SAMPLE_LENGTH, and the stride.

    `kept` and `stride` are what an earlier call gave for the first `count` points. The
    outcome does not depend on how the points were batched. None is not finite.
    """
    position = count
    while len(new):
        skip = -position % stride
        taken = new[skip::stride][: SAMPLE_LENGTH + 1 - len(kept)]
        kept = kept + [float(value) if np.isfinite(value) else None for value in taken]
        if len(kept) <= SAMPLE_LENGTH:
            break
        used = skip + (len(taken) - 1) * stride + 1
        new, position = new[used:], position + used
        kept, stride = kept[::2], stride * 2
    return kept, stride


def _spread(index: Ints, count: int) -> Ints:
    """Return at most `count` of `index`, evenly."""
    if len(index) <= count:
        return index
    return index[np.linspace(0, len(index) - 1, count, dtype=np.int64)]


def _tier(count: int) -> int:
    """Return the tier of a chunk of `count` points: how often it would have merged."""
    tier = 0
    while count >= MERGE_COUNT and tier < MAX_TIER:
        count //= MERGE_COUNT
        tier += 1
    return tier


def _merge(db: sqlite_utils.Database, series_id: int) -> None:
    """Merge the last chunks of the series while enough of one tier stand in a row."""
    while True:
        tail = db.execute(
            "select first_point, tier, count from chunks where series_id = ? "
            "order by first_point desc limit ?",
            (series_id, MERGE_COUNT),
        ).fetchall()
        total = sum(count for _, _, count in tail)
        if (
            len(tail) < MERGE_COUNT
            or tail[0][1] >= MAX_TIER
            or any(tier > tail[0][1] for _, tier, _ in tail)
            or total > MAX_CHUNK_POINTS
        ):
            return
        first = tail[-1][0]
        merged = join(
            [
                unpack(data)
                for (data,) in db.execute(
                    "select data from chunks where series_id = ? and first_point >= ? "
                    "order by first_point",
                    (series_id, first),
                )
            ]
        )
        db.execute(
            "delete from chunks where series_id = ? and first_point >= ?",
            (series_id, first),
        )
        db.execute(
            "insert into chunks values (?, ?, ?, ?, ?)",
            (series_id, first, tail[0][1] + 1, total, pack(merged)),
        )


def _deltas(column: Ints) -> npt.NDArray[Any]:
    """Return the first value, then each difference; wraps around like `cumsum` does."""
    return np.diff(column, prepend=np.int64(0)).astype("<i8")


def _shuffle(column: npt.NDArray[Any]) -> bytes:
    """Return the column's bytes, all first bytes first."""
    return np.ascontiguousarray(column.view(np.uint8).reshape(-1, 8).T).tobytes()
