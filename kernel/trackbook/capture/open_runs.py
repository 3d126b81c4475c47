"""The runs of a process that are open: which is current, and how runs begin and end.

Pure, like `boundary.py`, which decides by what executions do; here is what follows of
it, and what a person says by hand.
"""

from collections import deque
from collections.abc import Callable

from trackbook.capture.in_force import ParamsInForce
from trackbook.capture.states import (
    Action,
    Ended,
    ExecutionState,
    Identity,
    Opened,
    ParamsChanged,
    Resumed,
    RunState,
)
from trackbook.events import Boundary, EndStatus, ExecutionStatus

MAX_ADOPTED = 2000
"""Executions before a run that it takes along, at most."""

_END_STATUS: dict[ExecutionStatus, EndStatus] = {
    "error": "failed",
    "interrupted": "interrupted",
}


class OpenRuns:
    """The current run, those that wait for its end, and those of other notebooks."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        self.current: RunState | None = None
        self.in_force = ParamsInForce()
        self._outer: list[RunState] = []
        self._last: RunState | None = None
        self._document: str | None = None
        self._others: dict[str, tuple[RunState | None, RunState | None]] = {}
        self._unadopted: deque[tuple[str, Identity | None]] = deque(maxlen=MAX_ADOPTED)
        self._ending: Ended | None = None

    # --- executions of runs -------------------------------------------------------

    def add_earlier(self, execution_id: str, source: str) -> None:
        """Take along an execution from before the recording; the next run adopts it."""
        self._unadopted.append((execution_id, ("source", source)))

    def _turn_to(self, document: str) -> None:
        """Let the current run be that of a document; the other one's stays open.

        A run by hand is the process's, whichever notebook goes on.
        """
        by_hand = self.current is not None and self.current.boundary != "auto"
        if document == self._document or by_hand or self._outer:
            return
        if self._document is not None:
            self._others[self._document] = self.current, self._last
            self.current, self._last = self._others.pop(document, (None, None))
        self._document = document

    def _remember(self, execution: ExecutionState, *, own_only: bool) -> None:
        """Count the cell as one of its run, or of the run that will adopt it."""
        identity = None if own_only else execution.identity
        if execution.run is None:
            self._unadopted.append((execution.execution_id, identity))
        elif identity is not None:
            execution.enter(execution.run)

    def _move(self, execution: ExecutionState, run: RunState) -> None:
        """The run turned out to be the one that the execution belongs to."""
        execution.run = run
        execution.enter(run)

    # --- beginning and ending -----------------------------------------------------

    def start(
        self,
        boundary: Boundary,
        execution: ExecutionState | None = None,
        *,
        nested: bool = False,
        outer: RunState | None = None,
        aside: bool = False,
    ) -> list[Action]:
        """Open a run by hand. One that is open ends, or waits if this one is nested.

        It is within `outer`, if that is given. One *aside* does not become the current.
        """
        actions: list[Action] = []
        replaced, former = self.current, self._last
        if nested and replaced is not None and replaced.boundary != "auto":
            if not aside:
                self._outer.append(replaced)
        else:
            actions += self.end_all("new run")
        is_empty = (
            replaced is not None
            and replaced.boundary == "auto"
            and execution is not None
            and replaced.opened_by is execution
            and not (replaced.has_result or replaced.is_used)
        )
        if is_empty:
            self._last = former
        actions += self._open(boundary, provisional=False)
        run = self.current
        assert run is not None
        run.outer = outer
        if is_empty:  # a function that the cell calls has opened its own
            actions = [
                action._replace(folds_into=run)
                if isinstance(action, Ended) and action.run is replaced
                else action
                for action in actions
            ]
            actions.sort(key=lambda action: isinstance(action, Ended))
        if aside:
            self.current = replaced
            self._outer.insert(0, run)
        elif execution is not None:
            self._move(execution, run)
        return actions

    def resume(
        self, run_id: str, execution: ExecutionState | None = None
    ) -> list[Action]:
        """Let a run that had ended go on; only a person ends it.

        One that was opened by cells on the way here, and has nothing, was part of it.
        """
        replaced = self.current
        actions = self.end_all("resume")
        run = RunState(run_id, "explicit", None, provisional=False, params=(), base={})
        is_empty = replaced is not None and not (
            replaced.boundary != "auto" or replaced.has_result or replaced.is_used
        )
        actions = [
            action._replace(folds_into=run)
            if is_empty and isinstance(action, Ended) and action.run is replaced
            else action
            for action in actions
        ]
        self.current = run
        self._unadopted.clear()
        if execution is not None:
            self._move(execution, run)
        actions.append(Resumed(run))
        if self.in_force:
            actions.append(ParamsChanged(run, tuple(self.in_force.values()), ()))
        return actions

    def is_open(self, run: RunState) -> bool:
        """Tell whether a run is current, or waits until another ends."""
        return run in self.list_open()

    def list_open(self) -> list[RunState]:
        """Return the current run, if one is, and those that wait for its end."""
        others = [run for run, _ in self._others.values()]
        return [run for run in (*others, *self._outer, self.current) if run is not None]

    def forget(self) -> None:
        """In a child of fork: what is open is the parent's."""
        self.current = self._last = self._ending = None
        self._outer.clear()
        self._others.clear()
        self._unadopted.clear()

    def end(
        self,
        run: RunState,
        reason: str,
        status: EndStatus | None = None,
        execution: ExecutionState | None = None,
    ) -> list[Action]:
        """End a run; the one that it is nested in, if any, is current again.

        During an execution of it, it is no longer current at once, but over only when
        that execution is: what the cell yields still counts for it.
        """
        actions = self._finish_ending("ok")
        if run is self.current:
            self.current = self._outer.pop() if self._outer else None
        elif run in self._outer:
            self._outer.remove(run)
        else:
            return actions
        self._last = run
        default = _END_STATUS.get(run.last_status, "finished")
        ended = Ended(run, status or default, reason)
        if execution is not None and execution.run is run:
            self._ending = ended
            return actions
        return [*actions, ended]

    def end_all(
        self, reason: str, execution: ExecutionState | None = None
    ) -> list[Action]:
        """End the current run and all that it is nested in."""
        actions = self._finish_ending("ok")
        while self.current is not None:
            actions += self.end(self.current, reason, None, execution)
        return actions

    def close(self, reason: str) -> list[Action]:
        """End all that is open, whichever notebook's it is."""
        actions = self.end_all(reason)
        while self._others:
            _, (self.current, self._last) = self._others.popitem()
            actions += self.end_all(reason)
        return actions

    def _finish_ending(self, status: ExecutionStatus) -> list[Action]:
        ended, self._ending = self._ending, None
        if ended is None:
            return []
        if ended.status == "finished":
            ended = Ended(ended.run, _END_STATUS.get(status, "finished"), ended.reason)
        return [ended]

    def _open(
        self,
        boundary: Boundary,
        *,
        provisional: bool,
        by: ExecutionState | None = None,
        former: RunState | None = None,
    ) -> list[Action]:
        actions = self._finish_ending("ok")
        if boundary != "auto":
            self.in_force.drop_origin("user")
        run = RunState(
            run_id=self._new_id(),
            boundary=boundary,
            continues=self._last.run_id if self._last else None,
            provisional=provisional,
            params=tuple(self.in_force.values()),
            base=dict(self.in_force),
            opened_by=by,
        )
        if former is not None:
            run.go_on_from(former)
        self.current = run
        adopts = tuple(execution_id for execution_id, _ in self._unadopted)
        for _, cell in self._unadopted:
            if cell is not None:
                run.enter(cell)
        self._unadopted.clear()
        return [*actions, Opened(run, provisional, adopts)]
