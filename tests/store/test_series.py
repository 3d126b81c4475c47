"""Metric points: packed, merged, sampled, never altered."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import sqlite_utils
from hypothesis import given, settings
from hypothesis import strategies as st

from trackbook_server.store import sampling, series
from trackbook_server.store.migrations import migrations

_int64 = st.integers(-(2**63), 2**63 - 1)
_point = st.tuples(_int64, _int64, st.floats(allow_nan=True))


def make(points: list[tuple[int, int, float]]) -> series.Points:
    return series.Points(
        np.array([step for step, _, _ in points], dtype=np.int64),
        np.array([time for _, time, _ in points], dtype=np.int64),
        np.array([value for _, _, value in points], dtype=np.float64),
    )


def same(a: series.Points, b: series.Points) -> bool:
    return all(
        x.tobytes() == y.tobytes()
        for x, y in ((a.steps, b.steps), (a.times_ms, b.times_ms), (a.values, b.values))
    )


@given(st.lists(_point, max_size=200))
def test_what_is_packed_comes_back_bit_for_bit(points: Any) -> None:
    packed = make(points)
    assert same(series.unpack(series.pack(packed)), packed)


@given(st.lists(_point, max_size=20), st.binary(max_size=8), st.integers(0, 600))
def test_a_damaged_chunk_is_refused_or_of_its_size(
    points: Any, damage: bytes, place: int
) -> None:
    data = bytearray(series.pack(make(points)))
    data[place : place + len(damage)] = damage
    try:
        found = series.unpack(bytes(data))
    except series.BrokenChunk:
        return
    # Nothing of one that says that its points are lost.
    assert len(found) == (int.from_bytes(data[1:5], "little") if data[0] else 0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(_point, min_size=1, max_size=20), min_size=1, max_size=40))
def test_merging_loses_no_point_and_sorts_when_read(batches: Any) -> None:
    db = sqlite_utils.Database(memory=True)
    migrations.apply(db)
    db.execute("pragma foreign_keys = off")
    count = 0
    for batch in batches:
        series.append(db, 1, count, make(batch))
        count += len(batch)
    flat = [point for batch in batches for point in batch]
    expected = sorted(flat, key=lambda point: point[:2])
    assert same(series.read(db, 1), make(expected))


def test_a_long_run_of_small_batches_ends_in_few_chunks() -> None:
    db = sqlite_utils.Database(memory=True)
    migrations.apply(db)
    db.execute("pragma foreign_keys = off")
    for step in range(3000):
        series.append(db, 1, step, make([(step, step * 1000, math.sin(step))]))
    [(chunks,)] = db.execute("select count(*) from chunks").fetchall()
    assert chunks < 40
    assert len(series.read(db, 1)) == 3000


def test_a_sample_keeps_extremes_and_gaps() -> None:
    values = [math.sin(step / 50) for step in range(10_000)]
    values[5000], values[7000], values[2000] = 9.0, -9.0, math.nan
    points = make([(step, step, value) for step, value in enumerate(values)])
    sample = sampling.sample(points, 500)
    assert len(sample) <= 500
    assert np.nanmax(sample.values) == 9.0
    assert np.nanmin(sample.values) == -9.0
    assert 2000 in sample.steps
    assert sampling.sample(points, 10_000) is points


@given(st.lists(st.floats(), max_size=400), st.lists(st.integers(0, 400), max_size=5))
def test_a_sparkline_does_not_depend_on_batches(
    values: list[float], cuts: list[int]
) -> None:
    array = np.array(values, dtype=np.float64)
    whole, _ = sampling.thin_out([], 1, 0, array)
    kept: list[float | None] = []
    stride, start = 1, 0
    for end in [*sorted(min(cut, len(values)) for cut in cuts), len(values)]:
        kept, stride = sampling.thin_out(kept, stride, start, array[start:end])
        start = end
    assert kept == whole
    assert len(kept) <= sampling.SAMPLE_LENGTH


def empty_store() -> sqlite_utils.Database:
    db = sqlite_utils.Database(memory=True)
    migrations.apply(db)
    db.execute("pragma foreign_keys = off")
    return db


_small = st.integers(-40, 40)
_few = st.lists(
    st.lists(
        st.tuples(_small, _small, st.floats(allow_nan=True)), min_size=1, max_size=9
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(_few, st.sampled_from(["step", "time_ms"]), _small, _small)
def test_a_window_holds_its_points_and_the_nearest_on_either_side(
    batches: Any, column: Any, low: int, high: int
) -> None:
    low, high = sorted((low, high))
    db = empty_store()
    count = 0
    for batch in batches:
        series.append(db, 1, count, make(batch))
        count += len(batch)
    flat = [point for batch in batches for point in batch]
    place = 0 if column == "step" else 1
    flat.sort(key=lambda point: (point[place], point[1 - place]))
    window = series.Window(column, low, high)
    inside = [point for point in flat if low <= point[place] <= high]
    points, found = series.read_around(db, 1, window)
    assert found == len(inside)
    before = [point for point in flat if point[place] < low][-1:]
    after = [point for point in flat if point[place] > high][:1]
    assert same(points, make([*before, *inside, *after]))
    by_step = sorted(inside, key=lambda point: point[:2])
    assert same(series.read(db, 1, window), make(by_step))


@settings(max_examples=60, deadline=None)
@given(_few)
def test_stretches_hold_every_point_once_in_order(batches: Any) -> None:
    db = empty_store()
    count = 0
    for batch in batches:
        series.append(db, 1, count, make(batch))
        count += len(batch)
    parts = [series.read(db, 1, window) for window in series.stretches(db, 1)]
    assert same(series.join(parts), series.read(db, 1))


def test_a_part_of_a_long_series_is_read_from_few_chunks() -> None:
    db = empty_store()
    values = np.arange(300_000, dtype=np.int64)
    series.append(db, 1, 0, series.Points(values, values, values.astype(np.float64)))
    # Whoever unpacked the other chunks would stumble over them.
    db.execute("update chunks set data = x'00' where max_step < 99000")
    db.execute("update chunks set data = x'00' where min_step > 160000")
    points, count = series.read_around(db, 1, series.Window("step", 140_000, 140_009))
    assert count == 10
    assert points.steps.tolist() == list(range(139_999, 140_011))


def test_a_band_tells_of_all_points_between_those_of_the_sample() -> None:
    values = np.sin(np.arange(10_000) / 30)
    values[4000:4003] = [math.nan, 5.0, -5.0]
    picked = sampling.pick(values, 200)
    band = sampling.band_of(values, picked)
    edges = [0, *picked[1:].tolist(), len(values)]
    for place, (start, end) in enumerate(pairwise(edges)):
        part = values[start:end]
        assert np.array_equal(
            [band.lows[place], band.highs[place]],
            [np.fmin.reduce(part), np.fmax.reduce(part)],
            equal_nan=True,
        )
        if np.isfinite(part).any():
            mean = part[np.isfinite(part)].mean()
            assert math.isclose(band.means[place], mean, abs_tol=1e-12)
    assert np.nanmin(band.lows) == -5.0
    assert np.nanmax(band.highs) == 5.0


def test_a_band_has_no_number_where_there_is_none() -> None:
    values = np.array([1.0, math.nan, math.nan, math.inf, 2.0])
    band = sampling.band_of(values, np.array([0, 1, 3]))
    assert np.isnan([band.lows[1], band.highs[1], band.means[1]]).all()
    assert (band.highs[2], band.lows[2], band.means[2]) == (math.inf, 2.0, 2.0)


def test_chunks_of_an_older_store_learn_their_bounds() -> None:
    db = sqlite_utils.Database(memory=True)
    migrations.apply(db, stop_before="m012_bounds_of_chunks")
    db.execute("pragma foreign_keys = off")
    late = make([(7, 3000, 0.5), (2, 1000, 0.25), (9, 2000, 1.0)])
    db.execute("insert into chunks values (1, 0, 0, 3, ?)", (series.pack(late),))
    migrations.apply(db)
    [bounds] = db.execute(
        "select min_step, max_step, min_time_ms, max_time_ms from chunks"
    ).fetchall()
    assert bounds == (2, 9, 1000, 3000)
    points, count = series.read_around(db, 1, series.Window("time_ms", 1500, 2500))
    assert (points.steps.tolist(), count) == ([2, 9, 7], 1)
