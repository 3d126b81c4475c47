"""The points of this process, thinned, for what is drawn while it runs.

Fed by the journal's thread with whole batches; a `log_metric` call knows nothing of it.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from trackbook.lines import PointColumns

MAX_SAMPLE = 2000
MAX_RUNS = 20
MAX_METRICS = 200
"""Metrics of a run that are kept; of more, only points are counted."""


@dataclass(slots=True)
class Series:
    """One metric of one run: its last and extreme values, and a sample of points.

    Every `stride`-th point is in the sample; it doubles when the sample is full.
    """

    key: str
    count: int = 0
    last: float = 0.0
    last_step: int = 0
    stride: int = 1
    steps: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def take(self, steps: Sequence[int], values: Sequence[float | str]) -> None:
        """Add points in the order in which they were logged."""
        first = -self.count % self.stride
        self.steps += steps[first :: self.stride]
        self.values += map(float, values[first :: self.stride])
        while len(self.steps) > MAX_SAMPLE:
            self.steps = self.steps[::2]
            self.values = self.values[::2]
            self.stride *= 2
        self.count += len(steps)
        self.last, self.last_step = float(values[-1]), steps[-1]

    def copy(self) -> "Series":
        """Return it as it is now, its last point included."""
        steps, values = list(self.steps), list(self.values)
        if self.stride > 1:
            steps.append(self.last_step)
            values.append(self.last)
        return Series(
            self.key, self.count, self.last, self.last_step, self.stride, steps, values
        )


class LivePoints:
    """The series of the latest runs of this process. Thread-safe."""

    def __init__(self) -> None:
        self.point_count = 0
        self._runs: dict[str, dict[str, Series]] = {}
        self._lock = threading.Lock()

    def take(self, columns: PointColumns) -> None:
        """Add a batch of one metric; those that are no results are left out."""
        run_id, _, origin = columns.target
        if origin == "value":
            return
        with self._lock:
            self.point_count += len(columns.steps)
            run = self._runs.get(run_id)
            if run is None:
                run = self._runs[run_id] = {}
                for old in list(self._runs)[:-MAX_RUNS]:
                    del self._runs[old]
            series = run.get(columns.key)
            if series is None:
                if len(run) >= MAX_METRICS:
                    return
                series = run[columns.key] = Series(columns.key)
            series.take(columns.steps, columns.values)

    def list_of(self, run_id: str) -> list[Series]:
        """Return the metrics of a run as they are now, in the order they came."""
        with self._lock:
            return [series.copy() for series in self._runs.get(run_id, {}).values()]

    def find(self, run_id: str, key: str) -> Series | None:
        """Return a metric of a run as it is now."""
        with self._lock:
            series = self._runs.get(run_id, {}).get(key)
            return series.copy() if series is not None else None

    def forget(self) -> None:
        """In a child of fork: the points are the parent's."""
        self._lock = threading.Lock()
        self._runs.clear()
        self.point_count = 0
