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


@dataclass
class Attempt:
    """A run, as the design speaks of it."""

    provisional: bool
    follows: int | None
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
        rebinds = step.literal is not None and self._rebinds(step.literal)
        if self._open() is None:
            # A run opens at the first execution that does something.
            if step.kind == "deed":
                self._begin(provisional=False)
        elif had_result and (self._re_executes(step) or rebinds):
            # After a result the next one opens before the first execution that
            # re-executes a cell of the run, and with one that rebinds a param.
            self._begin(provisional=True)
            had_result = False
        if step.literal:
            self.params[step.literal[0]] = step.literal[1]
        if step.computed and step.computed[0] in self.params:
            # A computed value is known only afterwards.
            if had_result and self._rebinds(step.computed):
                self._begin(provisional=True)
            self.params[step.computed[0]] = step.computed[1]
        self._append(step)
        now = self._open()
        if now is not None:
            # Provisional until a result, or a param in force that differs.
            run = self.attempts[now]
            differs = any(run.at_start.get(k) != v for k, v in self.params.items())
            run.confirmed |= step.result or (run.provisional and differs)

    def _open(self) -> int | None:
        still = [i for i, attempt in enumerate(self.attempts) if not attempt.over]
        return still[-1] if still else None

    def _own(self) -> list[Step]:
        """The executions of the open run, of no other."""
        now = self._open()
        return [
            step
            for step, run in zip(self.history, self.belongs, strict=True)
            if run == now
        ]

    def _has_result(self) -> bool:
        return any(step.result for step in self._own())

    def _re_executes(self, step: Step) -> bool:
        return any(own.cell == step.cell for own in self._own() if own.kind != "track")

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
        begun = Attempt(provisional, last, at_start=dict(self.params))
        self.attempts.append(begun)
        # What no run had yet, it takes along.
        here = len(self.attempts) - 1
        self.belongs = [here if run is None else run for run in self.belongs]


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
    return Step(cell, kind, literal, computed, draw(st.booleans()), draw(st.booleans()))


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
    assert belongs == ["run-0"] * 4 + ["run-1"] * 17 + ["run-2"]
    assert real.confirmed == {"run-1"}


def test_a_score_again_is_a_run_that_a_training_continues() -> None:
    real = make()
    belongs = play(real, LR, FIT, SCORE, SCORE, FIT, PLOT, SCORE)
    assert belongs == ["run-0"] * 3 + ["run-1"] * 3 + ["run-2"]
    assert real.confirmed == {"run-1", "run-2"}


def test_a_cell_from_before_the_recording_is_known_by_its_source() -> None:
    real = make()
    early = Step("fit", "earlier")
    assert play(real, early, LR, SCORE, FIT, SCORE) == ["run-0"] * 3 + ["run-1"] * 2
    # The second run knows it by its id.
    assert play(real, LR, FIT)[-2:] == ["run-1", "run-2"]


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
    assert len(real.opened) == 2
    assert real.opened[1].provisional
    assert real.confirmed == set()


def test_plots_between_two_attempts_belong_to_the_second() -> None:
    real = make()
    belongs = play(real, LR, FIT, SCORE, PLOT, PLOT, FIT, SCORE)
    assert belongs == ["run-0"] * 4 + ["run-1"] * 3
    assert real.confirmed == {"run-1"}


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
