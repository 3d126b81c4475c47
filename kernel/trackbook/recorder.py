"""The recording of one process: its journal, its current run, what its cells did.

It knows no IPython; `capture/cells.py` tells it, and `run_journal.py` has the words.
"""

import atexit
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from trackbook.blobs import write_blob
from trackbook.capture.background import Background
from trackbook.capture.boundary import Boundaries
from trackbook.capture.literals import to_json_value
from trackbook.capture.redaction import Redactor
from trackbook.capture.states import (
    Action,
    Bindings,
    Ended,
    ExecutionState,
    Intent,
    Outcome,
    ParamsChanged,
    RunState,
)
from trackbook.errors import BadInput
from trackbook.events import (
    ArtifactLogged,
    Boundary,
    CellError,
    EndStatus,
    FoldsLogged,
    Param,
    RunEdited,
    TableLogged,
    TableOrigin,
)
from trackbook.ids import IdSource
from trackbook.lines import Target
from trackbook.lines import to_number as to_json_number
from trackbook.paths import blobs_dir, ensure_home, journals_dir
from trackbook.run import Run, context_run, to_number
from trackbook.run_journal import MAX_PARAMS, RunJournal
from trackbook.version import __version__
from trackbook.writer import JournalWriter

_EXIT_SECONDS = 3.0


class Recorder:
    """The recording of one process.

    Thread-safe. What is logged without a run opens one.
    """

    def __init__(
        self,
        home: Path,
        *,
        in_shell: bool = False,
        kernel_id: str | None = None,
        namespace: Mapping[str, Any] | None = None,
        notebook: str | None = None,
        ids: Callable[[], str] | None = None,
        writer: JournalWriter | None = None,
    ) -> None:
        ids = ids or IdSource()
        self.home = ensure_home(home)
        self.kernel_id = kernel_id
        self.in_shell = in_shell
        self.redactor = Redactor(os.environ, namespace or {})
        self.journal = writer or JournalWriter(
            journals_dir(home),
            kernel_id=kernel_id,
            version=__version__,
            ids=ids,
            redact=self.redactor.redact_event,
        )
        self.journal.on_fork = self._forked
        self.boundaries = Boundaries(ids)
        self.background = Background(self.journal, home, namespace or {}, notebook)
        self._experiments: dict[str, str] = {}
        self._says = RunJournal(self.journal, self.background, kernel_id)
        self.execution_count = 0
        self.point_count = 0
        self.new_id = ids
        self._lock = threading.RLock()
        self._target: Target | None = None
        self._put_point = self.journal.put_point
        self._executions: dict[int, ExecutionState] = {}
        self._is_child = False
        atexit.register(self.close, "exit")

    @property
    def run_count(self) -> int:
        """How many runs were opened."""
        return self._says.run_count

    # --- executions ---------------------------------------------------------------

    def execution_begins(self, execution: ExecutionState) -> None:
        """An execution of this thread is known; nothing is written yet."""
        with self._lock:
            self._executions[threading.get_ident()] = execution
            self._target = None

    def execution_starts(
        self,
        execution: ExecutionState,
        message_id: str | None,
        intent: Intent | None,
    ) -> None:
        """The execution's code is about to run: decide on its run and journal it."""
        with self._lock:
            actions: list[Action] = []
            if intent is not None:
                actions = self.boundaries.before(execution, intent)
            else:
                execution.run = self.boundaries.current
            first = 0  # what is journaled within the execution
            while first < len(actions) and type(actions[first]) is not ParamsChanged:
                first += 1
            if first:
                self._says.apply(actions[:first])
            self._says.execution_started(execution, message_id)
            if first < len(actions):
                self._says.apply(actions[first:], execution)
            self._target = None

    def execution_learns(self, execution: ExecutionState, intent: Intent) -> None:
        """More of the code of a running execution is known."""
        with self._lock:
            self._says.apply(self.boundaries.before(execution, intent), execution)
            self._target = None

    def execution_ends(
        self,
        execution: ExecutionState,
        outcome: Outcome,
        *,
        metrics: Mapping[str, float],
        values: Mapping[str, float],
        duration_ms: float,
        execution_count: int | None,
        error: CellError | None,
    ) -> None:
        """An execution is over: what it yielded, and its end."""
        with self._lock:
            self._executions.pop(threading.get_ident(), None)
            self._target = None
            actions = self.boundaries.after(execution, outcome)
            run = execution.run
            own: list[Action] = []
            if actions:
                own = [a for a in actions if type(a) is Ended and a.run is run]
                self._says.apply([a for a in actions if a not in own], execution)
            if run is not None and (metrics or values):
                self._put_yields(run, execution, metrics, values)
            self._says.execution_ended(
                execution, outcome.status, duration_ms, execution_count, error
            )
            if own:
                self._says.apply(own, execution)
            self.execution_count += 1
        self.journal.request_flush()

    def _put_yields(
        self,
        run: RunState,
        execution: ExecutionState,
        metrics: Mapping[str, float],
        values: Mapping[str, float],
    ) -> None:
        for key, value in metrics.items():
            target = (run.run_id, execution.execution_id, "auto")
            self._put_point(target, key, value)
        for key, value in values.items():
            target = (run.run_id, execution.execution_id, "value")
            self._put_point(target, key, value)
        self.point_count += len(metrics)

    def found_in(self, run: RunState, execution: ExecutionState) -> Target:
        """Return where results go that a running execution yields."""
        with self._lock:
            if not run.has_result:
                self._says.apply(self.boundaries.result_arrived(run))
            if execution.run is not run:
                return run.run_id, None, "auto"
            execution.has_logged = True
            return run.run_id, execution.execution_id, "auto"

    def put_folds(
        self,
        run: RunState,
        execution: ExecutionState,
        key: str,
        values: Sequence[float],
    ) -> None:
        """One result of several numbers, of cross-validation say: their mean, and they.

        Their spread is a value.
        """
        target = self.found_in(run, execution)
        mean = sum(values) / len(values)
        spread = (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5
        self._put_point(target, key, mean)
        self._put_point((*target[:2], "value"), f"{key}.std", spread)
        self.journal.put(
            FoldsLogged,
            run_id=run.run_id,
            key=key,
            values=tuple(map(to_json_number, values)),
            execution_id=target[1],
        )

    def put_table(
        self,
        run: RunState,
        execution: ExecutionState,
        name: str,
        columns: tuple[str, ...],
        rows: tuple[tuple[Any, ...], ...],
        *,
        params: tuple[str, ...],
        origin: TableOrigin,
        first: int = 0,
    ) -> None:
        """Rows of a table that an execution yields."""
        self.journal.put(
            TableLogged,
            run_id=run.run_id,
            name=name,
            columns=columns,
            rows=rows,
            first=first,
            params=params,
            origin=origin,
            execution_id=self.found_in(run, execution)[1],
        )

    def add_earlier(self, source: str, execution_count: int) -> None:
        """Take an execution from before the recording along."""
        with self._lock:
            execution_id = self.new_id()
            self._says.executed_before(execution_id, source, execution_count)
            self.boundaries.add_earlier(execution_id, source)

    def take_in_force(self, params: Bindings, estimators: Bindings) -> None:
        """Let params of before the recording be in force for its first run."""
        with self._lock:
            self.boundaries.in_force.bind(params, ())
            self.boundaries.in_force.bind(estimators, (), estimators=True)

    def _execution(self) -> ExecutionState | None:
        """Return the execution of this thread, else the latest of any."""
        found = self._executions.get(threading.get_ident())
        if found is None and self._executions:
            return list(self._executions.values())[-1]
        return found

    # --- logging ------------------------------------------------------------------

    def log_metric(self, key: str, value: Any, step: int | None = None) -> None:
        """Log a number of the current run."""
        if value.__class__ is not float:
            value = to_number(key, value)
        target = self._target
        if (
            target is None
            or context_run.get() is not None
            or step.__class__ not in _STEP
        ):
            self._log_metric_slowly(key, value, step)
        else:
            self._put_point(target, key, value, step)

    def _log_metric_slowly(self, key: str, value: float, step: int | None) -> None:
        with self._lock:
            run = self.current_or_new()
            self.log_metric_to(run, key, value, step)
            if run is self.boundaries.current:
                self._target = self._make_target(run)

    def log_metric_to(
        self, run: RunState, key: Any, value: Any, step: int | None
    ) -> None:
        """Log a number of a certain run."""
        number = to_number(key, value)
        if not isinstance(key, str) or not key:
            raise BadInput(f"a metric's key is a text that is not empty, not {key!r}.")
        if step is not None:
            step = _to_step(key, step)
        with self._lock:
            if not run.has_result:
                self._says.apply(self.boundaries.result_arrived(run))
            self._put_point(self._make_target(run), key, number, step)

    def _make_target(self, run: RunState) -> Target:
        execution = self._execution()
        if execution is None or execution.run is not run:
            return run.run_id, None, "user"
        execution.has_logged = True
        return run.run_id, execution.execution_id, "user"

    def log_params(
        self, params: Mapping[str, Any], run: RunState | None = None
    ) -> None:
        """Log inputs of a run, or of the current one."""
        found = tuple(
            Param(str(key), to_json_value(value), "user")
            for key, value in params.items()
        )
        with self._lock:
            run = run or self.current_or_new()
            for start in range(0, len(found), MAX_PARAMS):
                part = found[start : start + MAX_PARAMS]
                self._says.apply(
                    self.boundaries.log_params(run, part), self._execution()
                )

    def edit(self, run: RunState | None = None, **fields: Any) -> None:
        """Set what a person says of a run, or of the current one."""
        with self._lock:
            run = run or self.current_or_new()
            run.is_used = True
            self.journal.put(RunEdited, run_id=run.run_id, **fields)

    def log_artifact(
        self, path: Path, name: str | None = None, run: RunState | None = None
    ) -> None:
        """Keep a file with a run, or with the current one."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise BadInput(
                f"can't read the artifact {path}: {error.strerror or error}. "
                "Give the path of a file that exists."
            ) from error
        import mimetypes

        sha256 = write_blob(blobs_dir(self.home), data)
        with self._lock:
            run = run or self.current_or_new()
            run.is_used = True
            execution = self._execution()
            self.journal.put(
                ArtifactLogged,
                run_id=run.run_id,
                name=name or path.name,
                sha256=sha256,
                size_bytes=len(data),
                mime_type=mimetypes.guess_type(path.name)[0] or "",
                execution_id=execution.execution_id if execution else None,
            )

    # --- runs ---------------------------------------------------------------------

    def current_or_new(self) -> RunState:
        """Return the run of this context, else the process's; open one if none is."""
        held = context_run.get()
        if held is not None and held.recorder is self:
            return held.state
        if self.boundaries.current is None:
            self.start(boundary="auto" if self.in_shell else "script")
        current = self.boundaries.current
        assert current is not None
        return current

    def find_current(self) -> Run | None:
        """Return the run that is open, or None."""
        held = context_run.get()
        if held is not None and held.recorder is self:
            return held
        state = self.boundaries.current
        return Run(self, state, self._says.names.get(state.run_id)) if state else None

    def start(
        self,
        name: str | None = None,
        *,
        experiment: str | None = None,
        tags: Mapping[str, Any] | None = None,
        boundary: Boundary = "explicit",
        nested: bool = False,
    ) -> Run:
        """Open a run by hand; an open one ends, unless this one is nested in it."""
        with self._lock:
            held = context_run.get()
            self._says.say_of_next(
                name=name,
                experiment=experiment,
                tags={str(key): str(item) for key, item in (tags or {}).items()},
                parent_run_id=held.run_id if held is not None and nested else None,
            )
            self._target = None
            self._says.apply(
                self.boundaries.start(boundary, self._execution(), nested=nested)
            )
            state = self.boundaries.current
            assert state is not None
            if experiment is not None:
                self._experiments = {state.run_id: experiment}
            return Run(self, state, name)

    def find_experiment(self) -> str | None:
        """Return the experiment given to the open run, None for the notebook's."""
        run = self.find_current()
        return self._experiments.get(run.run_id) if run is not None else None

    def end(
        self,
        state: RunState | None = None,
        reason: str = "end",
        status: EndStatus | None = None,
    ) -> None:
        """End a run, or the current one."""
        with self._lock:
            self._target = None
            state = state or self.boundaries.current
            if state is not None:
                self._says.apply(
                    self.boundaries.end(state, reason, status, self._execution())
                )
        self.journal.request_flush()

    def start_anew(self, reason: str) -> None:
        """End what is open; what this cell goes on to do belongs to the next run."""
        with self._lock:
            self._target = None
            self._says.apply(self.boundaries.end_all(reason))
            execution = self._execution()
            if execution is not None:
                execution.run = None
        self.journal.request_flush()

    def close(self, reason: str = "exit") -> None:
        """End what is open and write everything; nothing of it stays behind."""
        atexit.unregister(self.close)
        self._target = None
        if not self._is_child:
            with self._lock:
                self._says.apply(self.boundaries.end_all(reason))
            self.background.wait(_EXIT_SECONDS)
        self.journal.close()

    def _forked(self) -> None:
        """In a child of fork: the run is the parent's to end."""
        self._lock = threading.RLock()
        self._is_child = True
        self.background.forget()

    def capture_failed(self, where: str, error: BaseException) -> None:
        """A hook of ours failed: journal it."""
        self._says.capture_failed(where, error, self.boundaries.current)


_STEP = frozenset({int, type(None)})


def _to_step(key: str, step: Any) -> int:
    try:
        return int(step)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadInput(
            f"metric {key!r}: the step {to_json_value(step)!r} is not a whole number."
        ) from error
