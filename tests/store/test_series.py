"""Metric points: packed, merged, sampled, never altered."""

import math
from typing import Any

import numpy as np
import sqlite_utils
from hypothesis import given, settings
from hypothesis import strategies as st

from trackbook_server.store import series
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
    sample = series.sample(points, 500)
    assert len(sample) <= 500
    assert np.nanmax(sample.values) == 9.0
    assert np.nanmin(sample.values) == -9.0
    assert 2000 in sample.steps
    assert series.sample(points, 10_000) is points


@given(st.lists(st.floats(), max_size=400), st.lists(st.integers(0, 400), max_size=5))
def test_a_sparkline_does_not_depend_on_batches(
    values: list[float], cuts: list[int]
) -> None:
    array = np.array(values, dtype=np.float64)
    whole, _ = series.thin_out([], 1, 0, array)
    kept: list[float | None] = []
    stride, start = 1, 0
    for end in [*sorted(min(cut, len(values)) for cut in cuts), len(values)]:
        kept, stride = series.thin_out(kept, stride, start, array[start:end])
        start = end
    assert kept == whole
    assert len(kept) <= series.SAMPLE_LENGTH
