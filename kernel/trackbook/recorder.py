"""The recording of one process: its journal, its current run, what its cells did.

It knows no IPython; `capture/cells.py` tells it, and `run_journal.py` has the words.
"""

import atexit
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from trackbook.by_hand import ByHand
from trackbook.capture.background import Background
from trackbook.capture.boundary import Boundaries
from trackbook.capture.guard import attempt
from trackbook.capture.outputs import Outputs
from trackbook.capture.redaction import Redactor
from trackbook.capture.rules import NameRules
from trackbook.capture.states import (
    Action,
    Bindings,
    Ended,
    ExecutionState,
    Intent,
    Outcome,
    ParamsChanged,
    RunState,
    Yield,
)
from trackbook.events import (
    CellError,
    Event,
    ExecutionStarted,
    ExecutionStatus,
    NameRule,
    OutputsChanged,
)
from trackbook.family import Family, at_worker_end
from trackbook.forking import watch_forks
from trackbook.found import Found
from trackbook.ids import IdSource
from trackbook.live_points import LivePoints
from trackbook.long_params import LongParams
from trackbook.open_runs import OpenRuns
from trackbook.paths import blobs_dir, ensure_home, journals_dir
from trackbook.run_journal import RunJournal
from trackbook.version import __version__
from trackbook.writer import JournalWriter, say

_EXIT_SECONDS = 3.0
_FORK_SECONDS = 1.0


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
        self.notices: deque[str] = deque()
        """What is to be said to the person with the next cell."""

        self._long_params = LongParams(home)
        self._executions: dict[int, ExecutionState] = {}
        self.redactor = Redactor(os.environ, namespace or {})
        self.live = LivePoints()
        self.journal = writer or JournalWriter(
            journals_dir(home),
            kernel_id=kernel_id,
            version=__version__,
            ids=ids,
            notify=self._notice,
            redact=self._make_ready,
            on_points=self.live.take,
            on_batch=self._batch_begins,
            is_busy=lambda: self.is_executing,
        )
        self.journal.on_fork = self._forked
        self.outputs = Outputs(
            self.journal, blobs_dir(home), self.redactor, lambda: self.is_executing
        )
        self.boundaries = Boundaries(ids)
        self.background = Background(self.journal, home, namespace or {}, notebook)
        self._says = RunJournal(self.journal, self.background, kernel_id)
        self.execution_count = 0
        self.point_count = 0
        self.new_id = ids
        self.lock = threading.RLock()
        self.runs = OpenRuns(self, self._says)
        self.by_hand = ByHand(self)
        self.found = Found(self)
        self.rules = rules or NameRules()
        self.opened_at = self.changed_at = time.monotonic()
        """When the current run was opened, and when something last began or ended."""

        self._settled: RunState | None = None
        self.family = Family(has_parent=not in_shell)
        self.journal.writes_through = self.family.is_worker
        if self.family.is_worker:
            at_worker_end(self.close, forked=False)
        self._is_held = False
        watch_forks(self)
        atexit.register(self._exit)

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
            if not execution.is_told:  # asked again where what follows has failed
                self._says.execution_started(execution, message_id)
                execution.is_told = True
            if first < len(actions):
                self._says.apply(actions[first:], execution)
            self._settle_on(execution)

    def execution_learns(self, execution: ExecutionState, intent: Intent) -> None:
        """More of the code of a running execution is known."""
        with self.lock:
            self._says.apply(self.boundaries.before(execution, intent), execution)
            self.settle()

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
            self.settle()
        self.journal.request_flush()

    def execution_breaks_off(
        self,
        execution: ExecutionState,
        status: ExecutionStatus,
        *,
        duration_ms: float,
        execution_count: int | None,
        error: CellError | None,
    ) -> None:
        """An execution is over, and telling what came of it failed."""
        with self.lock:
            self._executions.pop(threading.get_ident(), None)
            self._says.execution_ended(
                execution, status, duration_ms, execution_count, error
            )
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
        execution = self.find_execution()
        if execution is None or execution.run is not run:
            return None
        return execution.execution_id

    def find_cell_id(self) -> str | None:
        """Return the id of the cell that is being executed, where it has one."""
        execution = self.find_execution()
        return execution.cell_id if execution is not None else None

    def metric_logged(self, run: RunState) -> None:
        """The current execution, if it is one of `run`, has sent points to it."""
        execution = self.find_execution()
        if execution is not None and execution.run is run:
            execution.has_logged = True

    def find_execution(self) -> ExecutionState | None:
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
        self._says.apply(actions, self.find_execution())

    def result_arrived(self, run: RunState) -> None:
        """A run has its first metric that answers "how good"."""
        self.family.result_logged(run)
        self.say(self.boundaries.result_arrived(run))

    def settle(self) -> None:
        """Have all know what is open now: points here, and child processes.

        Between cells these keep the last execution that they were told of.
        """
        self._settle_on(self.find_execution())

    def _settle_on(self, execution: ExecutionState | None) -> None:
        self.by_hand.forget_targets()
        current = self.boundaries.current
        execution_id = None
        if current is not None and self.family.is_parents(current):
            execution_id = self.family.execution_id
        elif execution is not None and execution.run is current is not None:
            execution_id = execution.execution_id
        if execution_id is not None or current is not self._settled:
            self.family.tell(current, execution_id)
        self.changed_at = time.monotonic()
        if current is not self._settled:
            self._settled = current
            self.opened_at = self.changed_at

    def close(self, reason: str = "exit") -> None:
        """End what is open and write everything; nothing of it stays behind."""
        atexit.unregister(self._exit)
        try:
            self._end_all(reason)
        except Exception as error:  # whatever could not be ended, the rest is written
            self.capture_failed("the end", error)
        self.journal.close()
        self.show_notices()

    def _end_all(self, reason: str) -> None:
        self.outputs.close()
        with self.lock:
            self._says.apply(self.boundaries.close(reason))
            self.by_hand.forget_targets()
            self.family.close()
        self.background.wait(_EXIT_SECONDS)

    def _notice(self, message: str) -> None:
        """Say something; from a thread, which is in no cell, with the next one."""
        if self.in_shell and threading.current_thread() is not threading.main_thread():
            self.notices.append(message)
        else:
            say(message)

    def show_notices(self) -> None:
        """Say what there is to be said, in the cell that is running."""
        while self.notices:
            say(self.notices.popleft())

    def _exit(self) -> None:
        attempt(self.close, default=None)

    def before_fork(self) -> None:
        """Come to rest: nothing is captured and nothing written during a fork."""
        self._is_held = self.journal.hold(_FORK_SECONDS)  # whose batches begin captures
        self.background.rest(_FORK_SECONDS)

    def after_fork(self) -> None:
        """Go on, in the parent."""
        if self._is_held:
            self._is_held = False
            self.journal.let_go()

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
        self.redactor.forget_lock()
        self.journal.writes_through = True
        at_worker_end(self.close, forked=True)

    def _batch_begins(self) -> None:
        """What was queued so far is written next."""
        self.redactor.begin_batch()
        self.background.begin()

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
