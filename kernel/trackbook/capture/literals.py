"""Literals: what a syntax node says without being run, and values as params.

Pure; nothing of the user's is called but `repr` of what has no JSON form.
"""

import ast
import math
import operator
from collections.abc import Callable
from typing import Any

from trackbook.capture.guard import attempt
from trackbook.events import Param, ParamOrigin
from trackbook.lines import cut_text, to_number

MISSING: Any = object()
"""Stands for "not a literal", since None is one."""

MAX_TEXT = 1000
MAX_ITEMS = 100
MAX_KEYS = 200

_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_INFINITE = {"inf": math.inf, "infinity": math.inf, "-inf": -math.inf, "nan": math.nan}


def read_literal(node: ast.expr, depth: int = 0) -> Any:
    """Return the value of a literal, or MISSING where the node is none.

    Also signed numbers, arithmetic of constants, infinities, and non-empty lists,
    tuples, sets and dicts of them.
    """
    kind = type(node)
    if kind is ast.Constant:
        value = node.value  # type: ignore[attr-defined]
        plain = value is None or isinstance(value, (bool, int, float, str))
        return value if plain else MISSING
    if kind is ast.Name or depth > 6:
        return MISSING
    match node:
        case ast.UnaryOp(op=op, operand=operand):
            return _signed(op, read_literal(operand, depth + 1))
        case ast.BinOp(left=left, op=op, right=right):
            first = read_literal(left, depth + 1)
            return _arithmetic(op, first, read_literal(right, depth + 1))
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            values = [read_literal(item, depth + 1) for item in items]
            return values if values and not _misses(values) else MISSING
        case ast.Dict(keys=keys, values=items):
            names = [read_literal(key, 7) if key else MISSING for key in keys]
            values = [read_literal(item, depth + 1) for item in items]
            if not values or _misses(names) or _misses(values):
                return MISSING
            return dict(zip(map(str, names), values, strict=True))
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=[_, *_] as words):
            values = [read_literal(word.value, depth + 1) for word in words]
            if _misses(values) or not all(word.arg for word in words):
                return MISSING
            return {str(word.arg): v for word, v in zip(words, values, strict=True)}
        case ast.Call(func=ast.Name(id="float"), args=[ast.Constant(value=str(word))]):
            return _INFINITE.get(word.lower().lstrip("+"), MISSING)
        case ast.Attribute(
            value=ast.Name(id="np" | "numpy" | "math"), attr="inf" | "nan" as word
        ):
            return _INFINITE[word]
    return MISSING


def _misses(values: list[Any]) -> bool:
    return any(value is MISSING for value in values)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _signed(op: ast.unaryop, value: Any) -> Any:
    if isinstance(op, ast.Not):
        return not value if isinstance(value, bool) else MISSING
    if not _is_number(value) or isinstance(op, ast.Invert):
        return MISSING
    return -value if isinstance(op, ast.USub) else value


def _arithmetic(op: ast.operator, left: Any, right: Any) -> Any:
    if not (_is_number(left) and _is_number(right)):
        return MISSING
    if isinstance(op, ast.Pow):
        if abs(right) > 64 or abs(left) > 1e6:
            return MISSING  # a huge power is the cell's to compute, not ours
        function: Callable[[Any, Any], Any] | None = operator.pow
    else:
        function = _OPERATORS.get(type(op))
    if function is None:
        return MISSING
    value = attempt(function, left, right, default=MISSING)
    return value if _is_number(value) else MISSING


def to_params(name: str, value: Any, origin: ParamOrigin) -> tuple[Param, ...]:
    """Return what `name` bound to `value` gives; a dict is flattened with dots."""
    if isinstance(value, dict) and value:
        found: list[Param] = []
        for key, item in value.items():
            found += to_params(f"{name}.{key}", item, origin)
            if len(found) >= MAX_KEYS:
                break
        return tuple(found[:MAX_KEYS])
    return (Param(name, to_json_value(value), origin),)


def to_json_value(value: Any, depth: int = 0) -> Any:
    """Return `value` in a form that JSON has, bounded; else its `repr`, cut."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return cut_text(str(value), MAX_TEXT)
    if isinstance(value, int):
        return int(value) if -(2**63) <= value < 2**63 else str(value)[:MAX_TEXT]
    if isinstance(value, float):
        return to_number(float(value))
    if isinstance(value, (list, tuple, set, frozenset)) and depth < 4:
        items = [to_json_value(item, depth + 1) for item in list(value)[:MAX_ITEMS]]
        return items if len(value) <= MAX_ITEMS else [*items, "…"]
    if isinstance(value, dict) and depth < 4:
        return {
            cut_text(str(key), MAX_TEXT): to_json_value(item, depth + 1)
            for key, item in list(value.items())[:MAX_ITEMS]
        }
    if isinstance(value, type) or callable(value):
        named = getattr(value, "__qualname__", None)
        if isinstance(named, str):
            return cut_text(named, MAX_TEXT)
    shown = attempt(repr, value, default=f"<{type(value).__name__}>")
    return cut_text(str(shown), 200)
