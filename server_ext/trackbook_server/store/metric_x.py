"""Points over another metric of their run. Pure: works on columns that were read.

A point's x is the other metric's value at the same step, the last one where that step
was logged more than once. A point without an x has no place; how many those are, is
told. The order stays that of the steps, so a line may go back and forth.
"""

from dataclasses import dataclass

import numpy as np

from trackbook_server.store import sampling
from trackbook_server.store.series import Floats, Ints, Points


@dataclass(frozen=True, slots=True)
class Joined:
    """Points that have an x, by step, with it; `without_x` counts the others."""

    points: Points
    xs: Floats
    without_x: int

    def take(self, index: Ints) -> "Joined":
        """Return the points at `index`, in its order."""
        return Joined(self.points.take(index), self.xs[index], self.without_x)


def join(points: Points, of_x: Points) -> Joined:
    """Return `points` over the values of `of_x`; both come by step."""
    index, xs = match(points.steps, of_x)
    return Joined(points.take(index), xs, len(points) - len(index))


def match(steps: Ints, of_x: Points) -> tuple[Ints, Floats]:
    """Return which of `steps` have an x, and what it is; `of_x` comes by step."""
    known, xs = of_x.steps, of_x.values
    if len(known):
        last = np.append(known[1:] != known[:-1], True)
        known, xs = known[last], xs[last]
    if np.array_equal(known, steps):
        # Both were logged together, as is usual: there is nothing to look for.
        return np.arange(len(steps)), xs
    place = np.searchsorted(known, steps)
    index = np.flatnonzero(place < len(known))
    index = index[known[place[index]] == steps[index]]
    return index, xs[place[index]]


def around(joined: Joined, low: float, high: float) -> tuple[Joined, int]:
    """Return what a line needs between `low` and `high`, and how many points lie there.

    Every stretch of the line that reaches into the range comes with both its ends, and
    the first point of each gap: what is left out lies wholly on one side.
    """
    xs = joined.xs
    inside = (xs >= low) & (xs <= high)
    finite = np.isfinite(xs)
    side = np.sign((xs > high).astype(np.int8) - (xs < low).astype(np.int8))
    reaches = (side[1:] * side[:-1] != 1) & finite[1:] & finite[:-1]
    needed = inside | (~finite & np.insert(finite[:-1], 0, True))
    needed[1:] |= reaches
    needed[:-1] |= reaches
    return joined.take(np.flatnonzero(needed)), int(np.count_nonzero(inside))


def pick(joined: Joined, max_points: int) -> Ints:
    """Return where a sample's points stand, in their order.

    They are the extremes of the values and those of x, of each stretch of steps.
    """
    values = joined.points.values
    drawn = np.isfinite(values) & np.isfinite(joined.xs)
    half = max(1, max_points // 2)
    return np.union1d(
        sampling.pick(np.where(drawn, values, np.nan), max_points - half),
        sampling.pick(np.where(drawn, joined.xs, np.nan), half),
    )
