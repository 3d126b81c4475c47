"""Where runs begin and end, against a model written from section 4 of the design.

The model knows cells as people do (params, training, evaluation, plots) and answers
which attempt each execution belongs to. It shares no code with what it tests.
"""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from trackbook.capture.boundary import Boundaries
from trackbook.capture.states import (
    Confirmed,
    Ended,
    ExecutionState,
    Intent,
    Opened,
    Outcome,
)
from trackbook.events import Param

NAMES = ["lr", "depth"]


@dataclass(frozen=True)
class Step:
    """One execution: which cell, what it binds, whether it yields a result.

    The kinds that are none: "earlier" is taken from history when the recording begins,
    "end" is `%track new` between two executions.
    """

    cell: str
    kind: str  # idle, deed, track; earlier, end
    literal: tuple[str, int] | None = None
    computed: tuple[str, int] | None = None
    result: bool = False
    failed: bool = False
    trains: str = ""

    @property
    def acts(self) -> bool:
        """Whether it does more than bind literals."""
        return self.kind == "deed" and (self.literal is None or self.result)


@dataclass
class Attempt:
    """A run, as the design speaks of it. It `goes_on` from the one that it ended."""

    provisional: bool
    follows: int | None
    goes_on: bool = False
    confirmed: bool = False
    over: bool = False
    at_start: dict[str, int] = field(default_factory=dict)


@dataclass
class Model:
    """Section 4, sentence by sentence.

    It goes through the whole history for every question, so that nothing is left to
    what some set was last told.
    """

    attempts: list[Attempt] = field(default_factory=list)
    params: dict[str, int] = field(default_factory=dict)
    history: list[Step] = field(default_factory=list)
    belongs: list[int | None] = field(default_factory=list)

    def execute(self, step: Step) -> None:
        if step.kind == "end":
            # `%track new` also ends a run.
            for attempt in self.attempts:
                attempt.over = True
            return
        had_result = self._open() is not None and self._has_result()
        # Our own magics, and what was before the recording, open nothing.
        if step.kind in {"track", "earlier"}:
            self._append(step)
            return
        may_change = had_result or (self._open() is not None and self._was_attempted())
        rebinds = step.literal is not None and self._rebinds(step.literal)
        if self._open() is None:
            # A run opens at the first execution that does something.
            if step.kind == "deed":
                self._begin(provisional=False)
        elif (may_change and rebinds) or (
            had_result and (self._re_executes(step) or self._trains_again(step))
        ):
            # After a result the next one opens before the first execution that
            # re-executes a cell of the run or trains anew, and with one that rebinds a
            # param (that also after an attempt that failed).
            self._begin(provisional=True)
            may_change = False
        if step.literal:
            self.params[step.literal[0]] = step.literal[1]
        begun = self._open()
        if begun is not None and step.acts and self._differs():
            # More is done than to bind a param, while one differs.
            run = self.attempts[begun]
            run.confirmed |= run.provisional
        if step.computed and step.computed[0] in self.params:
            # A computed value is known only afterwards.
            if may_change and self._rebinds(step.computed):
                self._begin(provisional=True)
            self.params[step.computed[0]] = step.computed[1]
        self._append(step)
        now = self._open()
        if now is not None:
            # Provisional until a result, or that.
            run = self.attempts[now]
            acted = any(own.acts for own in self._of(now))
            run.confirmed |= step.result or (
                run.provisional and acted and self._differs()
            )

    def _open(self) -> int | None:
        still = [i for i, attempt in enumerate(self.attempts) if not attempt.over]
        return still[-1] if still else None

    def _differs(self) -> bool:
        now = self._open()
        start = {} if now is None else self.attempts[now].at_start
        return any(start.get(key) != value for key, value in self.params.items())

    def _of(self, run: int) -> list[Step]:
        """The executions of a run, of no other."""
        return [
            step
            for step, at in zip(self.history, self.belongs, strict=True)
            if at == run and step.kind != "track"
        ]

    def _own(self) -> list[Step]:
        now = self._open()
        return [] if now is None else self._of(now)

    def _lineage(self) -> list[int]:
        """The open run and those that it goes on from."""
        found = [self._open()]
        while found[-1] is not None and self.attempts[found[-1]].goes_on:
            found.append(self.attempts[found[-1]].follows)
        return [run for run in found if run is not None]

    def _has_result(self) -> bool:
        return any(step.result for step in self._own())

    def _was_attempted(self) -> bool:
        """Whether a cell that yielded a result before has failed in the open run."""
        before = [s for run in self._lineage()[1:] for s in self._of(run) if s.result]
        own = self._own()
        return any(
            step.failed
            and not step.result
            and any(s.cell == step.cell for s in [*before, *filter_results(own[:i])])
            for i, step in enumerate(own)
        )

    def _re_executes(self, step: Step) -> bool:
        """Whether its cell led to a result, rather than look at one.

        One that did so before the open run only, if that goes back in the notebook.
        """
        own, *before = self._lineage()
        if step.cell in self._upstream(own):
            return True
        if step.cell in {own.cell for own in self._own()} or not any(
            step.cell in self._upstream(run) for run in before
        ):
            return False
        cells = [s.cell for run in [*reversed(before), own] for s in self._of(run)]
        order = list(dict.fromkeys(cells))
        reached = max((order.index(s.cell) for s in self._own()), default=-1)
        return order.index(step.cell) < reached

    def _upstream(self, run: int) -> set[str]:
        """The cells that a run executed up to its last result."""
        of = self._of(run)
        last = max((i for i, own in enumerate(of) if own.result), default=-1)
        return {own.cell for own in of[: last + 1]}

    def _trains_again(self, step: Step) -> bool:
        return bool(step.trains) and any(
            own.trains == step.trains for own in self._own()
        )

    def _rebinds(self, binding: tuple[str, int]) -> bool:
        name, value = binding
        return name in self.params and self.params[name] != value

    def _append(self, step: Step) -> None:
        self.history.append(step)
        # History is known of all at once, hence waits for the next run to open.
        self.belongs.append(None if step.kind == "earlier" else self._open())

    def _begin(self, *, provisional: bool) -> None:
        for attempt in self.attempts:
            attempt.over = True
        last = len(self.attempts) - 1 if self.attempts else None
        begun = Attempt(provisional, last, provisional, at_start=dict(self.params))
        self.attempts.append(begun)
        # What no run had yet, it takes along.
        here = len(self.attempts) - 1
        self.belongs = [here if run is None else run for run in self.belongs]


def filter_results(steps: list[Step]) -> list[Step]:
    return [step for step in steps if step.result]


@dataclass
class Real:
    """The state machine, told the same, and what it answered."""

    boundaries: Boundaries
    opened: list[Opened] = field(default_factory=list)
    confirmed: set[str] = field(default_factory=set)
    ended: list[str] = field(default_factory=list)
    belongs: dict[str, str | None] = field(default_factory=dict)

    def execute(self, step: Step, number: int, *, with_ids: bool) -> None:
        if step.kind == "end":
            self._take(self.boundaries.end_all("new"))
            return
        if step.kind == "earlier":
            self.belongs[f"execution-{number}"] = None
            self.boundaries.add_earlier(f"execution-{number}", step.cell)
            return
        cell_id = f"id of {step.cell}" if with_ids else None
        execution = ExecutionState(f"execution-{number}", step.cell, cell_id)
        bound = step.literal
        literals = {bound[0]: (Param(bound[0], bound[1], "auto"),)} if bound else {}
        self._take(
            self.boundaries.before(
                execution,
                Intent(
                    does_something=step.kind == "deed",
                    own_only=step.kind == "track",
                    literals=literals,
                    acts=step.acts,
                    tries=frozenset({step.trains} - {""}),
                ),
            )
        )
        bound = step.computed
        rebound = {bound[0]: (Param(bound[0], bound[1], "auto"),)} if bound else {}
        status = "error" if step.failed else "ok"
        outcome = Outcome(status, rebound, has_result=step.result)
        self._take(self.boundaries.after(execution, outcome))
        run = execution.run
        self.belongs[execution.execution_id] = run.run_id if run else None

    def _take(self, actions: list[object]) -> None:
        for action in actions:
            if isinstance(action, Opened):
                self.opened.append(action)
                for execution_id in action.adopts:
                    self.belongs[execution_id] = action.run.run_id
            elif isinstance(action, Confirmed):
                self.confirmed.add(action.run.run_id)
            elif isinstance(action, Ended):
                self.ended.append(action.run.run_id)


CELLS = st.sampled_from("abcdefg")
EARLIER = st.builds(Step, CELLS, st.just("earlier"))


@st.composite
def steps(draw: st.DrawFn) -> Step:
    cell = draw(CELLS)
    kind = draw(st.sampled_from([*["deed"] * 6, "idle", "idle", "track", "end"]))
    if kind != "deed":
        return Step(f"{cell}-{kind}", kind)
    binding = st.tuples(st.sampled_from(NAMES), st.integers(0, 2))
    literal = draw(st.none() | binding)
    computed = draw(st.none() | binding) if literal is None else None
    # A cell is edited between executions: its identity stays, what it does may not.
    result, failed = draw(st.booleans()), draw(st.booleans())
    trains = draw(st.sampled_from(["", "", "fit", "train"]))
    return Step(cell, kind, literal, computed, result, failed, trains)


@settings(max_examples=400, deadline=None)
@given(
    earlier=st.lists(EARLIER, max_size=4),
    history=st.lists(steps(), max_size=40),
    with_ids=st.booleans(),
)
def test_any_history_gives_the_attempts_that_the_design_says(
    earlier: list[Step], history: list[Step], with_ids: bool
) -> None:
    model = Model()
    numbers = iter(range(1_000_000))
    real = Real(Boundaries(lambda: f"run-{next(numbers)}"))
    for number, step in enumerate([*earlier, *history]):
        model.execute(step)
        real.execute(step, number, with_ids=with_ids)
    ids = [action.run.run_id for action in real.opened]
    expected = [None if one is None else ids[one] for one in model.belongs]
    assert list(real.belongs.values()) == expected
    assert [action.provisional for action in real.opened] == [
        attempt.provisional for attempt in model.attempts
    ]
    assert [action.run.continues for action in real.opened] == [
        None if attempt.follows is None else ids[attempt.follows]
        for attempt in model.attempts
    ]
    assert real.confirmed == {
        ids[i]
        for i, attempt in enumerate(model.attempts)
        if attempt.provisional and attempt.confirmed
    }
    assert real.ended == [ids[i] for i, a in enumerate(model.attempts) if a.over]
    assert {key: param.value for key, param in real.boundaries.in_force.items()} == (
        model.params
    )


def make() -> Real:
    numbers = iter(range(1000))
    return Real(Boundaries(lambda: f"run-{next(numbers)}"))


def play(real: Real, *history: Step) -> list[str | None]:
    start = len(real.belongs)
    for number, step in enumerate(history, start):
        real.execute(step, number, with_ids=True)
    return list(real.belongs.values())


LR = Step("params", "deed", ("lr", 1))
FIT = Step("fit", "deed")
SCORE = Step("score", "deed", result=True)
PLOT = Step("plot", "deed")


def test_params_training_and_score_three_times_are_three_runs() -> None:
    belongs = play(
        make(), LR, FIT, SCORE, Step("params", "deed", ("lr", 2)), FIT, SCORE,
        Step("params", "deed", ("lr", 3)), FIT, SCORE,
    )  # fmt: skip
    assert belongs == ["run-0"] * 3 + ["run-1"] * 3 + ["run-2"] * 3


def test_run_all_twice_is_two_runs_each_with_its_imports() -> None:
    imports = Step("imports", "idle")
    everything = [imports, LR, FIT, SCORE]
    assert play(make(), *everything, *everything) == ["run-0"] * 4 + ["run-1"] * 4


def test_run_all_twice_is_two_runs_also_if_two_of_its_cells_yield_results() -> None:
    train = Step("train", "deed", result=True)
    everything = [Step("imports", "idle"), LR, train, SCORE, PLOT]
    real = make()
    assert play(real, *everything, *everything) == ["run-0"] * 5 + ["run-1"] * 5
    assert real.confirmed == {"run-1"}


def test_a_param_its_cell_and_the_training_cell_are_one_run() -> None:
    train = Step("train", "deed", result=True)
    real = make()
    belongs = play(
        real, LR, train, SCORE, Step("params", "deed", ("lr", 2)), train, SCORE
    )
    assert belongs == ["run-0"] * 3 + ["run-1"] * 3
    assert real.opened[1].run.base["lr"].value == 1
    assert real.boundaries.in_force["lr"].value == 2


def test_plots_fifteen_times_and_then_a_training_are_one_run_more() -> None:
    real = make()
    belongs = play(real, LR, FIT, SCORE, PLOT, *[PLOT] * 15, FIT, SCORE, PLOT)
    assert belongs == ["run-0"] * 19 + ["run-1"] * 3
    assert real.confirmed == {"run-1"}


def test_a_score_again_is_a_run_that_a_training_continues() -> None:
    real = make()
    belongs = play(real, LR, FIT, SCORE, SCORE, FIT, PLOT, SCORE)
    # The training belongs to the score after it, the plot is none of either.
    assert belongs == ["run-0"] * 3 + ["run-1"] + ["run-2"] * 3
    assert real.confirmed == {"run-1", "run-2"}


def test_a_cell_from_before_the_recording_is_known_by_its_source() -> None:
    real = make()
    early = Step("fit", "earlier")
    assert play(real, early, LR, SCORE, FIT, SCORE) == ["run-0"] * 3 + ["run-1"] * 2
    # The second run knows it by its id, and the first cell by what it goes on from.
    assert play(real, FIT, LR)[-2:] == ["run-2", "run-2"]


def test_a_cell_that_was_running_stays_in_its_run_when_another_opens_the_next() -> None:
    real = make()
    play(real, LR, SCORE)
    long = ExecutionState("long", "train", "train")
    real._take(real.boundaries.before(long, Intent(does_something=True)))
    assert play(real, SCORE)[-1] == "run-1"
    real._take(real.boundaries.after(long, Outcome(has_result=True)))
    assert long.run is real.opened[0].run


def test_a_plot_cell_run_again_fifteen_times_confirms_no_run() -> None:
    real = make()
    play(real, LR, FIT, SCORE, PLOT, *[PLOT] * 15)
    assert len(real.opened) == 1


def test_a_cell_that_leads_to_the_result_again_confirms_no_run() -> None:
    real = make()
    play(real, LR, FIT, SCORE, *[FIT] * 15)
    assert len(real.opened) == 2
    assert real.opened[1].provisional
    assert real.confirmed == set()


def test_plots_between_two_attempts_belong_to_the_first() -> None:
    real = make()
    belongs = play(real, LR, FIT, SCORE, PLOT, PLOT, FIT, SCORE)
    assert belongs == ["run-0"] * 5 + ["run-1"] * 2
    assert real.confirmed == {"run-1"}


def test_a_param_alone_is_no_attempt_until_something_is_done_with_it() -> None:
    real = make()
    play(real, LR, FIT, SCORE, Step("params", "deed", ("lr", 2)))
    assert real.opened[-1].provisional
    assert real.confirmed == set()
    play(real, FIT)
    assert real.confirmed == {"run-1"}


def test_a_second_training_in_a_new_cell_is_an_attempt_of_its_own() -> None:
    first = Step("first", "deed", trains="fit")
    second = Step("second", "deed", trains="fit")
    belongs = play(make(), first, second, SCORE, PLOT, Step("third", "deed"))
    assert belongs == ["run-0"] * 5
    third = Step("third", "deed", trains="fit")
    belongs = play(make(), first, SCORE, PLOT, third, Step("its-score", "deed"))
    assert belongs == ["run-0"] * 3 + ["run-1"] * 2


def test_other_params_after_a_training_that_failed_are_another_attempt() -> None:
    train = Step("train", "deed", result=True)
    fails = Step("train", "deed", failed=True)
    two, three = Step("params", "deed", ("lr", 2)), Step("params", "deed", ("lr", 3))
    real = make()
    belongs = play(real, LR, train, two, fails, three, train)
    assert belongs == ["run-0"] * 2 + ["run-1"] * 2 + ["run-2"] * 2
    assert real.confirmed == {"run-1", "run-2"}
    # The same cell mended and run again is still the same attempt.
    assert play(make(), LR, train, two, fails, train)[-1] == "run-1"


def test_earlier_cells_run_again_begin_the_attempt_that_they_lead_to() -> None:
    data, two = Step("data", "deed"), Step("params", "deed", ("lr", 2))
    belongs = play(make(), data, LR, FIT, SCORE, two, FIT, SCORE, data, FIT, SCORE)
    assert belongs == ["run-0"] * 4 + ["run-1"] * 3 + ["run-2"] * 3


def test_a_computed_rebinding_opens_the_run_that_it_belongs_to() -> None:
    halve = Step("halve", "deed", computed=("lr", 5))
    real = make()
    assert play(real, LR, SCORE, halve) == ["run-0", "run-0", "run-1"]
    assert real.confirmed == {"run-1"}


def test_the_same_value_bound_again_opens_nothing() -> None:
    assert play(make(), LR, SCORE, Step("other", "deed", ("lr", 1)))[-1] == "run-0"


def test_an_explicit_run_is_not_split_and_automatic_ones_resume_after_it() -> None:
    real = make()
    real._take(real.boundaries.start("explicit"))
    play(real, LR, SCORE, SCORE, Step("params", "deed", ("lr", 2)), SCORE)
    assert len(real.opened) == 1
    assert real.boundaries.current is not None
    real._take(real.boundaries.end(real.boundaries.current, "end"))
    assert play(real, SCORE, SCORE)[-2:] == ["run-1", "run-2"]


def test_a_nested_run_gives_way_to_the_outer_one() -> None:
    real = make()
    real._take(real.boundaries.start("explicit"))
    outer = real.boundaries.current
    real._take(real.boundaries.start("explicit", nested=True))
    inner = real.boundaries.current
    assert inner is not None
    assert inner is not outer
    real._take(real.boundaries.end(inner, "end"))
    assert real.boundaries.current is outer


def test_a_run_has_failed_only_if_nothing_succeeded_after_the_error() -> None:
    bad = Step("bad", "deed", failed=True)
    for history, status in [([LR, bad], "failed"), ([LR, bad, FIT], "finished")]:
        real = make()
        play(real, *history)
        (ended,) = real.boundaries.end_all("exit")
        assert isinstance(ended, Ended)
        assert ended.status == status


def test_the_next_run_begins_with_the_params_in_force() -> None:
    real = make()
    play(real, LR, SCORE, SCORE)
    assert [(param.key, param.value) for param in real.opened[1].run.params] == [
        ("lr", 1)
    ]
