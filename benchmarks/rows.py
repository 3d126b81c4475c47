"""What a benchmark reports, and how it repeats."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

_REPETITIONS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One figure beside its floor; `met` says whether it keeps its `goal`."""

    what: str
    value: float
    unit: str
    floor: str
    floor_value: float
    goal: str
    met: bool

    @classmethod
    def at_most(
        cls,
        what: str,
        value: float,
        unit: str,
        floor: str,
        floor_value: float,
        share: float,
    ) -> "Row":
        """Return a row whose goal is a share of its floor."""
        met = value <= share * floor_value
        return cls(what, value, unit, floor, floor_value, f"<= {share:g} of it", met)

    @property
    def ratio(self) -> float:
        return self.value / self.floor_value if self.floor_value else float("inf")


def interleave(
    jobs: dict[str, Callable[[], float]], repetitions: int
) -> dict[str, float]:
    """Run the jobs in turns (A, B, C, A, B, C, …); return each one's median."""
    figures: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(repetitions):
        for name, job in jobs.items():
            gc.collect()
            figures[name].append(job())
    return {name: statistics.median(found) for name, found in figures.items()}


def time_us(job: Callable[[], None], calls: int) -> float:
    """Return microseconds a call of `job`, which makes `calls` calls."""
    began = time.perf_counter()
    job()
    return (time.perf_counter() - began) / calls * 1e6


def median_ms(call: Callable[[], object]) -> float:
    """Return the median of a few calls, the first not counted."""
    call()
    took = []
    for _ in range(_REPETITIONS):
        begun = time.perf_counter()
        call()
        took.append(time.perf_counter() - begun)
    return statistics.median(took) * 1e3
