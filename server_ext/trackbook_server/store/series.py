"""Metric points as compressed columns: how they are packed, merged and read back.

A chunk is immutable. Steps and times are delta-coded 64-bit integers, values
little-endian doubles; each column's bytes are shuffled (all first bytes, then all
second bytes, …) because that is what makes them compress. Points stay as they were
sent, also late and repeated ones; order is made when they are read. Each chunk's row
says between which steps and times its points lie, so that a part of a series is read
without unpacking the rest; after late points the spans of chunks overlap.
"""

import struct
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import sqlite_utils
import zstandard

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MERGE_COUNT = 8
"""So many chunks of a tier are merged into one of the next."""

MAX_TIER = 5
"""Chunks of this tier stay as they are."""

MAX_CHUNK_POINTS = 65_536

_LOST = 0
_VERSION = 1
_HEAD = struct.Struct("<BI")


class BrokenChunk(ValueError):
    """A chunk that can't be read: left out where it is read, told by the doctor."""


@dataclass(frozen=True, slots=True)
class Points:
    """Columns of equal length."""

    steps: Ints
    times_ms: Ints
    values: Floats

    def __len__(self) -> int:
        return len(self.values)

    def take(self, index: Ints | slice) -> "Points":
        """Return the points at `index`, in its order."""
        return Points(self.steps[index], self.times_ms[index], self.values[index])


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a series: `low` to `high`, both among it, of steps or of times in ms
    since the epoch."""

    column: Literal["step", "time_ms"]
    low: int
    high: int


EVERYTHING = Window("step", -(2**63), 2**63 - 1)


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
    compressor = zstandard.ZstdCompressor(3, write_checksum=True)
    return _HEAD.pack(_VERSION, len(points)) + compressor.compress(columns)


def lost_chunk(count: int) -> bytes:
    """Return a chunk that stands for `count` points that are lost."""
    return _HEAD.pack(_LOST, count)


def unpack(data: bytes) -> Points:
    """Return what `pack` was given; nothing where that is lost. Raises BrokenChunk."""
    try:
        version, count = _HEAD.unpack_from(data)
        if version == _LOST:
            return join([])
        if version != _VERSION:
            raise BrokenChunk(f"a chunk of version {version}, which is not known here")
        columns = np.frombuffer(
            zstandard.decompress(data[_HEAD.size :], max_output_size=24 * count),
            dtype=np.uint8,
        ).reshape(3, 8, count)
    except (struct.error, zstandard.ZstdError, ValueError, MemoryError) as error:
        raise BrokenChunk(str(error)) from error
    return Points(
        _sums(columns[0]),
        _sums(columns[1]),
        _together(columns[2]).view("<f8").astype(np.float64, copy=False),
    )


def _together(planes: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return numbers of which each plane has a byte, byte by byte."""
    return np.ascontiguousarray(planes.T).reshape(-1)


def _sums(planes: npt.NDArray[np.uint8]) -> Ints:
    """Return a column that was delta-coded. Most steps are small and forward, so that
    of all but the first only the lowest byte has anything in it."""
    if planes[1:, 1:].any():
        return np.cumsum(_together(planes).view("<i8"), dtype=np.int64)
    column = np.empty(planes.shape[1], np.int64)
    column[:1] = _together(planes[:, :1]).view("<i8")
    np.cumsum(planes[0, 1:], dtype=np.int64, out=column[1:])
    column[1:] += column[:1]
    return column


def unpack_within(data: bytes, count: int) -> Points:
    """Return what `pack` was given, if that were `count` points and no more.

    For a chunk from elsewhere. Raises ValueError, ZstdError, MemoryError.
    """
    if len(data) < _HEAD.size or _HEAD.unpack_from(data)[1] != count:
        raise ValueError(f"a metric chunk does not hold the {count} points it should")
    size = zstandard.frame_content_size(data[_HEAD.size :])
    if size != 24 * count:
        raise ValueError(f"a metric chunk claims to hold {size:,} bytes")
    return unpack(data)


def join(parts: list[Points]) -> Points:
    """Return the points of several chunks one after the other."""
    if not parts:
        empty = np.empty(0, dtype=np.int64)
        return Points(empty, empty, np.empty(0, dtype=np.float64))
    if len(parts) == 1:
        return parts[0]
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
        part = new.take(slice(start, start + MAX_CHUNK_POINTS))
        _insert(db, series_id, first_point + start, _tier(len(part)), part)
    if first_point:
        _merge(db, series_id)


def read(
    db: sqlite_utils.Database, series_id: int, window: Window = EVERYTHING
) -> Points:
    """Return the series' points in the window, by step, then time, then as sent."""
    low, high = f"min_{window.column}", f"max_{window.column}"
    points = _join_chunks(
        _read_chunks(
            db, series_id, f"{high} >= ?2 and {low} <= ?3", (window.low, window.high)
        )
    )
    if window != EVERYTHING:
        x = column_of(points, window)
        points = points.take(np.flatnonzero((x >= window.low) & (x <= window.high)))
    return _by_step(points)


def read_around(
    db: sqlite_utils.Database, series_id: int, window: Window
) -> tuple[Points, int]:
    """Return the points in the window, in the window's order, and how many they are.

    With them come the nearest point before and the nearest after it, where there are
    such, so that a line through them reaches the window's edges.
    """
    low, high = f"min_{window.column}", f"max_{window.column}"
    chunks = _read_chunks(
        db, series_id, f"{high} >= ?2 and {low} <= ?3", (window.low, window.high)
    )
    # What lies nearest may be in chunks that don't reach into the window, unless one
    # that does has come nearer. Chunks that come equally near are read all.
    points = _join_chunks(chunks)
    x = column_of(points, window)
    before = x[x < window.low].max(initial=EVERYTHING.low)
    after = x[x > window.high].min(initial=EVERYTHING.high)
    for edge, nearest, between in (
        (high, "max", (int(before), window.low - 1)),
        (low, "min", (window.high + 1, int(after))),
    ):
        if between[0] <= between[1]:
            chunks |= _read_chunks(
                db,
                series_id,
                f"{edge} = (select {nearest}({edge}) from chunks where series_id = ?1 "
                f"and {edge} between ?2 and ?3)",
                between,
            )
            points = _join_chunks(chunks)
    points = _by_step(points) if window.column == "step" else _by_time(points)
    x = column_of(points, window)
    first = int(np.searchsorted(x, window.low, "left"))
    end = int(np.searchsorted(x, window.high, "right"))
    return points.take(slice(max(first - 1, 0), end + 1)), end - first


def stretches(db: sqlite_utils.Database, series_id: int) -> list[Window]:
    """Return windows of steps that together hold all points, in their order.

    Each is as short as the chunks allow: a long series can be read stretch by stretch.
    What is logged meanwhile belongs to the last one.
    """
    found: list[Window] = []
    for low, high in db.execute(
        "select min_step, max_step from chunks where series_id = ? order by min_step",
        (series_id,),
    ):
        if found and low <= found[-1].high:
            low, high = found[-1].low, max(found.pop().high, high)
        found.append(Window("step", low, high))
    bounds = [EVERYTHING.low, *(window.low for window in found[1:])]
    ends = [*(low - 1 for low in bounds[1:]), EVERYTHING.high]
    return [Window("step", low, high) for low, high in zip(bounds, ends, strict=True)]


def column_of(points: Points, window: Window) -> Ints:
    """Return what the window is about: the points' steps or their times."""
    return points.steps if window.column == "step" else points.times_ms


def _by_step(points: Points) -> Points:
    if np.all(points.steps[1:] > points.steps[:-1]):
        return points
    return points.take(np.lexsort((points.times_ms, points.steps)))


def _by_time(points: Points) -> Points:
    if np.all(points.times_ms[1:] > points.times_ms[:-1]):
        return points
    return points.take(np.lexsort((points.steps, points.times_ms)))


def _read_chunks(
    db: sqlite_utils.Database, series_id: int, where: str, parameters: Sequence[int]
) -> dict[int, Points]:
    """Return the chunks that `where` holds for, by their first point."""
    found: dict[int, Points] = {}
    for first_point, data in db.execute(
        f"select first_point, data from chunks where series_id = ?1 and ({where})",
        (series_id, *parameters),
    ):
        with suppress(BrokenChunk):
            found[first_point] = unpack(data)
    return found


def _join_chunks(chunks: dict[int, Points]) -> Points:
    """Return the points of chunks as they were sent."""
    return join([chunks[first_point] for first_point in sorted(chunks)])


def _insert(
    db: sqlite_utils.Database, series_id: int, first_point: int, tier: int, part: Points
) -> None:
    db.execute(
        "insert into chunks (series_id, first_point, tier, count, data, min_step, "
        "max_step, min_time_ms, max_time_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (series_id, first_point, tier, len(part), pack(part), *bounds_of(part)),
    )


def bounds_of(points: Points) -> tuple[int, int, int, int]:
    """Return the least and the greatest step, then time, of points that there are."""
    return (
        int(points.steps.min()),
        int(points.steps.max()),
        int(points.times_ms.min()),
        int(points.times_ms.max()),
    )


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
        try:
            merged = join(
                [
                    unpack(data)
                    for (data,) in db.execute(
                        "select data from chunks where series_id = ? "
                        "and first_point >= ? order by first_point",
                        (series_id, first),
                    )
                ]
            )
        except BrokenChunk:
            return
        if len(merged) != total:  # some are lost: where, their own chunk says
            return
        db.execute(
            "delete from chunks where series_id = ? and first_point >= ?",
            (series_id, first),
        )
        _insert(db, series_id, first, tail[0][1] + 1, merged)


def _deltas(column: Ints) -> npt.NDArray[Any]:
    """Return the first value, then each difference; wraps around like `cumsum` does."""
    return np.diff(column, prepend=np.int64(0)).astype("<i8")


def _shuffle(column: npt.NDArray[Any]) -> bytes:
    """Return the column's bytes, all first bytes first."""
    return np.ascontiguousarray(column.view(np.uint8).reshape(-1, 8).T).tobytes()
