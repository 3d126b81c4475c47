"""What a cell's syntax tree says before the cell runs: which names it binds, to what.

Pure: reads the tree that IPython made, and neither changes nor keeps it. Each cell
waits for it, hence the branches by type for what cells are mostly made of.
"""

import ast
import math
from collections.abc import Callable
from typing import Any

from trackbook.capture.expressions import (
    find_fits,
    find_magic,
    is_look,
    is_own_magic,
    read_last,
    starts_run,
)
from trackbook.capture.facts import CellFacts
from trackbook.capture.literals import MISSING, READERS, read_literal
from trackbook.capture.names import call_name, is_pure_score

_TIMING_MAGICS = frozenset({"timeit", "prun", "memit", "mprun", "lprun"})


def analyse(tree: ast.Module, source: str) -> CellFacts:
    """Return what a cell's tree says."""
    facts = CellFacts()
    body = tree.body
    for statement in body:
        take = _TAKES.get(type(statement))
        if take is not None:
            take(facts, statement)
        else:
            _take_deed(facts, statement)
    if not body:
        facts.own_only = False
        return facts
    if type(body[-1]) is ast.Expr:
        facts.last = read_last(body[-1].value)
    if ".fit" in source or ".partial_fit" in source or ".optimize" in source:
        facts.fits = find_fits(tree)
    if "start_run(" in source and any(map(starts_run, body)):
        facts.starts_by_hand = True
    if facts.conditional or facts.scores:
        _settle(facts)
    return facts


def _take_statement(facts: CellFacts, statement: ast.stmt) -> None:
    take = _TAKES.get(type(statement), _take_deed)
    take(facts, statement)


def _take_deed(facts: CellFacts, statement: ast.stmt) -> None:
    """Take a statement that does something whatever is in it."""
    facts.own_only = False
    facts.does_something = True
    take = _TAKES_DEED.get(type(statement))
    if take is not None:
        take(facts, statement)


def _take_assign(facts: CellFacts, statement: ast.Assign) -> None:
    value = statement.value
    facts.own_only = False
    if not facts.does_something and find_magic(value) is None:
        facts.does_something = True
    for target in statement.targets:
        if type(target) is ast.Name:
            _bind_name(facts, target.id, value)
        else:
            _bind_parts(facts, target, value)


def _take_annotated(facts: CellFacts, statement: ast.AnnAssign) -> None:
    facts.own_only = False
    value = statement.value
    if value is not None:
        if not facts.does_something and find_magic(value) is None:
            facts.does_something = True
        _bind(facts, statement.target, value)


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


def _take_try(facts: CellFacts, statement: ast.Try | ast.TryStar) -> None:
    for inner in [*statement.body, *statement.orelse, *statement.finalbody]:
        _take_statement(facts, inner)
    for handler in statement.handlers:
        _take_conditional(facts, handler.body)


def _take_for(facts: CellFacts, statement: ast.For | ast.AsyncFor) -> None:
    facts.has_loops = True
    facts.conditional.update(_names(statement.target))
    _take_branch(facts, statement)


def _take_while(facts: CellFacts, statement: ast.While) -> None:
    facts.has_loops = True
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
    facts.has_loops |= inner.has_loops


def _take_expression(facts: CellFacts, statement: ast.Expr) -> None:
    """Take an expression statement: a magic, a docstring, a look, or a deed."""
    value = statement.value
    kind = type(value)
    if kind is ast.Constant:
        facts.own_only = False
        return
    if kind is ast.Call:
        func = value.func  # type: ignore[attr-defined]
        if type(func) is ast.Attribute:
            magic = find_magic(value)
            if magic is not None:
                _take_magic(facts, *magic)
                return
            if func.attr == "update" and (root := _root(func.value)) is not None:
                facts.amended.add(root)
    facts.own_only = False
    if not (facts.does_something or is_look(value)):
        facts.does_something = True


def _take_magic(facts: CellFacts, kind: str, name: str, line: str) -> None:
    if not is_own_magic(name, line):
        facts.own_only = False
    elif line.split()[:1] in (["start"], ["new"]) or kind == "run_cell_magic":
        facts.starts_by_hand = True
    if kind == "run_cell_magic" and name in _TIMING_MAGICS:
        facts.hides_names = True


def _bind(facts: CellFacts, target: ast.expr, value: ast.expr) -> None:
    if type(target) is ast.Name:
        _bind_name(facts, target.id, value)
    else:
        _bind_parts(facts, target, value)


def _bind_name(facts: CellFacts, name: str, value: ast.expr) -> None:
    kind = type(value)
    read = READERS.get(kind)
    if read is not None and (literal := read(value, 1)) is not MISSING:
        if name[0] != "_":
            _bind_literal(facts, name, literal)
        return
    name_producer = _PRODUCERS.get(kind)
    _compute(facts, name, name_producer(value) if name_producer is not None else "")


def _bind_parts(facts: CellFacts, target: ast.expr, value: ast.expr) -> None:
    if type(target) is ast.Subscript:
        _amend(facts, target, value)
        return
    if type(target) is ast.Tuple and type(value) is ast.Tuple:
        targets, values = target.elts, value.elts
        if len(targets) == len(values):
            for inner, item in zip(targets, values, strict=True):
                _bind(facts, inner, item)
            return
    _compute_target(facts, target, call_name(value))


def _name_items(value: ast.List | ast.Dict) -> str:
    return "" if (value.elts if isinstance(value, ast.List) else value.values) else "[]"


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
    if name[0] == "_":
        return
    if name not in facts.conditional:
        if name in facts.params:
            del facts.params[name]
        if name in facts.scores:
            del facts.scores[name]
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


_PRODUCERS: dict[type[ast.expr], Callable[[Any], str]] = {
    ast.Call: call_name,
    ast.Subscript: call_name,
    ast.Await: call_name,
    ast.List: _name_items,
    ast.Dict: _name_items,
}
"""What names the producer of a value; that of any other expression has no name."""

_TAKES: dict[type[ast.stmt], Callable[[CellFacts, Any], None]] = {
    ast.Assign: _take_assign,
    ast.AnnAssign: _take_annotated,
    ast.Import: _take_import,
    ast.ImportFrom: _take_import,
    ast.Pass: _take_pass,
    ast.Expr: _take_expression,
}
_TAKES_DEED: dict[type[ast.stmt], Callable[[CellFacts, Any], None]] = {
    ast.AugAssign: _take_augmented,
    ast.With: _take_with,
    ast.AsyncWith: _take_with,
    ast.Try: _take_try,
    ast.TryStar: _take_try,
    ast.For: _take_for,
    ast.AsyncFor: _take_for,
    ast.While: _take_while,
    ast.If: _take_branch,
    ast.Match: _take_match,
    ast.FunctionDef: _take_definition,
    ast.AsyncFunctionDef: _take_definition,
    ast.ClassDef: _take_definition,
    ast.Delete: _take_delete,
}
"""Statements that do something whatever is in them."""
