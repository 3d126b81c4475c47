"""What a cell's syntax tree says before the cell runs.

Pure: reads the tree that IPython made, and neither changes nor keeps it.
"""

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from trackbook.capture.literals import MISSING, read_literal
from trackbook.capture.names import (
    call_name,
    is_count,
    is_pure_score,
    name_expression,
    words,
)

_LOOKS = words(
    "head tail describe info sample value_counts dtypes display print type len dir "
    "help isna isnull notna sum unique nunique show to_string keys values items"
)
_FITS = frozenset(
    ["fit", "fit_transform", "fit_predict", "fit_resample", "partial_fit", "optimize"]
)
_MAGIC_METHODS = words("run_line_magic run_cell_magic system getoutput")
_TIMING_MAGICS = frozenset({"timeit", "prun", "memit", "mprun", "lprun"})

_VALUES = frozenset(
    {type(None), bool, int, float, complex, str, bytes, list, tuple, dict, set}
)


@dataclass(frozen=True, slots=True)
class LastExpression:
    """A cell's last expression: its key, and whether a number there may be a result."""

    key: str
    name: str | None
    producer: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """Something fitted: a name's object, or an unbound chain by its class name."""

    name: str
    unbound: ast.Call | None = None


@dataclass(slots=True)
class CellFacts:
    """What a cell will do if it runs whole.

    `params` are names bound to literals; `scores` literal scores by name; `amended`
    names of dicts that it changes in place; `computed`
    names bound to anything else with the name of the producing call; `conditional`
    names that a loop, an `if` or an augmented assignment rebinds; `unbound` names that
    the cell deletes or binds to modules, functions and classes.
    """

    does_something: bool = False
    own_only: bool = True
    params: dict[str, Any] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)
    computed: dict[str, str] = field(default_factory=dict)
    conditional: set[str] = field(default_factory=set)
    amended: set[str] = field(default_factory=set)
    unbound: set[str] = field(default_factory=set)
    fits: list[Fit] = field(default_factory=list)
    last: LastExpression | None = None
    hides_names: bool = False
    starts_by_hand: bool = False

    def list_objects(self, namespace: Mapping[str, Any]) -> list[str]:
        """Return the computed names that are bound to more than plain values now."""
        return [
            name for name in self.computed if type(namespace.get(name)) not in _VALUES
        ]

    def merge(self, inner: "CellFacts") -> None:
        """Take over what code that a magic of this cell runs will do."""
        if self.hides_names:
            self.does_something |= inner.does_something
            return
        self.does_something |= inner.does_something
        self.own_only &= inner.own_only
        self.params |= inner.params
        self.scores |= inner.scores
        self.computed |= inner.computed
        self.conditional |= inner.conditional
        self.amended |= inner.amended
        self.unbound |= inner.unbound
        self.fits += inner.fits
        self.last = inner.last or self.last


def analyse(tree: ast.Module, source: str) -> CellFacts:
    """Return what a cell's tree says."""
    facts = CellFacts()
    body = tree.body
    for statement in body:
        _take_statement(facts, statement)
    if body and isinstance(body[-1], ast.Expr):
        facts.last = _last_expression(body[-1].value)
    if any(word in source for word in (".fit", ".partial_fit", ".optimize")):
        facts.fits = _find_fits(tree)
    if "start_run(" in source and any(map(_starts_run, body)):
        facts.starts_by_hand = True
    if not body:
        facts.own_only = False
    _settle(facts)
    return facts


def _take_statement(facts: CellFacts, statement: ast.stmt) -> None:
    take = _TAKES.get(type(statement))
    if take is not None:
        take(facts, statement)
        return
    facts.own_only = False
    facts.does_something = True
    take = _TAKES_COMPOUND.get(type(statement))
    if take is not None:
        take(facts, statement)


def _take_assign(facts: CellFacts, statement: ast.Assign) -> None:
    value = statement.value
    _take_value(facts, value)
    for target in statement.targets:
        _bind(facts, target, value)


def _take_annotated(facts: CellFacts, statement: ast.AnnAssign) -> None:
    facts.own_only = False
    if statement.value is not None:
        _take_value(facts, statement.value)
        _bind(facts, statement.target, statement.value)


def _take_import(facts: CellFacts, statement: ast.Import | ast.ImportFrom) -> None:
    facts.own_only = False
    for alias in statement.names:
        facts.unbound.add(alias.asname or alias.name.partition(".")[0])


def _take_pass(facts: CellFacts, statement: ast.Pass) -> None:
    facts.own_only = False


def _take_augmented(facts: CellFacts, statement: ast.AugAssign) -> None:
    target = statement.target
    if isinstance(target, ast.Name):
        if target.id in facts.params or target.id in facts.scores:
            facts.conditional.add(target.id)
        _compute(facts, target.id, "")
    elif isinstance(target, ast.Subscript) and (name := _root(target)) is not None:
        facts.conditional.add(name)


def _take_with(facts: CellFacts, statement: ast.With | ast.AsyncWith) -> None:
    for item in statement.items:
        if item.optional_vars is not None:
            _compute_target(facts, item.optional_vars, "")
    for inner in statement.body:
        _take_statement(facts, inner)


def _take_try(facts: CellFacts, statement: ast.Try) -> None:
    for inner in [*statement.body, *statement.orelse, *statement.finalbody]:
        _take_statement(facts, inner)
    for handler in statement.handlers:
        _take_conditional(facts, handler.body)


def _take_for(facts: CellFacts, statement: ast.For | ast.AsyncFor) -> None:
    facts.conditional.update(_names(statement.target))
    _take_branch(facts, statement)


def _take_branch(
    facts: CellFacts, statement: ast.For | ast.AsyncFor | ast.While | ast.If
) -> None:
    _take_conditional(facts, [*statement.body, *statement.orelse])


def _take_match(facts: CellFacts, statement: ast.Match) -> None:
    for case in statement.cases:
        _take_conditional(facts, case.body)


def _take_definition(
    facts: CellFacts,
    statement: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef,
) -> None:
    _unbind(facts, statement.name)


def _take_delete(facts: CellFacts, statement: ast.Delete) -> None:
    for target in statement.targets:
        if isinstance(target, ast.Name):
            _unbind(facts, target.id)


def _take_conditional(facts: CellFacts, body: list[ast.stmt]) -> None:
    """Take what a loop or a branch binds: whether and how often is not known."""
    inner = CellFacts()
    for statement in body:
        _take_statement(inner, statement)
    for name in [*inner.params, *inner.scores]:
        facts.conditional.add(name)
        facts.computed.setdefault(name, "")
    for name, producer in inner.computed.items():
        facts.conditional.add(name)
        facts.computed[name] = producer
    facts.conditional |= inner.conditional | inner.amended


def _take_expression(facts: CellFacts, statement: ast.Expr) -> None:
    """Take an expression statement: a magic, a docstring, a look, or a deed."""
    value = statement.value
    magic = _magic(value)
    if magic is not None:
        kind, name, line = magic
        if not _is_own(name, line):
            facts.own_only = False
        elif line.split()[:1] in (["start"], ["new"]) or kind == "run_cell_magic":
            facts.starts_by_hand = True
        if kind == "run_cell_magic" and name in _TIMING_MAGICS:
            facts.hides_names = True
        return
    facts.own_only = False
    match value:
        case ast.Call(func=ast.Attribute(value=changed, attr="update")):
            if (root := _root(changed)) is not None:
                facts.amended.add(root)
    if not (isinstance(value, ast.Constant) or _is_look(value)):
        facts.does_something = True


def _take_value(facts: CellFacts, value: ast.expr) -> None:
    facts.own_only = False
    if not facts.does_something and _magic(value) is None:
        facts.does_something = True


def _starts_run(statement: ast.stmt) -> bool:
    """Tell whether a statement calls `start_run` when it runs, not in a definition."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return False
    return any(
        isinstance(node, ast.Call)
        and (getattr(node.func, "attr", "") or getattr(node.func, "id", ""))
        == "start_run"
        for node in ast.walk(statement)
    )


def _magic(node: ast.expr) -> tuple[str, str, str] | None:
    """Return (method, name, line) of a magic or shell line, as IPython rewrote it."""
    if type(node) is not ast.Call or type(node.func) is not ast.Attribute:
        return None
    if node.func.attr not in _MAGIC_METHODS:  # nearly always; the rest takes long
        return None
    match node:
        case ast.Call(
            func=ast.Attribute(
                value=ast.Call(func=ast.Name(id="get_ipython"), args=[]), attr=method
            ),
            args=args,
        ):
            words = [
                str(arg.value) if isinstance(arg, ast.Constant) else "" for arg in args
            ]
            name, line = [*words, "", ""][:2]
            return method, name, line
    return None


def _is_own(name: str, line: str) -> bool:
    loads = name in {"load_ext", "reload_ext", "unload_ext"}
    return name == "track" or (loads and line.strip() == "trackbook")


def _is_look(node: ast.expr) -> bool:
    """Tell whether an expression only shows something: a name, `df.head()`."""
    match node:
        case ast.Name() | ast.Constant():
            return True
        case ast.Attribute(value=value):
            return _is_look(value)
        case ast.Subscript(value=value):
            return _is_look(value)
        case ast.Call(func=ast.Attribute(value=value, attr=attr)):
            return attr in _LOOKS and _is_look(value)
        case ast.Call(func=ast.Name(id=name), args=args):
            return name in _LOOKS and all(map(_is_look, args))
        case ast.Tuple(elts=items):
            return all(map(_is_look, items))
    return False


def _bind(facts: CellFacts, target: ast.expr, value: ast.expr) -> None:
    if type(target) is ast.Name:
        literal = read_literal(value)
        if literal is MISSING:
            is_empty = type(value) in (ast.List, ast.Dict) and _is_empty(value)
            _compute(facts, target.id, "[]" if is_empty else call_name(value))
        elif not target.id.startswith("_"):
            _bind_literal(facts, target.id, literal)
        return
    match target, value:
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(
            values
        ):
            for inner, item in zip(targets, values, strict=True):
                _bind(facts, inner, item)
        case ast.Subscript(), _:
            _amend(facts, target, value)
        case _:
            _compute_target(facts, target, call_name(value))


def _is_empty(value: ast.expr) -> bool:
    return not (getattr(value, "elts", None) or getattr(value, "values", None))


def _amend(facts: CellFacts, target: ast.Subscript, value: ast.expr) -> None:
    """Take `config["lr"] = 0.1`: known beforehand where the cell made the dict, too."""
    root = _root(target)
    if root is None:
        return
    facts.amended.add(root)
    literal = read_literal(value)
    match facts.params.get(root), target:
        case dict() as params, ast.Subscript(
            value=ast.Name(), slice=ast.Constant(value=key)
        ) if literal is not MISSING:
            facts.params[root] = {**params, str(key): literal}


def _root(node: ast.expr) -> str | None:
    """Return the name that a chain of subscripts begins with."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _bind_literal(facts: CellFacts, name: str, literal: Any) -> None:
    """A literal is a param, unless the name says nothing but a score.

    Then it is that score, or what a score begins with (0, ±1, infinity), which is
    neither until something rebinds it.
    """
    facts.unbound.discard(name)
    facts.computed.pop(name, None)
    facts.params.pop(name, None)
    facts.scores.pop(name, None)
    is_number = isinstance(literal, (int, float)) and not isinstance(literal, bool)
    if is_number and is_pure_score(name):
        facts.scores[name] = float(literal)
    else:
        facts.params[name] = literal


def _compute(facts: CellFacts, name: str, producer: str) -> None:
    if name.startswith("_"):
        return
    if name not in facts.conditional:
        facts.params.pop(name, None)
        facts.scores.pop(name, None)
    facts.unbound.discard(name)
    facts.computed[name] = producer


def _compute_target(facts: CellFacts, target: ast.expr, producer: str) -> None:
    for name in _names(target):
        _compute(facts, name, producer)


def _unbind(facts: CellFacts, name: str) -> None:
    facts.params.pop(name, None)
    facts.scores.pop(name, None)
    facts.computed.pop(name, None)
    facts.unbound.add(name)


def _names(target: ast.expr) -> list[str]:
    if type(target) is ast.Name:
        return [target.id]
    match target:
        case ast.Name(id=name):
            return [name]
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return [name for item in items for name in _names(item)]
        case ast.Starred(value=value):
            return _names(value)
    return []


def _settle(facts: CellFacts) -> None:
    """Once all statements are read: what is rebound conditionally is no param."""
    if not (facts.conditional or facts.scores):
        return
    for name in facts.conditional:
        facts.params.pop(name, None)
        facts.scores.pop(name, None)
    initial = [
        name
        for name, value in facts.scores.items()
        if value == 0 or not math.isfinite(value)
    ]
    for name in initial:
        del facts.scores[name]
        facts.computed.setdefault(name, "=")  # a value, not a result


def _last_expression(node: ast.expr) -> LastExpression | None:
    if _magic(node) is not None:
        return None
    name = node.id if isinstance(node, ast.Name) else None
    producer = call_name(node)
    return LastExpression(name_expression(node), name, producer, is_count(node))


def _find_fits(tree: ast.Module) -> list[Fit]:
    """Return what the cell fits, wherever in it that is done."""
    found: dict[str, Fit] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if (
                attr in _FITS
            ):
                found.setdefault(name, Fit(name))
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Call(func=ast.Name(id=name)) as made, attr=attr
                )
            ) if attr in _FITS and name[:1].isupper():
                found.setdefault(name, Fit(name, made))
    return list(found.values())


_TAKES: dict[type[ast.stmt], Callable[[CellFacts, Any], None]] = {
    ast.Assign: _take_assign,
    ast.AnnAssign: _take_annotated,
    ast.Import: _take_import,
    ast.ImportFrom: _take_import,
    ast.Pass: _take_pass,
    ast.Expr: _take_expression,
}
_TAKES_COMPOUND: dict[type[ast.stmt], Callable[[CellFacts, Any], None]] = {
    ast.AugAssign: _take_augmented,
    ast.With: _take_with,
    ast.AsyncWith: _take_with,
    ast.Try: _take_try,
    ast.For: _take_for,
    ast.AsyncFor: _take_for,
    ast.While: _take_branch,
    ast.If: _take_branch,
    ast.Match: _take_match,
    ast.FunctionDef: _take_definition,
    ast.AsyncFunctionDef: _take_definition,
    ast.ClassDef: _take_definition,
    ast.Delete: _take_delete,
}
"""Statements that do something whatever is in them."""
