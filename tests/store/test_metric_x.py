"""Points over another metric: joined by step, a part of them, a sample of them."""

import itertools
import random

import numpy as np
import pytest

from trackbook_server.store import metric_x
from trackbook_server.store.series import Points

NAN, INF = float("nan"), float("inf")


def points(steps: list[int], values: list[float]) -> Points:
    """Points as a series is read: by step."""
    order = sorted(range(len(steps)), key=lambda place: steps[place])
    return Points(
        np.array([steps[place] for place in order], dtype=np.int64),
        np.arange(len(steps), dtype=np.int64),
        np.array([values[place] for place in order], dtype=np.float64),
    )


def test_each_point_gets_the_last_x_of_its_step() -> None:
    joined = metric_x.join(
        points([0, 1, 1, 2, 5], [10, 11, 12, 13, 14]),
        points([-3, 1, 1, 2, 2, 4], [0.1, 0.2, 0.3, 0.4, NAN, 0.5]),
    )
    assert joined.points.steps.tolist() == [1, 1, 2]
    assert joined.points.values.tolist() == [11, 12, 13]
    assert joined.xs[:2].tolist() == [0.3, 0.3]
    assert np.isnan(joined.xs[2])
    assert joined.without_x == 2


@pytest.mark.parametrize("of_x", [points([], []), points([7], [1.0])])
def test_without_a_common_step_nothing_is_left(of_x: Points) -> None:
    joined = metric_x.join(points([0, 1], [1, 2]), of_x)
    assert (len(joined.points), joined.without_x) == (0, 2)


def test_joining_is_what_a_plain_loop_finds() -> None:
    draw = random.Random(3)
    for _ in range(200):
        steps = sorted(draw.choices(range(-5, 12), k=draw.randrange(12)))
        x_steps = sorted(draw.choices(range(-5, 12), k=draw.randrange(12)))
        xs = [draw.random() for _ in x_steps]
        last = dict(zip(x_steps, xs, strict=True))
        values = [float(place) for place in range(len(steps))]
        joined = metric_x.join(points(steps, values), points(x_steps, xs))
        wanted = [(step, last[step]) for step in steps if step in last]
        found = zip(joined.points.steps.tolist(), joined.xs.tolist(), strict=True)
        assert list(found) == wanted
        assert joined.without_x == len(steps) - len(wanted)


def over(xs: list[float]) -> metric_x.Joined:
    steps = list(range(len(xs)))
    return metric_x.join(
        points(steps, [float(step) for step in steps]), points(steps, xs)
    )


def test_a_part_has_every_stretch_that_reaches_into_it() -> None:
    part, count = metric_x.around(over([0, 1, 5, 9, 8, 7, 4, 0, 9, 9]), 3, 6)
    # In at step 2 and 6; from step 7 to 8 the line crosses without a point inside.
    assert part.points.steps.tolist() == [1, 2, 3, 5, 6, 7, 8]
    assert count == 2


def test_a_gap_in_x_stays_one_in_a_part() -> None:
    part, count = metric_x.around(over([0, NAN, NAN, 9, 5, INF, 0, 0]), 4, 6)
    assert part.points.steps.tolist() == [1, 3, 4, 5]
    assert count == 1


def crossings(xs: list[float], low: float, high: float) -> list[tuple[float, float]]:
    """The segments of a line, in their order, of which some lies in the range."""
    return [
        (a, b)
        for a, b in itertools.pairwise(xs)
        if np.isfinite(a) and np.isfinite(b) and max(a, b) >= low and min(a, b) <= high
    ]


def test_a_part_draws_what_the_whole_draws_there() -> None:
    draw = random.Random(5)
    for _ in range(300):
        xs = [
            draw.choice([NAN, INF])
            if draw.random() < 0.15
            else draw.randrange(10) * 1.0
            for _ in range(draw.randrange(1, 25))
        ]
        low = draw.randrange(10)
        high = low + draw.randrange(4)
        part, count = metric_x.around(over(xs), low, high)
        assert crossings(part.xs.tolist(), low, high) == crossings(xs, low, high)
        assert count == sum(low <= x <= high for x in xs)


def test_a_sample_keeps_the_extremes_of_both() -> None:
    count = 20_000
    steps = np.arange(count)
    xs, values = np.sin(steps / 50), np.cos(steps / 31)
    xs[7_003], values[12_345] = 40.0, -40.0
    xs[100], values[200] = NAN, INF
    joined = metric_x.Joined(Points(steps, steps, values), xs, 0)
    picked = metric_x.pick(joined, 300)
    assert len(picked) <= 300
    assert {7_003, 12_345} <= set(picked.tolist())
    assert np.all(np.diff(picked) > 0)
