"""Where runs begin and end: the rules of the design's section 4 as a state machine.

Pure: it is told what executions are about to do and did, and answers with actions. It
knows no IPython, no journal and no clock.
"""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Literal

from trackbook.capture.in_force import ParamsInForce
from trackbook.capture.states import (
    Action,
    Bindings,
    Confirmed,
    Ended,
    ExecutionState,
    Identity,
    Intent,
    Opened,
    Outcome,
    ParamsChanged,
    Resumed,
    RunState,
)
from trackbook.events import Boundary, EndStatus, ExecutionStatus, Param

MAX_ADOPTED = 2000
"""Executions before a run that it takes along, at most."""

_END_STATUS: dict[ExecutionStatus, EndStatus] = {
    "error": "failed",
    "interrupted": "interrupted",
}


class Boundaries:
    """The current run of a process, and when it gives way to the next."""

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

    # --- executions ---------------------------------------------------------------

    def before(self, execution: ExecutionState, intent: Intent) -> list[Action]:
        """Decide, before its code runs, to which run an execution belongs.

        Code that starts a run by hand opens it itself; if it does not, `after` does.

        Called again for the same execution when more of its code becomes known (the
        code below a `%%time`); that adds what it does, and may only open.
        """
        actions: list[Action] = []
        execution.does_something |= intent.does_something
        first = not execution.is_decided
        execution.is_decided = True
        if first and execution.document is not None:
            self._turn_to(execution.document)
        run = self.current
        literals = intent.literals
        for name in literals:
            execution.held_before.setdefault(name, self.in_force.of(name))
        if (
            first
            and run is not None
            and run.boundary == "auto"
            # A run whose training failed gives way to other params only.
            and (run.has_result or run.was_attempted)
        ):
            execution.may_succeed = run
        if intent.own_only:
            execution.run = run
            self._remember(execution, own_only=True)
            return actions
        if intent.starts_by_hand:
            pass
        elif run is None:
            if execution.does_something:
                actions += self._open("auto", provisional=False, by=execution)
        elif run is execution.may_succeed:
            again = run.has_result and (
                (first and execution.repeats(run))
                or not run.tried.isdisjoint(intent.tries)
            )
            if again or self.in_force.would_change(literals):
                actions += self._succeed(run, execution)
        if first:
            execution.run = self.current
            self._remember(execution, own_only=False)
        elif self.current is not None and self.current is not run:
            self._move(execution, self.current)
        own = execution.run
        if not intent.starts_by_hand:
            execution.acts |= intent.acts
            execution.tries |= intent.tries
            if own is not None:
                execution.note(own)
        if literals or intent.accumulators:
            by_hand = intent.starts_by_hand and run is not None
            journaled = None if by_hand else own
            actions += self._bind(journaled, literals, intent.accumulators)
        if own is not None and intent.acts:
            actions += self._confirm_by_params(own)
        return actions

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

    def after(self, execution: ExecutionState, outcome: Outcome) -> list[Action]:
        """Take what an execution did; it may have opened a run only now."""
        current = self.current
        actions: list[Action] = []
        if current is not None and _is_within(execution.run, current):
            self._move(execution, current)
        if current is None and execution.run is None and execution.does_something:
            actions += self._open("auto", provisional=False)
            current = self.current
            assert current is not None
            self._move(execution, current)
        run = execution.run
        if outcome.binds:
            actions += self._take_bindings(execution, outcome)
            run = execution.run
        if run is not None:
            run.last_status = outcome.status
            if outcome.has_result or execution.has_logged:
                run.yielding.add(execution.identity)
                actions += self.result_arrived(run)
            elif outcome.status != "ok" and execution.identity in run.yielding:
                run.was_attempted = True
        actions += self._finish_ending(outcome.status)
        return actions

    def _take_bindings(
        self, execution: ExecutionState, outcome: Outcome
    ) -> list[Action]:
        """Take what a cell has bound; a param's computed value is known only now."""
        actions: list[Action] = []
        keys_of = self.in_force.keys_of
        rebound = {
            name: params for name, params in outcome.rebound.items() if keys_of(name)
        }
        run = execution.run
        if (
            run is not None
            and run is self.current
            and run is execution.may_succeed
            and self.in_force.would_change(rebound)
        ):
            actions += self._succeed(run)
            run = self.current
            assert run is not None
            self._move(execution, run)
        actions += self._bind(run, outcome.reverted, ())
        actions += self._bind(run, rebound, outcome.dropped)
        actions += self._bind(run, outcome.made, ())
        return actions + self._take_fitted(run, outcome.estimators)

    def _take_fitted(self, run: RunState | None, estimators: Bindings) -> list[Action]:
        """Take the params of what was fitted, in the place of the last attempt's."""
        if not estimators:
            return []
        actions: list[Action] = []
        if run is not None:
            if not run.has_fitted:
                former = run.fitted - estimators.keys()
                actions += self._bind(
                    run, dict.fromkeys(former, ()), (), estimators=True
                )
            run.has_fitted, run.fitted = True, frozenset(estimators)
        return actions + self._bind(run, estimators, (), estimators=True)

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

    def add_earlier(self, execution_id: str, source: str) -> None:
        """Take along an execution from before the recording; the next run adopts it."""
        self._unadopted.append((execution_id, ("source", source)))

    # --- results and params -------------------------------------------------------

    def result_arrived(self, run: RunState) -> list[Action]:
        """A run has a metric that answers "how good"."""
        run.has_result = True
        run.upstream |= run.cells
        return self._confirm(run, "result")

    def log_params(self, run: RunState, params: tuple[Param, ...]) -> list[Action]:
        """Params given by hand; in an automatic run they stay in force."""
        run.is_used = True
        if run is self.current and run.boundary == "auto":
            for param in params:
                self.in_force.add(param)
        actions: list[Action] = [ParamsChanged(run, params, ())]
        return actions + self._confirm_by_params(run)

    def _bind(
        self,
        run: RunState | None,
        bindings: Bindings,
        dropped: Iterable[str],
        *,
        estimators: bool = False,
    ) -> list[Action]:
        if not bindings and not dropped:
            return []
        changed, removed = self.in_force.bind(bindings, dropped, estimators=estimators)
        if run is None or not (changed or removed):
            return []
        actions: list[Action] = [ParamsChanged(run, tuple(changed), tuple(removed))]
        return actions + self._confirm_by_params(run)

    def _confirm_by_params(self, run: RunState) -> list[Action]:
        if (
            run.provisional
            and (run.has_acted or run.is_used)
            and run is self.current
            and self.in_force.differ_from(run.base)
        ):
            return self._confirm(run, "param")
        return []

    def _confirm(
        self, run: RunState, reason: Literal["result", "param"]
    ) -> list[Action]:
        if not run.provisional:
            return []
        run.provisional = False
        return [Confirmed(run, reason)]

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

    def _succeed(self, run: RunState, by: ExecutionState | None = None) -> list[Action]:
        """End `run` and open the provisional one that continues it."""
        actions = self.end(run, "next run")
        return [*actions, *self._open("auto", provisional=True, by=by, former=run)]

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


def _is_within(run: RunState | None, outer: RunState) -> bool:
    """Tell whether `run` is none, or nested in `outer`, which is current again.

    A run that another execution opened meanwhile is neither: what began before it
    (in a sub-shell's sibling, in another thread) stays where it began.
    """
    if run is None:
        return True
    inner = run.outer
    while inner is not None and inner is not outer:
        inner = inner.outer
    return inner is outer
