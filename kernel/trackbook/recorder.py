"""The recording of one process: its journal, its current run, what its cells did.

It knows no IPython; `capture/cells.py` tells it, and `run_journal.py` has the words.
"""

import atexit
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from trackbook.by_hand import ByHand
from trackbook.capture.background import Background
from trackbook.capture.boundary import Boundaries
from trackbook.capture.outputs import Outputs
from trackbook.capture.redaction import Redactor
from trackbook.capture.rules import NameRules
from trackbook.capture.states import (
    Action,
    Bindings,
    Ended,
    ExecutionState,
    Intent,
    Opened,
    Outcome,
    ParamsChanged,
    RunState,
    Yield,
)
from trackbook.errors import BadInput
from trackbook.events import (
    Boundary,
    CellError,
    EndStatus,
    Event,
    ExecutionStarted,
    NameRule,
    OutputsChanged,
)
from trackbook.family import Family, at_worker_end
from trackbook.found import Found
from trackbook.ids import IdSource
from trackbook.live_points import LivePoints
from trackbook.long_params import LongParams
from trackbook.paths import blobs_dir, ensure_home, journals_dir
from trackbook.resuming import FoundRun
from trackbook.run import Run, context_run
from trackbook.run_journal import RunJournal
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
        rules: NameRules | None = None,
    ) -> None:
        ids = ids or IdSource()
        self.home = ensure_home(home)
        self.kernel_id = kernel_id
        self.in_shell = in_shell
        self._long_params = LongParams(home)
        self.redactor = Redactor(os.environ, namespace or {})
        self.live = LivePoints()
        self.journal = writer or JournalWriter(
            journals_dir(home),
            kernel_id=kernel_id,
            version=__version__,
            ids=ids,
            redact=self._make_ready,
            on_points=self.live.take,
        )
        self.journal.on_fork = self._forked
        self.outputs = Outputs(self.journal, blobs_dir(home), self.redactor)
        self.boundaries = Boundaries(ids)
        self.background = Background(self.journal, home, namespace or {}, notebook)
        self._experiments: dict[str, str] = {}
        self._says = RunJournal(self.journal, self.background, kernel_id)
        self.execution_count = 0
        self.point_count = 0
        self.new_id = ids
        self.lock = threading.RLock()
        self.by_hand = ByHand(self)
        self.found = Found(self)
        self.rules = rules or NameRules()
        self._executions: dict[int, ExecutionState] = {}
        self.experiment: str | None = None
        """That of runs that are given none; None: the notebook's."""

        self.opened_at = self.changed_at = time.monotonic()
        """When the current run was opened, and when something last began or ended."""

        self.given_names: dict[str, None] = {}
        """Those of runs by hand, for completion."""

        self._settled: RunState | None = None
        self._last: Run | None = None
        self.family = Family(has_parent=not in_shell)
        self.journal.writes_through = self.family.is_worker
        if self.family.is_worker:
            at_worker_end(self.close, forked=False)
        atexit.register(self.close, "exit")

    @property
    def is_executing(self) -> bool:
        """Whether a cell is being executed."""
        return bool(self._executions)

    @property
    def run_count(self) -> int:
        """How many runs were opened."""
        return self._says.run_count

    # --- executions ---------------------------------------------------------------

    def execution_begins(self, execution: ExecutionState) -> None:
        """An execution of this thread is known; nothing is written yet."""
        with self.lock:
            self._executions[threading.get_ident()] = execution
            self.by_hand.forget_targets()

    def execution_starts(
        self,
        execution: ExecutionState,
        message_id: str | None,
        intent: Intent | None,
    ) -> None:
        """The execution's code is about to run: decide on its run and journal it."""
        with self.lock:
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
            self._settle()

    def execution_learns(self, execution: ExecutionState, intent: Intent) -> None:
        """More of the code of a running execution is known."""
        with self.lock:
            self._says.apply(self.boundaries.before(execution, intent), execution)
            self._settle()

    def execution_ends(
        self,
        execution: ExecutionState,
        outcome: Outcome,
        *,
        found: Yield,
        duration_ms: float,
        execution_count: int | None,
        error: CellError | None,
    ) -> None:
        """An execution is over: what it yielded, and its end."""
        with self.lock:
            self._executions.pop(threading.get_ident(), None)
            current = self.boundaries.current
            if current is not None and self.family.take_result(current):
                self._says.apply(self.boundaries.result_arrived(current), execution)
            actions = self.boundaries.after(execution, outcome)
            run = execution.run
            own: list[Action] = []
            if actions:
                own = [a for a in actions if type(a) is Ended and a.run is run]
                self._says.apply([a for a in actions if a not in own], execution)
            if run is not None:
                self.found.put(run, execution, found)
            self._says.execution_ended(
                execution, outcome.status, duration_ms, execution_count, error
            )
            if own:
                self._says.apply(own, execution)
            self.execution_count += 1
            self._settle()
        self.journal.request_flush()

    def add_earlier(self, source: str, execution_count: int) -> None:
        """Take an execution from before the recording along."""
        with self.lock:
            execution_id = self.new_id()
            self._says.executed_before(execution_id, source, execution_count)
            self.boundaries.add_earlier(execution_id, source)

    def take_in_force(self, params: Bindings, estimators: Bindings) -> None:
        """Let params of before the recording be in force for its first run."""
        with self.lock:
            self.boundaries.in_force.bind(params, ())
            self.boundaries.in_force.bind(estimators, (), estimators=True)

    def find_execution_id(self, run: RunState) -> str | None:
        """Return the execution of this thread or the latest, if it is one of `run`."""
        if self.family.is_parents(run):
            return self.family.execution_id
        execution = self._execution()
        if execution is None or execution.run is not run:
            return None
        return execution.execution_id

    def find_cell_id(self) -> str | None:
        """Return the id of the cell that is being executed, where it has one."""
        execution = self._execution()
        return execution.cell_id if execution is not None else None

    def metric_logged(self, run: RunState) -> None:
        """The current execution, if it is one of `run`, has sent points to it."""
        execution = self._execution()
        if execution is not None and execution.run is run:
            execution.has_logged = True

    def _execution(self) -> ExecutionState | None:
        """Return the execution of this thread, else the latest of any."""
        found = self._executions.get(threading.get_ident())
        if found is None and self._executions:
            return list(self._executions.values())[-1]
        return found

    def rule_names(
        self, names: Mapping[str, NameRule | None], *, is_known: bool = False
    ) -> None:
        """A person ignores or promotes names; one that is `is_known` is stored."""
        with self.lock:
            self.rules.set(names)
            run = self.boundaries.current
            if not is_known:
                self._says.names_ruled(names, run)
            ignored = self.boundaries.in_force.forget(self.rules.is_ignored)
            if run is not None and ignored:
                self.say([ParamsChanged(run, (), tuple(ignored))])

    def say(self, actions: Sequence[Action]) -> None:
        """Journal what the boundary decided, within the execution if there is one."""
        self._says.apply(actions, self._execution())

    def result_arrived(self, run: RunState) -> None:
        """A run has its first metric that answers "how good"."""
        self.family.result_logged(run)
        self.say(self.boundaries.result_arrived(run))

    def _settle(self) -> None:
        """Have all know what is open now: points here, and child processes."""
        self.by_hand.forget_targets()
        current = self.boundaries.current
        self.changed_at = time.monotonic()
        if current is not self._settled:
            self._settled = current
            self.opened_at = self.changed_at
        self.family.tell(current, self.find_execution_id(current) if current else None)

    # --- runs ---------------------------------------------------------------------

    def current_or_new(self) -> RunState:
        """Return the run that is logged to; open one if none is.

        That of this context, else the process's, else its parent process's.
        """
        run = self._find_open()
        if run is None:
            is_auto = self.in_shell and not self.family.is_worker
            run = self.start(boundary="auto" if is_auto else "script").state
        return run

    def _find_open(self) -> RunState | None:
        held = self._find_held()
        if held is not None:
            return held.state
        return self.boundaries.current or self.family.find_run()

    def _find_held(self) -> Run | None:
        """Return the run whose `with` block this is, while it is open."""
        held = context_run.get()
        if held is None or held.recorder is not self:
            return None
        return held if self.boundaries.is_open(held.state) else None

    def get_current(self) -> Run:
        """Return the run that is logged to; open one where none is."""
        with self.lock:
            return self._hold(self.current_or_new())

    def find_current(self) -> Run | None:
        """Return the run that is open, or None."""
        state = self._find_open()
        return self._hold(state) if state is not None else None

    def find_last(self) -> Run | None:
        """Return the run that is open, else the one that was opened last."""
        return self.find_current() or self._last

    def _hold(self, state: RunState) -> Run:
        held = context_run.get()
        if held is not None and held.state is state:
            return held
        return Run(self, state, self._says.names.get(state.run_id))

    def start(
        self,
        name: str | None = None,
        *,
        experiment: str | None = None,
        tags: Mapping[str, Any] | None = None,
        boundary: Boundary = "explicit",
        parent_run_id: str | None = None,
        nested: bool = False,
        is_child: bool = True,
    ) -> Run:
        """Open a run by hand; an open one ends, unless this one is nested in it."""
        with self.lock:
            outer, aside = self._find_outer() if nested else (None, False)
            parent = None
            if nested and is_child:
                parent = outer or self.family.find_run()
            experiment = experiment or self.experiment
            self._says.say_of_next(
                name=name,
                experiment=experiment,
                tags={str(key): str(item) for key, item in (tags or {}).items()},
                parent_run_id=parent_run_id or (parent.run_id if parent else None),
            )
            actions = self.boundaries.start(
                boundary, self._execution(), nested=nested, outer=outer, aside=aside
            )
            [state] = [action.run for action in actions if type(action) is Opened]
            state.thread = threading.get_ident()
            self._says.apply(actions)
            self._settle()
            if experiment is not None:
                self._experiments = {state.run_id: experiment}
            if name is not None:
                self.given_names[name] = None
            self._last = Run(self, state, name)
            return self._last

    def _find_outer(self) -> tuple[RunState | None, bool]:
        """Return the run that one opened now is nested in, and whether it is *aside*.

        One aside is that of its `with` block alone: for other threads and tasks,
        another run stays the process's.
        """
        current, held = self.boundaries.current, self._find_held()
        if held is not None:
            return held.state, held.state is not current
        if current is None or current.boundary == "auto":
            return None, False
        here, main = threading.get_ident(), threading.main_thread().ident
        if current.thread == here:  # opened by a line above, or by another task
            return (None, True) if current.is_entered else (current, False)
        if current.thread == main:  # a thread of its own within the run
            return current, True
        return None, here != main  # threads side by side

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
        with self.lock:
            state = state or self.boundaries.current
            if state is not None:
                self._says.apply(
                    self.boundaries.end(state, reason, status, self._execution())
                )
            self._settle()
        self.journal.request_flush()

    def resume(self, wanted: FoundRun) -> Run:
        """Let a run that had ended go on. Raises BadInput where it is open here."""
        with self.lock:
            for state in self.boundaries.list_open():
                if state.run_id == wanted.run_id:
                    raise BadInput(
                        f"the run {wanted.name or wanted.run_id} is open here; "
                        "just go on."
                    )
            self.journal.continue_steps(wanted.run_id, wanted.next_steps)
            self._says.say_of_next(name=wanted.name)
            actions = self.boundaries.resume(wanted.run_id, self._execution())
            self._says.apply(actions, self._execution())
            current = self.boundaries.current
            assert current is not None
            current.thread = threading.get_ident()
            self._settle()
            return self._hold(current)

    def start_anew(self, reason: str) -> None:
        """End what is open; what this cell goes on to do belongs to the next run."""
        with self.lock:
            self._says.apply(self.boundaries.end_all(reason))
            execution = self._execution()
            if execution is not None:
                execution.run = None
            self._settle()
        self.journal.request_flush()

    def close(self, reason: str = "exit") -> None:
        """End what is open and write everything; nothing of it stays behind."""
        atexit.unregister(self.close)
        self.outputs.close()
        with self.lock:
            self._says.apply(self.boundaries.close(reason))
            self.by_hand.forget_targets()
            self.family.close()
        self.background.wait(_EXIT_SECONDS)
        self.journal.close()

    def _forked(self) -> None:
        """In a child of fork: what is open is the parent's, and the parent's to end."""
        self.lock = threading.RLock()
        self.family.forked(self.boundaries.current)
        self.boundaries.forget()
        self._executions.clear()
        self.by_hand.forget_targets()
        self.background.forget()
        self.live.forget()
        self.outputs.forget()
        self.journal.writes_through = True
        at_worker_end(self.close, forked=True)

    def _make_ready(
        self, event_type: type[Event], fields: dict[str, Any]
    ) -> tuple[dict[str, Any], int]:
        """Return an event's fields as they may be written; on the journal's thread."""
        if event_type is OutputsChanged:
            return fields, 0  # clean already, as blobs of it had to be
        fields, redacted = self.redactor.redact_event(event_type, fields)
        if event_type is ExecutionStarted:
            fields = self.outputs.parts.keep_source(fields)
        return self._long_params.shorten(fields), redacted

    def capture_failed(self, where: str, error: BaseException) -> None:
        """A hook of ours failed: journal it."""
        self._says.capture_failed(where, error, self.boundaries.current)
