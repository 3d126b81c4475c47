"""What a cell's syntax tree says, as data: `analysis.py` reads it from the tree.

Structs, because each cell makes some: they are made in a fraction of the time that
dataclasses take.
"""

import ast
from collections.abc import Mapping
from typing import Any

import msgspec


class LastExpression(msgspec.Struct, frozen=True):
    """A cell's last expression: its key, and whether a number there may be a result."""

    key: str
    name: str | None
    producer: str
    counts: bool


class Fit(msgspec.Struct, frozen=True):
    """Something fitted: a name's object, or an unbound chain by its class name."""

    name: str
    unbound: ast.Call | None = None


class CellFacts(msgspec.Struct, eq=False):
    """What a cell will do if it runs whole.

    `params` are names bound to literals; `scores` literal scores by name; `amended`
    names of dicts that it changes in place; `computed`
    names bound to anything else with the name of the producing call; `conditional`
    names that a loop, an `if` or an augmented assignment rebinds; `unbound` names that
    the cell deletes or binds to modules, functions and classes. One that `has_loops`
    runs some where they stand, not in a function that it defines.
    """

    does_something: bool = False
    own_only: bool = True
    params: dict[str, Any] = {}
    scores: dict[str, float] = {}
    computed: dict[str, str] = {}
    conditional: set[str] = set()
    amended: set[str] = set()
    unbound: set[str] = set()
    fits: list[Fit] = []
    last: LastExpression | None = None
    hides_names: bool = False
    starts_by_hand: bool = False
    has_loops: bool = False

    def find_bound(self, namespace: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the computed names are bound to now, of those that are."""
        return {name: namespace[name] for name in self.computed if name in namespace}

    def merge(self, inner: "CellFacts") -> None:
        """Take over what code that a magic of this cell runs will do.

        What the facts hold stays as it is: other executions know it, too.
        """
        self.does_something |= inner.does_something
        if self.hides_names:
            return
        self.own_only &= inner.own_only
        self.params = self.params | inner.params
        self.scores = self.scores | inner.scores
        self.computed = self.computed | inner.computed
        self.conditional = self.conditional | inner.conditional
        self.amended = self.amended | inner.amended
        self.unbound = self.unbound | inner.unbound
        self.fits = self.fits + inner.fits
        self.last = inner.last or self.last
