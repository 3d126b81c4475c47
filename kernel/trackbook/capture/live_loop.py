"""A loop of a cell while it runs: which iteration it is at, what came of it so far."""

from typing import Any

from trackbook.capture.loop_table import LoopTable
from trackbook.capture.loops import Loop
from trackbook.run import Run

_MAX_STEP = 2**53
"""What a double holds, which the store and browsers read steps as."""


class LiveLoop:
    """A loop while it runs."""

    __slots__ = (
        "began",
        "folds",
        "held",
        "inner",
        "is_listed",
        "is_simple",
        "loop",
        "outer",
        "pending",
        "seen",
        "step",
        "table",
        "values",
    )

    def __init__(self, loop: Loop, outer: "LiveLoop | None") -> None:
        self.loop = loop
        self.outer = outer
        self.inner: list[LiveLoop] = []
        if outer is not None:
            outer.inner.append(self)
        self.began = False
        self.step: int | None = None
        self.values: tuple[Any, ...] = ()
        self.pending: dict[str, float] = {}
        self.seen: dict[str, float] = {}
        self.folds: dict[str, list[float]] = {}
        self.held: Run | None = None
        self.is_simple = False
        """Whether it runs, and nothing but points comes of it."""
        self.is_listed: bool | None = None
        self.table: LoopTable | None = None

    def path(self) -> "list[LiveLoop]":
        """Return the loops that it is in, from the outermost one, and itself."""
        return [*(self.outer.path() if self.outer is not None else ()), self]

    def below(self) -> "list[LiveLoop]":
        """Return itself and the loops in it."""
        return [self, *(each for inner in self.inner for each in inner.below())]

    def begin(self, value: Any) -> None:
        """An iteration begins: number it."""
        if self.loop.listed:
            self.values = value
            value = value[self.loop.counter] if self.loop.counter is not None else None
        step = self.step
        if type(value) is int and (step is None or value > step) and _fits(value):
            self.step = value
        else:
            self.step = 0 if step is None else step + 1


def _fits(step: int) -> bool:
    return -_MAX_STEP < step < _MAX_STEP
