"""Marks in the loops of a cell, which tell what each iteration comes to.

Pure, on syntax nodes. A mark calls a generator's `send`, which has no frame of its own:
tracebacks stay as they are, and where an interrupt arrives within a mark it answers
true and the interrupt is raised where the user's code stands. What a mark reads was
bound by the statement before it, hence can't fail.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from typing import Literal, NamedTuple

from trackbook.capture.loops import LOOPS, Loop, Loops, describe_loop, list_bound
from trackbook.capture.names import call_name, has_score_word, words
from trackbook.capture.rules import NameRules

_READS_ONE = words("item numpy cpu detach")
_COMPOUND = frozenset(
    {ast.If, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match}
)
"""Statements besides loops with blocks that run where they stand."""

_MAY_LOOP = LOOPS | _COMPOUND


class Mark(NamedTuple):
    """What one mark says: of which loop, and for which keys a value comes with it.

    `begins` comes with the loop's variables, or with its counter where nothing is
    tried; `gives` with the value of a key that gets no other in an iteration, `binds`
    with a value a key; `grows` with a list whose newest item is the key's value, or a
    dict of the keys' values.
    """

    kind: Literal["begins", "ends", "gives", "binds", "grows"]
    loop: Loop
    keys: tuple[str, ...] = ()
    is_own: bool = True
    """Whether it stands in the loop itself, not in one within."""


def list_compound(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements that are loops, or may hold some."""
    return [statement for statement in body if type(statement) in _MAY_LOOP]


def may_mark(body: list[ast.stmt], rules: NameRules, *, in_loop: bool = False) -> bool:
    """Tell quickly whether a loop may bind or append a score; most bind none."""
    for statement in body:
        kind = type(statement)
        if kind in LOOPS or kind in _COMPOUND:
            within = in_loop or kind in LOOPS
            for block in _blocks(statement):
                if may_mark(block, rules, in_loop=within):
                    return True
        elif in_loop:
            if isinstance(statement, ast.Expr):
                call = statement.value
                if isinstance(call, ast.Call) and (
                    isinstance(call.func, ast.Attribute) and call.func.attr == "append"
                ):
                    return True
            else:
                for name, value in list_bound(statement):
                    if is_score(name, value, rules):
                        return True
    return False


def is_score(name: str, value: ast.expr | None, rules: NameRules) -> bool:
    """Tell whether a name, or the call that it is bound to, speaks of a score."""
    return (
        has_score_word(name)
        or rules.is_promoted(name)
        or (value is not None and has_score_word(call_name(value)))
    )


def mark_loops(
    tree: ast.Module, callee: str, source: str, rules: NameRules
) -> tuple[list[Mark], set[str]]:
    """Add marks to the loops of a cell that bind scores, and return what they say.

    And the keys of lists to which only values of other keys are appended.

    A mark calls `callee` with its place in what is returned and a value. A key that the
    source quotes may be logged by hand, hence waits for the iteration's end.
    """
    marker = _Marker(callee, rules)
    marker.survey(tree.body, None)
    if not marker.loops:
        return [], marker.repeated
    for at, statement in enumerate(tree.body):
        if type(statement) in LOOPS or type(statement) in _COMPOUND:
            tree.body[at] = _together(marker.rewrite([statement], None))
    if not marker.marks:
        return [], marker.repeated
    counts = Counter((m.loop, key) for m in marker.marks for key in m.keys)
    marks = [
        mark._replace(kind="gives")
        if mark.kind == "binds"
        and len(mark.keys) == 1
        and mark.is_own
        and counts[mark.loop, mark.keys[0]] == 1
        and not re.search(f"[\"']{mark.keys[0]}[\"']", source)
        else mark
        for mark in marker.marks
    ]
    return marks, marker.repeated


def _together(statements: list[ast.stmt]) -> ast.stmt:
    """Return one statement: IPython compiles and runs those of a cell one by one."""
    if len(statements) == 1:
        return statements[0]
    first = statements[0]
    true = ast.copy_location(ast.Constant(True), first)
    return ast.copy_location(ast.If(true, statements, []), first)


class _Marker:
    """Surveys a cell's loops, then adds the marks."""

    def __init__(self, callee: str, rules: NameRules) -> None:
        self.callee = callee
        self.rules = rules
        self.repeated: set[str] = set()
        self.loops: dict[ast.stmt, Loop] = {}
        self.marks: list[Mark] = []

    # --- what there is ------------------------------------------------------------

    def survey(self, body: list[ast.stmt], loop: Loop | None) -> None:
        """Find the loops and what their bodies bind, wherever it is done in them."""
        for statement in body:
            if type(statement) in LOOPS:
                assert isinstance(statement, Loops)
                inner = self.loops[statement] = describe_loop(statement, loop)
                if loop is not None:
                    loop.inner.append(inner)
                self.survey(statement.body, inner)
                self.survey(statement.orelse, loop)
                continue
            if loop is not None:
                loop.binds.update(name for name, _ in list_bound(statement))
            for block in _blocks(statement):
                self.survey(block, loop)

    # --- the marks ----------------------------------------------------------------

    def rewrite(self, body: list[ast.stmt], loop: Loop | None) -> list[ast.stmt]:
        """Return statements with marks among them."""
        found: list[ast.stmt] = []
        for statement in body:
            found.append(statement)
            if type(statement) in LOOPS:
                assert isinstance(statement, Loops)
                found += self._rewrite_loop(statement, loop)
                continue
            for block in _blocks(statement):
                block[:] = self.rewrite(block, loop)
            if loop is not None:
                found += self._reads(statement, loop)
        return found

    def _rewrite_loop(self, statement: Loops, outer: Loop | None) -> list[ast.stmt]:
        """Add the marks in a loop, and return the one behind it, if there are any."""
        loop = self.loops[statement]
        statement.body[:] = self.rewrite(statement.body, loop)
        statement.orelse[:] = self.rewrite(statement.orelse, outer)
        if not (loop.keys or (loop.listed and loop.all_keys())):
            return []
        head = statement.test if isinstance(statement, ast.While) else statement.iter
        values: ast.expr = ast.Constant(None)
        if loop.listed:
            variables: list[ast.expr] = [
                ast.Name(name, ast.Load()) for name in loop.variables
            ]
            values = ast.Tuple(variables, ast.Load())
        elif loop.counter is not None:
            values = ast.Name(loop.variables[loop.counter], ast.Load())
        statement.body.insert(0, self._mark(Mark("begins", loop), values, head))
        return [self._mark(Mark("ends", loop), ast.Constant(None), head)]

    def _reads(self, statement: ast.stmt, loop: Loop) -> Iterator[ast.stmt]:
        """Yield the marks that read what a statement has bound or appended."""
        by_owner: dict[Loop, dict[str, ast.expr]] = {}
        for key, value in self._read(statement, loop):
            if self.rules.is_ignored(key):
                continue
            by_owner.setdefault(_owner(loop, key), {})[key] = value
        for owner, reads in by_owner.items():
            keys, values = tuple(reads), list(reads.values())
            owner.keys |= dict.fromkeys(keys)
            if isinstance(statement, ast.Expr):
                yield self._mark(Mark("grows", owner, keys), values[0], statement)
            else:
                value = values[0]
                if len(values) > 1:
                    value = ast.Tuple(values, ast.Load())
                mark = Mark("binds", owner, keys, owner is loop)
                yield self._mark(mark, value, statement)

    def _read(self, statement: ast.stmt, loop: Loop) -> Iterator[tuple[str, ast.expr]]:
        """Yield the keys that a statement gives a value, each with what to read."""
        if isinstance(statement, ast.Expr):
            yield from self._read_appended(statement.value, loop)
            return
        for name, value in list_bound(statement):
            if name.startswith("_") or isinstance(value, ast.Constant):
                continue  # a literal is what a score begins with
            if is_score(name, value, self.rules):
                yield name, ast.Name(name, ast.Load())

    def _read_appended(
        self, node: ast.expr, loop: Loop
    ) -> Iterator[tuple[str, ast.expr]]:
        """Yield what `losses.append(x)` adds, unless a name of the loop says it."""
        match node:
            case ast.Call(
                func=ast.Attribute(value=held, attr="append"), args=[item], keywords=[]
            ):
                pass
            case _:
                return
        match held:
            case ast.Name(id=name):
                key = word = name
            case ast.Subscript(
                value=ast.Name(id=name), slice=ast.Constant(value=str(word))
            ):
                key = f"{name}.{word}"
            case _:
                return
        if isinstance(item, ast.Dict):
            for part, value in zip(item.keys, item.values, strict=True):
                named = part.value if isinstance(part, ast.Constant) else None
                if not isinstance(named, str) or self._is_known(value, loop):
                    continue
                if has_score_word(named):
                    yield named, _load(held)
        elif not key.startswith("_") and is_score(word, None, self.rules):
            if self._is_known(item, loop):
                self.repeated.add(key)
            else:
                yield key, _load(held)

    def _is_known(self, node: ast.expr, loop: Loop) -> bool:
        """Tell whether a value is that of a score which the same loop binds."""
        while True:
            match node:
                case ast.Name(id=name):
                    return name in loop.binds and is_score(name, None, self.rules)
                case ast.Call(func=ast.Attribute(value=inner, attr=attr), args=[]) if (
                    attr in _READS_ONE
                ):
                    node = inner
                case ast.Call(func=ast.Name(id="float"), args=[inner]):
                    node = inner
                case _:
                    return False

    def _mark(self, mark: Mark, value: ast.expr, place: ast.AST) -> ast.stmt:
        """Return `if callee((n, value)): raise KeyboardInterrupt`, standing at `place`.

        An `if`, since an expression statement would go through the display hook.
        """
        said = ast.Tuple([ast.Constant(len(self.marks)), value], ast.Load())
        self.marks.append(mark)
        call = ast.Call(ast.Name(self.callee, ast.Load()), [said], [])
        interrupt = ast.Raise(ast.Name("KeyboardInterrupt", ast.Load()), None)
        made = ast.If(call, [interrupt], [])
        for node in ast.walk(made):
            if "lineno" in node._attributes:
                ast.copy_location(node, place)
        return made


def _owner(loop: Loop, key: str) -> Loop:
    """Return the outermost loop whose own body binds the name: an epoch's sum of
    batches is the epoch's.
    """
    found = loop
    outer = loop.parent
    while outer is not None:
        if key in outer.binds:
            found = outer
        outer = outer.parent
    return found


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield the blocks of a statement that run where it stands."""
    if type(statement) not in _COMPOUND and type(statement) not in LOOPS:
        return
    for name in ("body", "orelse", "finalbody"):
        block = getattr(statement, name, None)
        if block:
            yield block
    for name in ("handlers", "cases"):
        for part in getattr(statement, name, ()):
            yield part.body


def _load(held: ast.expr) -> ast.expr:
    """Return a fresh node that reads the name, or the name's item, that `held` is."""
    if isinstance(held, ast.Subscript):
        assert isinstance(held.slice, ast.Constant)
        key = ast.Constant(held.slice.value)
        return ast.Subscript(_load(held.value), key, ast.Load())
    assert isinstance(held, ast.Name)
    return ast.Name(held.id, ast.Load())
