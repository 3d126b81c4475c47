"""Literals: what a syntax node says without being run, and values as params.

Pure; nothing of the user's is called but `repr` of what has no JSON form.
"""

import ast
import math
import operator
import sys
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from enum import Enum
from pathlib import PurePath
from typing import Any

from trackbook.capture.guard import attempt
from trackbook.events import Param, ParamOrigin
from trackbook.lines import cut_text, to_number

MISSING: Any = object()
"""Stands for "not a literal", since None is one."""

MAX_KEYS = 2000
MAX_ITEMS = 100_000
MAX_ARRAY = 1000
MAX_DEPTH = 12
MAX_REPR = 200

ARRAY_LIBRARIES = frozenset({"numpy", "torch", "jax", "jaxlib", "tensorflow", "cupy"})

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
    reader = READERS.get(kind)
    if reader is None or (depth > 6 and kind is not ast.Constant):
        return MISSING
    return reader(node, depth + 1)


def _read_constant(node: ast.Constant, depth: int) -> Any:
    value = node.value
    return value if type(value) in _PLAIN else MISSING


def _read_call(node: ast.Call, depth: int) -> Any:
    """Return the value of `dict(depth=3)` or `float("inf")`, MISSING of other calls."""
    func = node.func
    if type(func) is not ast.Name or func.id not in _MADE:
        return MISSING
    match node:
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=[_, *_] as words):
            values = [read_literal(word.value, depth) for word in words]
            if _misses(values) or not all(word.arg for word in words):
                return MISSING
            return {str(word.arg): v for word, v in zip(words, values, strict=True)}
        case ast.Call(func=ast.Name(id="float"), args=[ast.Constant(value=str(word))]):
            return _INFINITE.get(word.lower().lstrip("+"), MISSING)
    return MISSING


def _read_unary(node: ast.UnaryOp, depth: int) -> Any:
    return _signed(node.op, read_literal(node.operand, depth))


def _read_binary(node: ast.BinOp, depth: int) -> Any:
    first = read_literal(node.left, depth)
    if first is MISSING:
        return MISSING
    return _arithmetic(node.op, first, read_literal(node.right, depth))


def _read_items(node: ast.List | ast.Tuple | ast.Set, depth: int) -> Any:
    values = []
    for item in node.elts:
        value = read_literal(item, depth)
        if value is MISSING:  # mostly the first one
            return MISSING
        values.append(value)
    return values or MISSING


def _read_dict(node: ast.Dict, depth: int) -> Any:
    names = []
    for key in node.keys:
        name = read_literal(key, 7) if key is not None else MISSING
        if name is MISSING:
            return MISSING
        names.append(str(name))
    values = [read_literal(item, depth) for item in node.values]
    if not values or _misses(values):
        return MISSING
    return dict(zip(names, values, strict=True))


def _read_attribute(node: ast.Attribute, depth: int) -> Any:
    if node.attr not in ("inf", "nan"):
        return MISSING
    match node:
        case ast.Attribute(value=ast.Name(id="np" | "numpy" | "math"), attr=word):
            return _INFINITE[word]
    return MISSING


_MADE = frozenset({"dict", "float"})
_PLAIN = frozenset({type(None), bool, int, float, str})
READERS: dict[type[ast.expr], Callable[[Any, int], Any]] = {
    ast.Constant: _read_constant,
    ast.UnaryOp: _read_unary,
    ast.BinOp: _read_binary,
    ast.List: _read_items,
    ast.Tuple: _read_items,
    ast.Set: _read_items,
    ast.Dict: _read_dict,
    ast.Call: _read_call,
    ast.Attribute: _read_attribute,
}
"""What reads a literal of a kind, by its node and how deep that is."""


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
    kind = type(value)
    if kind in _PLAIN:
        return (Param(name, to_json_value(value), origin),)
    plain = value if kind is dict else to_plain(value)
    if isinstance(plain, dict) and plain:
        found: list[Param] = []
        for key, item in plain.items():
            if len(found) >= MAX_KEYS:
                found.append(Param(f"{name}.…", f"{len(plain):,} keys", origin))
                break
            if type(item) in _PLAIN:
                found.append(Param(f"{name}.{key}", to_json_value(item), origin))
            else:
                found += to_params(f"{name}.{key}", item, origin)
        return tuple(found)
    return (Param(name, to_json_value(plain), origin),)


def to_plain(value: Any) -> Any:
    """Return the dict that a configuration is, else the value itself.

    Dataclass instances, argparse's Namespace, OmegaConf's and pydantic's models; their
    fields are read where they are held, never by a property.
    """
    kind = type(value)
    if kind.__module__ == "builtins" or isinstance(value, type):
        return value
    if hasattr(kind, "__dataclass_fields__"):
        return {
            name: attempt(getattr, value, name, default=None)
            for name in kind.__dataclass_fields__
        }
    library = kind.__module__.partition(".")[0]
    if library == "omegaconf":
        container = sys.modules["omegaconf"].OmegaConf.to_container
        return attempt(container, value, default=str(kind.__name__))
    if library == "argparse" or hasattr(kind, "__pydantic_fields__"):
        return dict(attempt(vars, value, default={}))
    if isinstance(value, Mapping):
        return attempt(dict, value, default={})
    return value


def to_json_value(value: Any, depth: int = 0) -> Any:
    """Return `value` in a form that JSON has; what has none is its `repr`, cut."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is float:
        return to_number(value)
    if kind is int and -(2**63) <= value < 2**63:
        return value
    if isinstance(value, Enum):
        return (
            to_json_value(value.value, depth + 1) if depth < MAX_DEPTH else str(value)
        )
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        fits = -(2**63) <= value < 2**63
        return int(value) if fits else attempt(str, int(value), default="<a huge int>")
    if isinstance(value, float):
        return to_number(float(value))
    if depth < MAX_DEPTH:
        found = attempt(_to_parts, value, depth + 1, default=MISSING)
        if found is not MISSING:
            return found
    if isinstance(value, type) or callable(value):
        named = attempt(getattr, value, "__qualname__", default=None)
        if isinstance(named, str):
            return named
    shown = attempt(repr, value, default=f"<{kind.__name__}>")
    return cut_text(str(shown), MAX_REPR)


def _to_parts(value: Any, depth: int) -> Any:
    """Return what has parts, or stands for something plain; MISSING for the rest."""
    if isinstance(value, (set, frozenset)):
        return sorted(
            (to_json_value(item, depth) for item in value),
            key=lambda item: (str(type(item)), str(item)),
        )
    if isinstance(value, (list, tuple, range)):
        items = [to_json_value(item, depth) for item in value[:MAX_ITEMS]]
        return items if len(value) <= MAX_ITEMS else [*items, "…"]
    plain = to_plain(value)
    if isinstance(plain, dict):
        return {
            str(key): to_json_value(item, depth)
            for key, item in list(plain.items())[:MAX_ITEMS]
        }
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if type(value).__module__.partition(".")[0] in ARRAY_LIBRARIES:
        if len(value.shape) == 0:
            return to_json_value(value.item(), depth)
        if math.prod(value.shape) <= MAX_ARRAY:
            return to_json_value(value.tolist(), depth)
        return f"{type(value).__name__} {tuple(value.shape)} {value.dtype}"
    return MISSING


def preview(value: Any) -> str:
    """Return a short text that shows a value, for messages."""
    return cut_text(repr(to_json_value(value)), MAX_REPR)
