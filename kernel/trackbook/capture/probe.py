"""What the marks in a cell's loops say, as points, rows and folds of its run.

One point an iteration and key: the last value that the iteration gave it. It listens as
a generator, see `loop_marks.py`.
"""

import builtins
import time
from collections.abc import Callable, Generator, Mapping
from typing import Any

from trackbook.capture.live_loop import LiveLoop
from trackbook.capture.loop_marks import Mark, list_compound, mark_loops, may_mark
from trackbook.capture.loop_table import LoopTable, lists_values
from trackbook.capture.loops import Loop
from trackbook.capture.states import ExecutionState, RunState, Table
from trackbook.capture.variables import to_scalar
from trackbook.lines import Target
from trackbook.recorder import Recorder
from trackbook.run import context_run

_WAIT_SECONDS = 0.1


class Probe:
    """Listens to the loops of one cell."""

    def __init__(
        self,
        callee: str,
        recorder: Recorder,
        execution: ExecutionState,
        namespace: Mapping[str, Any],
    ) -> None:
        self.last: dict[str, float] = {}
        self.said: set[str] = set()
        """The keys whose values were told, or are those of a key that was."""
        self.point_count = 0
        self._callee = callee
        self._recorder = recorder
        self._execution = execution
        self._namespace = namespace
        self._put_point = recorder.journal.put_point
        self._run: RunState | None = None
        self._target: Target = ("", None, "auto")
        self._spots: list[tuple[str, LiveLoop, tuple[str, ...]]] = []
        self._top: list[LiveLoop] = []
        self._read_at: dict[str, float] = {}
        self._has_table = False
        self._is_split = False
        """Whether iterations have runs of their own, which tell without a table."""
        setattr(builtins, callee, _ignore)

    def listen(self, marks: list[Mark]) -> None:
        """Take what these marks say from now on."""
        live: dict[Loop, LiveLoop] = {}

        def find(loop: Loop) -> LiveLoop:
            found = live.get(loop)
            if found is None:
                outer = find(loop.parent) if loop.parent is not None else None
                found = live[loop] = LiveLoop(loop, outer)
                if outer is None:
                    self._top.append(found)
            return found

        self.said.update(key for mark in marks for key in mark.keys)
        self._spots = [(mark.kind, find(mark.loop), mark.keys) for mark in marks]
        listener = self._listen()
        next(listener)
        setattr(builtins, self._callee, listener.send)

    def close(self) -> None:
        """The cell is over: tell what its loops had not told yet; listen no more."""
        if hasattr(builtins, self._callee):
            delattr(builtins, self._callee)
        for live in self._top:
            self._end(live)
        self._recorder.point_count += self.point_count

    def _listen(self) -> Generator[bool | None, tuple[int, Any], None]:
        said: bool | None = None
        spots = self._spots
        while True:
            try:
                while True:
                    place, value = yield said
                    said = None
                    kind, live, keys = spots[place]
                    if kind == "gives":
                        if value.__class__ is not float:
                            value = self._read(keys[0], value)
                        if value is not None:
                            self._give(live, keys[0], value)
                    elif kind == "begins" and live.is_simple and not live.pending:
                        live.begin(value)
                    else:
                        self._take(kind, live, keys, value)
            except KeyboardInterrupt:
                said = True  # raised where the user's code stands
            except Exception as error:
                setattr(builtins, self._callee, _ignore)
                if not _is_ours(error):  # what a signal handler of the user's raised
                    raise
                self._recorder.capture_failed("a loop", error)

    def _give(self, live: LiveLoop, key: str, number: float) -> None:
        """A key has its value of this iteration."""
        run = self._run
        if (
            run is not None
            and live.is_simple
            and run is self._execution.run
            and context_run.get() is None
        ):
            self._put_point(self._target, key, number, live.step)
            self.last[key] = number
            self.point_count += 1
        else:
            live.held = context_run.get()
            live.pending[key] = number
            self._put(live)

    def _take(
        self, kind: str, live: LiveLoop, keys: tuple[str, ...], value: Any
    ) -> None:
        if kind == "binds":
            if len(keys) == 1:
                value = (value,)
            for key, item in zip(keys, value, strict=True):
                number = self._read(key, item)
                if number is not None:
                    live.pending[key] = number
            live.held = context_run.get()
        elif kind == "begins":
            if live.began:
                self._finish_iteration(live)
            else:
                self._begin(live)
            live.begin(value)
        elif kind == "grows":
            self._take_newest(live, keys, value)
        else:
            self._end(live)

    def _take_newest(self, live: LiveLoop, keys: tuple[str, ...], held: Any) -> None:
        if type(held) is not list or not held:
            return
        newest = held[-1]
        for key in keys:
            item = newest.get(key) if type(newest) is dict else newest
            number = self._read(key, item)
            if number is not None:
                live.pending[key] = number
        live.held = context_run.get()

    def _read(self, key: str, value: Any) -> float | None:
        """Return a number; one on a device, which must be waited for, not each time."""
        if type(value) is float:
            return value
        device = getattr(value, "device", None)
        if device is not None and getattr(device, "type", "cpu") != "cpu":
            now = time.monotonic()
            if now - self._read_at.get(key, 0.0) < _WAIT_SECONDS:
                return None
            self._read_at[key] = now
        return to_scalar(value)

    # --- iterations ---------------------------------------------------------------

    def _begin(self, live: LiveLoop) -> None:
        """A loop begins, perhaps not for the first time."""
        live.began = True
        if live.is_listed is None:
            loop = live.loop
            live.is_listed = bool(loop.listed) and (
                loop.over is None or lists_values(self._namespace.get(loop.over))
            )
            if live.is_listed:
                live.table = self._make_table(live)
        live.is_simple = not (self._has_table or live.inner or live.loop.is_folds)

    def _make_table(self, live: LiveLoop) -> LoopTable:
        """Return the table of a loop: of those around it that list values, too."""
        tried: list[str] = []
        for each in live.path():
            if each.is_listed:
                tried += [each.loop.variables[place] for place in each.loop.listed]
                each.table = None
        self._has_table = True
        return LoopTable(tried, live.loop.all_keys())

    def _finish_iteration(self, live: LiveLoop) -> None:
        for inner in live.inner:
            if inner.began:  # left by an exception or a `continue` of its `else`
                self._end(inner)
        if live.pending:
            self._put(live)
        if live.table is not None:
            seen, live.seen = live.seen, {}
            if seen and live.table.add(self._tried(live), seen):
                self._send(live.table)

    def _tried(self, live: LiveLoop) -> dict[str, Any]:
        """Return the values that an iteration tries, by variable."""
        return {
            each.loop.variables[place]: each.values[place]
            for each in live.path()
            if each.is_listed
            for place in each.loop.listed
        }

    def _put(self, live: LiveLoop) -> None:
        pending, live.pending = live.pending, {}
        held, live.held = live.held, None
        self.last |= pending
        run = self._execution.run if held is None else held.state
        if run is None:
            return
        if run is not self._run:
            self._is_split |= self._run is not None
            self._run = run
            self._target = self._recorder.found.target(run, self._execution)
        if live.loop.is_folds:
            for key, number in pending.items():
                live.folds.setdefault(key, []).append(number)
        else:
            for key, number in pending.items():
                self._put_point(self._target, key, number, live.step)
            self.point_count += len(pending)
        for each in live.path() if self._has_table else ():
            if each.table is not None:
                each.seen |= pending

    def _end(self, live: LiveLoop) -> None:
        """A loop is over, in whichever way."""
        if live.began or live.pending:
            self._finish_iteration(live)
        live.began = live.is_simple = False
        if live.outer is None:
            for each in live.below():
                if each.table is not None:
                    self._send(each.table)
        if live.folds:
            folds, live.folds = live.folds, {}
            for key, values in folds.items():
                if self._run is not None and len(values) > 1:
                    self._recorder.found.put_folds(self._target, key, values)

    def _send(self, table: LoopTable) -> None:
        """Tell the rows that were not told yet."""
        if self._is_split or self._run is None:
            return
        while chunk := table.take():
            first, columns, rows = chunk
            self._recorder.found.put_table(
                self._target,
                Table(table.name, columns, rows, tuple(table.tried), "loop"),
                first,
            )


_ignore: Callable[[Any], int] = [].count
"""A mark that nobody listens to: answers 0, and has no frame either."""


def watch_loops(
    tree: Any,
    source: str,
    callee: str,
    recorder: Recorder,
    execution: ExecutionState,
    namespace: Mapping[str, Any],
) -> Probe | None:
    """Mark the loops of a cell and return what listens to them, None without marks."""
    if not may_mark(list_compound(tree.body), recorder.rules):
        return None
    # Ahead of the marks: should they come to stand half, they call what is there.
    probe = Probe(callee, recorder, execution, namespace)
    marks, repeated = mark_loops(tree, callee, source, recorder.rules)
    probe.said |= repeated
    if not marks:
        probe.close()
        return None
    probe.listen(marks)
    return probe


def _is_ours(error: BaseException) -> bool:
    """Tell whether an error arose in our own code."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is None or str(
        trace.tb_frame.f_globals.get("__name__", "")
    ).startswith("trackbook.")
