"""Smoother lines, for display only: nothing of it is stored. Pure.

The same average as the charts in JupyterLab draw (`plot/smoothing.ts`).
"""

import math
from collections.abc import Sequence

_VIEWPORT = 1000
_MOST = 0.999


def get_half_life(amount: float, lines: Sequence[Sequence[float]]) -> float:
    """Return after how much x a point counts half, 0 where nothing is to be smoothed.

    `amount` is from 0 to 1, as sliders of charts count it; the lines are their points'
    x, whose range it is a part of.
    """
    xs = [x for line in lines for x in line]
    span = max(xs, default=0) - min(xs, default=0)
    if amount <= 0 or span <= 0:
        return 0.0
    weight = min(math.sqrt(amount), _MOST)
    return span / _VIEWPORT * (math.log(2) / -math.log(weight))


def smooth(
    xs: Sequence[float], values: Sequence[float], half_life: float
) -> list[float]:
    """Return the moving average: what came long before (in x) counts less.

    Values that are no finite number leave a gap and are otherwise passed over.
    """
    smoothed = []
    total = weight = 0.0
    last: float | None = None
    for x, value in zip(xs, values, strict=True):
        if not math.isfinite(value):
            smoothed.append(math.nan)
            continue
        fade = 0.0 if last is None else 0.5 ** (max(0.0, x - last) / half_life)
        total = total * fade + value
        weight = weight * fade + 1
        smoothed.append(total / weight)
        last = x
    return smoothed
