"""The runs that are open in one process: which is meant, opened and ended by hand.

Where runs begin and end by themselves, `capture/boundary.py` decides; it is asked here
as well, so that there is one answer to which run is open.
"""

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from trackbook.capture.states import Opened, RunState
from trackbook.errors import BadInput
from trackbook.events import Boundary, EndStatus
from trackbook.resuming import FoundRun
from trackbook.run import Run, context_run
from trackbook.run_journal import RunJournal

if TYPE_CHECKING:
    from trackbook.recorder import Recorder


class OpenRuns:
    """The open runs of one recorder. Thread-safe; holds the recorder's lock."""

    def __init__(self, recorder: "Recorder", says: RunJournal) -> None:
        self.experiment: str | None = None
        """That of runs that are given none; None: the notebook's."""

        self.given_names: dict[str, None] = {}
        """Those of runs by hand, for completion."""

        self._recorder = recorder
        self._says = says
        self._last: Run | None = None
        self._experiments: dict[str, str] = {}

    def current_or_new(self) -> RunState:
        """Return the run that is logged to; open one if none is.

        That of this context, else the process's, else its parent process's.
        """
        run = self._find_open()
        if run is None:
            is_auto = self._recorder.in_shell and not self._recorder.family.is_worker
            run = self.start(boundary="auto" if is_auto else "script").state
        return run

    def _find_open(self) -> RunState | None:
        held = self._find_held()
        if held is not None:
            return held.state
        return self._recorder.boundaries.current or self._recorder.family.find_run()

    def _find_held(self) -> Run | None:
        """Return the run whose `with` block this is, while it is open."""
        held = context_run.get()
        if held is None or held.recorder is not self._recorder:
            return None
        return held if self._recorder.boundaries.is_open(held.state) else None

    def get_current(self) -> Run:
        """Return the run that is logged to; open one where none is."""
        with self._recorder.lock:
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
        return Run(self._recorder, state, self._says.names.get(state.run_id))

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
        with self._recorder.lock:
            outer, aside = self._find_outer() if nested else (None, False)
            parent = None
            if nested and is_child:
                parent = outer or self._recorder.family.find_run()
            experiment = experiment or self.experiment
            self._says.say_of_next(
                name=name,
                experiment=experiment,
                tags={str(key): str(item) for key, item in (tags or {}).items()},
                parent_run_id=parent_run_id or (parent.run_id if parent else None),
            )
            actions = self._recorder.boundaries.start(
                boundary,
                self._recorder.find_execution(),
                nested=nested,
                outer=outer,
                aside=aside,
            )
            [state] = [action.run for action in actions if type(action) is Opened]
            state.thread = threading.get_ident()
            self._says.apply(actions)
            self._recorder.settle()
            if experiment is not None:
                self._experiments = {state.run_id: experiment}
            if name is not None:
                self.given_names[name] = None
            self._last = Run(self._recorder, state, name)
            return self._last

    def _find_outer(self) -> tuple[RunState | None, bool]:
        """Return the run that one opened now is nested in, and whether it is *aside*.

        One aside is that of its `with` block alone: for other threads and tasks,
        another run stays the process's.
        """
        current, held = self._recorder.boundaries.current, self._find_held()
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
        with self._recorder.lock:
            state = state or self._recorder.boundaries.current
            if state is not None:
                self._says.apply(
                    self._recorder.boundaries.end(
                        state, reason, status, self._recorder.find_execution()
                    )
                )
            self._recorder.settle()
        self._recorder.journal.request_flush()

    def resume(self, wanted: FoundRun) -> Run:
        """Let a run that had ended go on. Raises BadInput where it is open here."""
        with self._recorder.lock:
            for state in self._recorder.boundaries.list_open():
                if state.run_id == wanted.run_id:
                    raise BadInput(
                        f"the run {wanted.name or wanted.run_id} is open here; "
                        "just go on."
                    )
            self._recorder.journal.continue_steps(wanted.run_id, wanted.next_steps)
            self._says.say_of_next(name=wanted.name)
            actions = self._recorder.boundaries.resume(
                wanted.run_id, self._recorder.find_execution()
            )
            self._recorder.say(actions)
            current = self._recorder.boundaries.current
            assert current is not None
            current.thread = threading.get_ident()
            self._recorder.settle()
            return self._hold(current)

    def start_anew(self, reason: str) -> None:
        """End what is open; what this cell goes on to do belongs to the next run."""
        with self._recorder.lock:
            self._says.apply(self._recorder.boundaries.end_all(reason))
            execution = self._recorder.find_execution()
            if execution is not None:
                execution.run = None
            self._recorder.settle()
        self._recorder.journal.request_flush()
