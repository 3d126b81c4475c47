"""What a cell has bound: its results, its values, and the params that it changed.

Reads the namespace after a cell, guided by what the cell's tree said; calls nothing of
the user's but `float` on zero-dimensional arrays.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from trackbook.capture.analysis import CellFacts
from trackbook.capture.guard import attempt
from trackbook.capture.literals import to_json_value, to_params
from trackbook.capture.names import has_score_word
from trackbook.events import Param

_ARRAY_LIBRARIES = frozenset({"numpy", "torch", "jax", "jaxlib", "tensorflow", "cupy"})
_MAX_FOLDS = 1000
_MISSING = object()


@dataclass(slots=True)
class Yield:
    """What a cell yielded: metrics that answer "how good", and other numbers."""

    metrics: dict[str, float] = field(default_factory=dict)
    values: dict[str, float] = field(default_factory=dict)
    rebound: dict[str, tuple[Param, ...]] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)


def collect(
    facts: CellFacts,
    namespace: Mapping[str, Any],
    shown: Any,
    params: Mapping[str, Param],
) -> Yield:
    """Return what a cell yielded.

    `shown` is the value of its last expression, `params` those in force.
    """
    found = Yield()
    if facts.last is not None and shown is not None:
        _take_shown(found, facts, shown, params)
    for name in facts.scores:
        number = to_scalar(namespace.get(name))
        if number is not None:
            found.metrics.setdefault(name, number)
    for name, producer in facts.computed.items():
        value = namespace.get(name, _MISSING)
        if value is not _MISSING:
            _take_bound(found, facts, name, producer, value, name in params)
    for name in facts.amended - facts.conditional:
        value = namespace.get(name)
        if isinstance(value, dict):
            found.rebound[name] = to_params(name, value, "auto")
    found.dropped |= facts.unbound
    return found


def find_unbound(params: Mapping[str, Any], namespace: Mapping[str, Any]) -> list[str]:
    """Return the names that a cell which failed did not come to bind."""
    return [
        name
        for name, literal in params.items()
        if name not in namespace
        or attempt(to_json_value, namespace[name], default=None)
        != to_json_value(literal)
    ]


def to_scalar(value: Any) -> float | None:
    """Return a number as a float: ints, floats, zero-dimensional arrays; no bools."""
    kind = type(value)
    if kind is float or kind is int:
        return attempt(float, value, default=None)
    if kind is bool or value is None or kind is str:
        return None
    if isinstance(value, float):
        return float.__float__(value)
    if kind.__module__.partition(".")[0] not in _ARRAY_LIBRARIES:
        return None
    return attempt(_array_to_scalar, value, default=None)


def _array_to_scalar(value: Any) -> float | None:
    if len(getattr(value, "shape", (1,))) or "bool" in str(value.dtype):
        return None
    return float(value)


def _folds(value: Any) -> list[float] | None:
    """Return a small one-dimensional float array as a list, else None."""
    if type(value).__module__.partition(".")[0] != "numpy":
        return None
    shape: tuple[int, ...] = getattr(value, "shape", ())
    if len(shape) != 1 or not 2 <= shape[0] <= _MAX_FOLDS or value.dtype.kind != "f":
        return None
    return [float(item) for item in value.tolist()]


def _take_shown(
    found: Yield, facts: CellFacts, shown: Any, params: Mapping[str, Param]
) -> None:
    last = facts.last
    assert last is not None
    number = to_scalar(shown)
    if number is not None:
        is_param = last.name is not None and (
            last.name in params or last.name in facts.params
        )
        counts = last.counts or is_param
        if not is_param or last.name is None:
            (found.values if counts else found.metrics)[last.key] = number
    elif has_score_word(last.producer) or has_score_word(last.key):
        _take_folds(found, last.key, shown)


def _take_bound(
    found: Yield,
    facts: CellFacts,
    name: str,
    producer: str,
    value: Any,
    was_param: bool,
) -> None:
    number = to_scalar(value)
    is_conditional = name in facts.conditional
    is_param = was_param and not is_conditional and _may_be_param(value)
    if number is not None:
        is_result = producer != "=" and (
            has_score_word(name) or (producer and has_score_word(producer))
        )
        if is_result:
            found.metrics.setdefault(name, number)
        elif name not in found.metrics and not is_param:
            found.values.setdefault(name, number)
    elif has_score_word(producer):
        _take_folds(found, name, value)
    if is_conditional or not _may_be_param(value):
        found.dropped.add(name)
    else:
        found.rebound[name] = to_params(name, value, "auto")


def _may_be_param(value: Any) -> bool:
    return value is None or type(value) in (bool, int, float, str)


def _take_folds(found: Yield, key: str, value: Any) -> None:
    folds = attempt(_folds, value, default=None)
    if not folds or key in found.metrics:
        return
    mean = sum(folds) / len(folds)
    spread = (sum((fold - mean) ** 2 for fold in folds) / len(folds)) ** 0.5
    found.metrics[key] = mean
    found.values[f"{key}.std"] = spread
    found.values[f"{key}.folds"] = float(len(folds))
