"""Where runs begin and end: the rules of the design's section 4 as a state machine.

Pure: it is told what executions are about to do and did, and answers with actions. It
knows no IPython, no journal and no clock.
"""

from collections.abc import Iterable
from typing import Literal

from trackbook.capture.open_runs import OpenRuns
from trackbook.capture.states import (
    Action,
    Bindings,
    Confirmed,
    ExecutionState,
    Intent,
    Outcome,
    ParamsChanged,
    RunState,
)
from trackbook.events import Param


class Boundaries(OpenRuns):
    """The current run of a process, and when it gives way to the next."""

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
        if literals:
            of, before = self.in_force.of, execution.held_before
            for name in literals:
                if name not in before:
                    before[name] = of(name)
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
            if intent.acts or intent.tries:
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

    def _succeed(self, run: RunState, by: ExecutionState | None = None) -> list[Action]:
        """End `run` and open the provisional one that continues it."""
        actions = self.end(run, "next run")
        return [*actions, *self._open("auto", provisional=True, by=by, former=run)]

    # --- results and params -------------------------------------------------------

    def result_arrived(self, run: RunState) -> list[Action]:
        """A run has a metric that answers "how good"."""
        run.note_result()
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
