"""Fewer points in the place of many: for charts, and for the sparkline of a row.

Pure: works on columns that were read, and knows no database.
"""

from dataclasses import dataclass

import numpy as np
from tsdownsample import MinMaxLTTBDownsampler

from trackbook_server.store.series import Floats, Ints, Points

SAMPLE_LENGTH = 32
"""The most values that a sparkline shows."""


@dataclass(frozen=True, slots=True)
class Band:
    """What each point of a sample stands for: the values from it up to the next one.

    NaN where none of them is a number; `means` are of those that are finite.
    """

    lows: Floats
    highs: Floats
    means: Floats


def sample(points: Points, max_points: int) -> Points:
    """Return at most `max_points` of `points`, keeping each bucket's extremes.

    Stretches of values that are not finite keep their first point, so that a chart
    can show the gap; they take an eighth of the points at most.
    """
    if len(points) <= max_points:
        return points
    return points.take(pick(points.values, max_points))


def pick(values: Floats, max_points: int) -> Ints:
    """Return where the sample's points stand, in their order."""
    finite = np.isfinite(values)
    if finite.all() and max_points > 2:
        return _downsample(values, max_points)
    gaps = _spread(
        np.flatnonzero(~finite & np.insert(finite[:-1], 0, True)),
        max(1, max_points // 8),
    )
    candidates = np.flatnonzero(finite)
    room = max(1, max_points - len(gaps))
    if len(candidates) > room and room > 2:
        candidates = candidates[_downsample(values[candidates], room)]
    return np.union1d(_spread(candidates, room), gaps)


def _downsample(values: Floats, count: int) -> Ints:
    """Return where the extremes of values stand that are finite, and more than that."""
    picked = MinMaxLTTBDownsampler().downsample(  # type: ignore[no-untyped-call]
        np.ascontiguousarray(values), n_out=count
    )
    return np.unique(picked).astype(np.int64)


def band_of(values: Floats, picked: Ints) -> Band:
    """Return what the points at `picked`, which is not empty, stand for.

    What is before the first of them belongs to it.
    """
    starts = picked.copy()
    starts[0] = 0
    finite = np.isfinite(values)
    if finite.all():
        lengths = np.diff(starts, append=len(values))
        return Band(
            np.minimum.reduceat(values, starts),
            np.maximum.reduceat(values, starts),
            np.add.reduceat(values, starts) / lengths,
        )
    counts = np.add.reduceat(finite.astype(np.int64), starts)
    sums = np.add.reduceat(np.where(finite, values, 0.0), starts)
    return Band(
        np.fmin.reduceat(values, starts),
        np.fmax.reduceat(values, starts),
        np.divide(sums, counts, out=np.full(len(starts), np.nan), where=counts > 0),
    )


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
