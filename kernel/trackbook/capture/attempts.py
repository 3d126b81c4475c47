"""What a cell tries: whether it makes an attempt of its own, and with which arguments.

Pure: reads the tree that IPython made. A person who trains a second model in a new cell
has begun another attempt; one who only measures the first one again has not.
"""

import ast
from functools import lru_cache
from typing import Any, NamedTuple

from trackbook.capture.facts import CellFacts
from trackbook.capture.literals import MISSING, read_literal
from trackbook.capture.names import has_score_word, words

_FIT = ".fit"
_TRAINS = words(
    "train fit optimize optimise tune learn minimize minimise experiment study"
)
_MEASURES = words(
    "evaluate eval test validate measure predict mean sum min max median std var abs "
    "round len float int sorted zip dict list tuple set print display format"
)

_VALUED = frozenset({ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr})
_WRAPS = frozenset({ast.Await, ast.Subscript})
_MAY_CALL = _WRAPS | {ast.Call}


class Attempt(NamedTuple):
    """What a cell tries.

    `tries` are words for what it trains; two cells that share one are two attempts.
    `arguments` are literals that a call whose result is a score was given by name, by
    the function's name. `acts` is false where it only binds literals, imports, looks.
    """

    tries: frozenset[str]
    arguments: dict[str, dict[str, Any]]
    acts: bool


NONE = Attempt(frozenset(), {}, acts=False)


def read_attempt(tree: ast.Module, facts: CellFacts, source: str) -> Attempt:
    """Return what a cell tries, by its tree and what is known of it."""
    if not facts.does_something:
        return NONE
    tries: set[str] = set()
    arguments: dict[str, dict[str, Any]] = {}
    if facts.fits and f"{_FIT}(" in source:
        tries.add(_FIT)
    last = tree.body[-1]
    for statement in tree.body:
        if (
            type(statement) not in _VALUED
            or type(value := statement.value) not in _MAY_CALL  # type: ignore[attr-defined]
        ):
            continue
        while type(value) in _WRAPS:
            value = value.value
        if type(value) is not ast.Call:
            continue
        func = value.func
        if type(func) is ast.Name:
            name = func.id
            trains = _trains(name)
            is_shown = statement is last and type(statement) is ast.Expr
        elif type(func) is ast.Attribute:
            name = func.attr
            trains = is_shown = False  # `model.train()` only sets a mode
        else:
            continue
        if _measures(name):
            continue
        if trains or _is_scored(statement):
            if given := _arguments(value):
                arguments.setdefault(name, {}).update(given)
        elif not is_shown:
            continue
        tries.add(name)
    return Attempt(frozenset(tries), arguments, acts=any(map(_acts, tree.body)))


def _acts(statement: ast.stmt) -> bool:
    kind = type(statement)
    if kind is ast.Import or kind is ast.ImportFrom or kind is ast.Pass:
        return False
    if isinstance(statement, (ast.Assign, ast.AnnAssign)):
        value = statement.value
        return value is not None and read_literal(value) is MISSING
    if isinstance(statement, ast.Expr):
        return not isinstance(statement.value, (ast.Constant, ast.Name))
    return True


def _is_scored(statement: ast.stmt) -> bool:
    """Tell whether a name that speaks of a score is bound."""
    for target in statement.targets if type(statement) is ast.Assign else ():
        for name in target.elts if type(target) is ast.Tuple else (target,):
            if type(name) is ast.Name and has_score_word(name.id):
                return True
    return False


@lru_cache(4096)
def _trains(name: str) -> bool:
    """Tell whether a function of this name trains something."""
    return bool(_words(name) & _TRAINS)


@lru_cache(4096)
def _measures(name: str) -> bool:
    """Tell whether a function of this name measures, or only dresses, what is there."""
    return has_score_word(name) or bool(_words(name) & _MEASURES)


def _words(name: str) -> set[str]:
    return set(name.lower().split("_"))


def _arguments(call: ast.Call) -> dict[str, Any]:
    """Return the literals that a call was given by name."""
    found = {
        keyword.arg: read_literal(keyword.value)
        for keyword in call.keywords
        if keyword.arg is not None
    }
    return {name: literal for name, literal in found.items() if literal is not MISSING}
