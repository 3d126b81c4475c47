"""What is found in cells without asking, as events: points, folds, tables.

`capture/` finds it; what a person logs is in `by_hand.py`.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from trackbook.capture.literals import to_json_value
from trackbook.capture.states import ExecutionState, RunState, Table, Yield
from trackbook.events import (
    MAX_BATCH_POINTS,
    FoldsLogged,
    MetricOrigin,
    Param,
    PointsLogged,
    TableLogged,
)
from trackbook.lines import Target, to_number

if TYPE_CHECKING:
    from trackbook.recorder import Recorder

_PART_BYTES = 128 * 1024


class Found:
    """Tells what the cells of one recorder yielded. Thread-safe."""

    def __init__(self, recorder: "Recorder") -> None:
        self._recorder = recorder
        self._journal = recorder.journal

    def target(
        self, run: RunState, execution: ExecutionState, origin: MetricOrigin = "auto"
    ) -> Target:
        """Return where results go that an execution yields while it runs."""
        recorder = self._recorder
        with recorder.lock:
            own = execution.run is run
            execution.has_logged |= own
            if not run.has_result:
                recorder.result_arrived(run)
            return run.run_id, execution.execution_id if own else None, origin

    def log_point(self, key: str, value: float, step: int | None) -> None:
        """Take a point that a library's own logging says, for the current run."""
        recorder = self._recorder
        with recorder.lock:
            run = recorder.runs.current_or_new()
            recorder.metric_logged(run)
            if not run.has_result:
                recorder.result_arrived(run)
            target = (run.run_id, recorder.find_execution_id(run), "autolog")
            self._journal.put_point(target, key, value, step)
        recorder.point_count += 1

    def log_params(self, params: tuple[Param, ...]) -> None:
        """Take params that a library's own logging says, for the current run."""
        recorder = self._recorder
        with recorder.lock:
            run = recorder.runs.current_or_new()
            recorder.say(recorder.boundaries.log_params(run, params))

    def put(self, run: RunState, execution: ExecutionState, found: Yield) -> None:
        """Tell what a cell yielded, once it is over."""
        run_id, execution_id = run.run_id, execution.execution_id
        for key, value in found.values.items():
            self._journal.put_point((run_id, execution_id, "value"), key, value)
        for key, (first, values) in found.series.items():
            self._put_series((run_id, execution_id, "auto"), key, first, values)
        for key, folds in found.folds.items():
            self.put_folds((run_id, execution_id, "auto"), key, folds)
        for key, value in found.metrics.items():
            self._journal.put_point((run_id, execution_id, "auto"), key, value)
        for table in found.tables:
            self.put_table((run_id, execution_id, "auto"), table)
        self._recorder.point_count += len(found.metrics)

    def _put_series(
        self, target: Target, key: str, first: int, values: list[float]
    ) -> None:
        now_ms = self._journal.clock() // 1_000_000
        for start in range(0, len(values), MAX_BATCH_POINTS):
            part = values[start : start + MAX_BATCH_POINTS]
            begins = first + start
            self._journal.put(
                PointsLogged,
                run_id=target[0],
                key=key,
                steps=tuple(range(begins, begins + len(part))),
                times_ms=(now_ms,) * len(part),
                values=tuple(map(to_number, part)),
                origin="auto",
                execution_id=target[1],
            )
        self._recorder.point_count += len(values)

    def put_folds(self, target: Target, key: str, folds: Sequence[float]) -> None:
        """Tell a result of several numbers: their mean, and they."""
        self._journal.put_point(target, key, sum(folds) / len(folds))
        self._journal.put(
            FoldsLogged,
            run_id=target[0],
            key=key,
            values=tuple(map(to_number, folds)),
            execution_id=target[1],
        )
        self._recorder.point_count += 1

    def put_table(self, target: Target, table: Table, first: int = 0) -> None:
        """Tell rows of a table that stand at `first` and after."""
        for part in split_rows(table.rows):
            self._journal.put(
                TableLogged,
                run_id=target[0],
                name=table.name,
                columns=table.columns,
                rows=part,
                first=first,
                params=table.params,
                origin=table.origin,
                execution_id=target[1],
            )
            first += len(part)


def split_rows(
    rows: Sequence[tuple[Any, ...]],
) -> Iterator[tuple[tuple[Any, ...], ...]]:
    """Yield the rows of a table in parts that fit into a line of the journal."""
    part: list[tuple[Any, ...]] = []
    size = 0
    for row in rows:
        said = tuple(map(to_json_value, row))
        length = len(msgspec.json.encode(said))
        if part and size + length > _PART_BYTES:
            yield tuple(part)
            part, size = [], 0
        part.append(said)
        size += length
    yield tuple(part)
