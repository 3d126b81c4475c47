"""What the boundary is told of executions, knows of runs, and answers.

Data only: `boundary.py` decides, the recorder journals. What each cell makes anew is a
struct, which takes a fraction of the time of a dataclass.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import msgspec

from trackbook.events import (
    Boundary,
    EndStatus,
    ExecutionStatus,
    Param,
    TableOrigin,
)

Bindings = Mapping[str, tuple[Param, ...]]
"""Params by the name that was bound; one name gives several when it holds a dict."""

Identity = tuple[str, str]
"""What makes two executions ones of the same cell: its id, else its source."""


@dataclass(slots=True, eq=False)
class RunState:
    """One run as the boundary sees it."""

    run_id: str
    boundary: Boundary
    continues: str | None
    provisional: bool
    params: tuple[Param, ...]
    base: dict[str, Param]
    cells: set[Identity] = field(default_factory=set)
    """Those executed in it or adopted by it."""

    upstream: set[Identity] = field(default_factory=set)
    """Those executed up to its last result: to execute one again begins anew. What
    came after, plots say, only looks at the result."""

    recent: list[Identity] = field(default_factory=list)
    """Those executed since."""

    passed: set[Identity] = field(default_factory=set)
    """The `upstream` of the runs that it goes on from."""

    yielding: set[Identity] = field(default_factory=set)
    """Those that yielded a result, here or in what it goes on from."""

    places: dict[Identity, int] = field(default_factory=dict)
    """In which order cells were first executed, here or in what it goes on from."""

    reached: int = -1
    """The furthest place that was executed in it."""

    tried: set[str] = field(default_factory=set)
    """What its cells have trained so far; see `attempts.py`."""

    fitted: frozenset[str] = frozenset()
    """The estimators of the last cell that fitted some, here or before."""

    outer: "RunState | None" = None
    """The one that it is nested in."""

    thread: int = 0
    """The thread that opened it by hand."""

    is_entered: bool = False
    """Whether it belongs to a `with` block."""

    opened_by: "ExecutionState | None" = None
    """The execution that it was opened for, unless by hand."""

    has_result: bool = False
    has_fitted: bool = False
    has_acted: bool = False
    """Whether anything but a binding of literals was executed in it."""

    was_attempted: bool = False
    """Whether a cell that yields results has failed in it, or was interrupted."""

    is_used: bool = False
    """Whether something was logged to it by hand."""

    last_status: ExecutionStatus = "ok"

    def enter(self, cell: Identity, alias: Identity | None = None) -> None:
        """Count a cell as one of the run; `alias` is another name of it."""
        self.cells.add(cell)
        self.recent.append(cell)
        known = self.places.get(cell)
        if known is None:
            known = self.places.get(alias) if alias is not None else None
            if known is None:
                known = len(self.places)
            self.places[cell] = known
        self.reached = max(self.reached, known)

    def note_result(self) -> None:
        """What was executed so far led to a result."""
        self.has_result = True
        self.upstream.update(self.recent)
        self.recent.clear()

    def go_on_from(self, former: "RunState") -> None:
        """Take over what the run before knows of the notebook's cells."""
        self.passed = former.passed | former.upstream
        self.yielding = former.yielding
        self.places = former.places
        self.fitted = former.fitted


class ExecutionState(msgspec.Struct, eq=False):
    """One execution while it runs. Without a `cell_id` its source names the cell.

    `may_succeed` is the run that was tried when it began, hence may end with it;
    `held_before` are the params that the names which it binds to literals held. One
    that `has_logged` has sent points to its run, the start of one that `is_told` is in
    the journal; for `acts`, `tries` see `Intent`.
    """

    execution_id: str
    source: str
    cell_id: str | None = None
    document: str | None = None
    run: RunState | None = None
    does_something: bool = False
    is_decided: bool = False
    has_logged: bool = False
    acts: bool = False
    tries: frozenset[str] = frozenset()
    may_succeed: RunState | None = None
    held_before: dict[str, tuple[Param, ...]] = {}
    is_told: bool = False

    @property
    def identity(self) -> Identity:
        """What makes a later execution one of the same cell."""
        return ("id", self.cell_id) if self.cell_id else ("source", self.source)

    def repeats(self, run: RunState) -> bool:
        """Tell whether its cell is one that led to the run's result.

        A cell that led to the result before, and has not been executed since, goes on
        with the pass over the notebook, unless it goes back behind what was executed.
        What the run adopted from before the recording is known by its source alone.
        """
        for identity in (self.identity, ("source", self.source)):
            if identity in run.upstream:
                return True
            if identity in run.passed and identity not in run.cells:
                return run.places[identity] < run.reached
        return False

    def enter(self, run: RunState) -> None:
        """Count its cell, and what it does, as the run's."""
        run.enter(self.identity, ("source", self.source))
        self.note(run)

    def note(self, run: RunState) -> None:
        """Count what it does as done in the run."""
        run.has_acted |= self.acts
        run.tried |= self.tries


class Opened(NamedTuple):
    """A run opened; it takes the executions `adopts` along."""

    run: RunState
    provisional: bool
    adopts: tuple[str, ...] = ()


class Confirmed(NamedTuple):
    """A provisional run turned out to be one."""

    run: RunState
    reason: Literal["result", "param"]


class Ended(NamedTuple):
    """A run is over, and had nothing of its own if it `folds_into` another."""

    run: RunState
    status: EndStatus
    reason: str
    folds_into: RunState | None = None


class ParamsChanged(NamedTuple):
    """Params came into force, or are params no longer."""

    run: RunState
    params: tuple[Param, ...]
    removed: tuple[str, ...]


class Resumed(NamedTuple):
    """A run that had ended goes on."""

    run: RunState


Action = Opened | Confirmed | Ended | ParamsChanged | Resumed


class Intent(msgspec.Struct, eq=False):
    """What an execution is about to do, as far as its code says.

    `own_only` is one that consists of trackbook's own magics; one that
    `starts_by_hand` opens its run itself. `accumulators` are names that hold no param
    once the code has run. One that `acts` does more than bind literals; `tries` is what
    it trains.
    """

    does_something: bool = False
    own_only: bool = False
    starts_by_hand: bool = False
    literals: Bindings = {}
    accumulators: Iterable[str] = ()
    acts: bool = False
    tries: frozenset[str] = frozenset()


class Outcome(msgspec.Struct, eq=False):
    """What an execution turned out to have done.

    `rebound` are names bound to computed values that may be params (they count where
    the name is one); `made` those bound to settings, which always are; `dropped` are
    names that hold no param any more; `estimators` are the params of what was fitted,
    by the estimator's name; `reverted` what names that a failed cell did not come to
    bind hold still.
    """

    status: ExecutionStatus = "ok"
    rebound: Bindings = {}
    made: Bindings = {}
    dropped: frozenset[str] = frozenset()
    estimators: Bindings = {}
    reverted: Bindings = {}
    has_result: bool = False

    @property
    def binds(self) -> bool:
        """Whether it bound or lost a name that may hold params."""
        return bool(
            self.rebound
            or self.made
            or self.dropped
            or self.estimators
            or self.reverted
        )


class Table(NamedTuple):
    """Rows that a cell yielded; `params` are the columns that were tried."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    params: tuple[str, ...]
    origin: TableOrigin


class Yield(msgspec.Struct, eq=False):
    """What a cell yielded.

    `metrics` answer "how good", `values` are other numbers. `folds` are results of
    several numbers; `series` the points of a metric, from a step on.
    """

    metrics: dict[str, float] = {}
    values: dict[str, float] = {}
    folds: dict[str, list[float]] = {}
    series: dict[str, tuple[int, list[float]]] = {}
    tables: list[Table] = []

    @property
    def has_result(self) -> bool:
        """Whether anything in it answers "how good"."""
        return bool(self.metrics or self.folds or self.series)
