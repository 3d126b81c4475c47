"""The loops of a cell, what they bind and what they go over.

Pure, on syntax nodes.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from trackbook.capture.names import words

Loops = ast.For | ast.AsyncFor | ast.While
LOOPS = frozenset({ast.For, ast.AsyncFor, ast.While})

_WRAPPERS = words(
    "enumerate list tuple sorted reversed iter tqdm trange track progress_bar "
    "progress notebook_tqdm"
)
_LISTINGS = words(
    "product ParameterGrid ParameterSampler permutations combinations linspace "
    "logspace geomspace"
)
_COUNTERS = words(
    "epoch ep e step i j k n it iter iteration batch batch_idx idx index fold round _"
)


@dataclass(slots=True, eq=False)
class Loop:
    """One loop of a cell: its variables, what it goes over, the keys it yields.

    `counter` and `listed` are places in `variables`: of the one that may number the
    iterations, and of those that are tried. `over` is the name of what it goes over,
    where only that tells whether values are tried.
    """

    variables: tuple[str, ...] = ()
    parent: "Loop | None" = None
    counter: int | None = None
    listed: tuple[int, ...] = ()
    over: str | None = None
    is_folds: bool = False
    binds: set[str] = field(default_factory=set)
    keys: dict[str, None] = field(default_factory=dict)
    inner: "list[Loop]" = field(default_factory=list)

    def all_keys(self) -> list[str]:
        """Return its keys and those of the loops in it."""
        found = dict(self.keys)
        for loop in self.inner:
            found |= dict.fromkeys(loop.all_keys())
        return list(found)


def describe_loop(statement: Loops, parent: Loop | None) -> Loop:
    """Return what a loop says of itself; what it binds is not looked at."""
    if isinstance(statement, ast.While):
        return Loop(parent=parent)
    variables = [name for name, _ in _pairs(statement.target, None)]
    loop = Loop(tuple(variables), parent)
    node: ast.expr = statement.iter
    first = 0
    while isinstance(node, ast.Call) and node.args:
        named = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
        if named not in _WRAPPERS:
            break
        first = 1 if named == "enumerate" else first
        node = node.args[0]
    if parent is None and variables and (first or len(variables) == 1):
        loop.counter = 0
    match node:
        case ast.Call(func=ast.Attribute(attr="split"), args=[_, *_]) if (
            len(variables) == first + 2
        ):
            loop.is_folds = True
    tried = range(first, len(variables))
    if any(variables[place] not in _COUNTERS for place in tried):
        found = _listing(node)
        if found is not None:
            loop.listed = tuple(tried)
            loop.over = found or None
    return loop


def _listing(node: ast.expr) -> str | None:
    """Return "" where an expression lists values, a name that may, else None."""
    match node:
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict():
            return ""
        case ast.Name(id=name):
            return name
        case ast.Call(
            func=ast.Attribute(value=held, attr="items" | "keys" | "values"), args=[]
        ):
            return _listing(held)
        case ast.Call(func=ast.Name(id="zip"), args=[first, *_]):
            return _listing(first)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return "" if name in _LISTINGS else None
    return None


def list_bound(statement: ast.stmt) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield the names that a statement binds, each with what to, where that is said."""
    if not isinstance(statement, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
        return
    match statement:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _pairs(target, value)
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            yield name, value
        case ast.AugAssign(target=ast.Name(id=name)):
            yield name, None


def _pairs(
    target: ast.expr, value: ast.expr | None
) -> Iterator[tuple[str, ast.expr | None]]:
    match target, value:
        case ast.Name(id=name), _:
            yield name, value
        case (
            (ast.Tuple(elts=targets) | ast.List(elts=targets)),
            (ast.Tuple(elts=values) | ast.List(elts=values)),
        ) if len(targets) == len(values):
            for inner, item in zip(targets, values, strict=True):
                yield from _pairs(inner, item)
        case ((ast.Tuple(elts=targets) | ast.List(elts=targets)), _):
            for inner in targets:
                yield from _pairs(inner, value)
