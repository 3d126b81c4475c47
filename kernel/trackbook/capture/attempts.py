"""What a cell tries: whether it makes an attempt of its own, and with which arguments.

Pure: reads the tree that IPython made. A person who trains a second model in a new cell
has begun another attempt; one who only measures the first one again has not.
"""

import ast
from typing import Any, NamedTuple

from trackbook.capture.analysis import CellFacts
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
    acts = False
    last = tree.body[-1]
    for statement in tree.body:
        acts = acts or _acts(statement)
        call = _call(getattr(statement, "value", None))
        if call is None:
            continue
        match call.func:
            case ast.Name(id=name):
                trains = bool(_words(name) & _TRAINS)
                is_shown = statement is last and isinstance(statement, ast.Expr)
            case ast.Attribute(attr=name):
                trains = is_shown = False  # `model.train()` only sets a mode
            case _:
                continue
        if has_score_word(name) or _words(name) & _MEASURES:
            continue
        if trains or _is_scored(statement):
            if given := _arguments(call):
                arguments.setdefault(name, {}).update(given)
        elif not is_shown:
            continue
        tries.add(name)
    return Attempt(frozenset(tries), arguments, acts)


def _acts(statement: ast.stmt) -> bool:
    match statement:
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            return read_literal(value) is MISSING
        case (
            ast.Import()
            | ast.ImportFrom()
            | ast.Pass()
            | ast.AnnAssign()
            | ast.Expr(value=ast.Constant() | ast.Name())
        ):
            return False
    return True


def _call(value: Any) -> ast.Call | None:
    """Return the call that a statement's value is, or is an item of."""
    while isinstance(value, (ast.Await, ast.Subscript)):
        value = value.value
    return value if isinstance(value, ast.Call) else None


def _is_scored(statement: ast.stmt) -> bool:
    """Tell whether a name that speaks of a score is bound."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    names = [
        name
        for target in targets
        for name in (target.elts if isinstance(target, ast.Tuple) else [target])
    ]
    return any(isinstance(name, ast.Name) and has_score_word(name.id) for name in names)


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
