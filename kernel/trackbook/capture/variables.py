"""What a cell has bound: its results, its values, and the params that it changed.

Reads the namespace after a cell, guided by what the cell's tree said; calls nothing of
the user's but `float` on zero-dimensional arrays.
"""

from collections.abc import Mapping
from typing import Any

from trackbook.capture.facts import CellFacts, LastExpression
from trackbook.capture.guard import attempt
from trackbook.capture.in_force import ParamsInForce
from trackbook.capture.literals import ARRAY_LIBRARIES, to_json_value, to_params
from trackbook.capture.names import has_score_word, split_words, words
from trackbook.capture.states import Outcome, Yield
from trackbook.events import Param

MAX_FOLDS = 50
_NO_NUMBERS = frozenset({type(None), bool, str, list, dict, tuple, set})
_PARTS = frozenset({list, dict, tuple})
_EMPTY = frozenset({"[]", "list", "deque"})
_COURSE_WORDS = words(
    "loss losses history hist curve train training fit epoch epochs learn reward "
    "rewards"
)
_PARAMS = frozenset({type(None), bool, int, float, str})
"""Of these types are the computed values that may be params."""


def collect(
    facts: CellFacts,
    bound: Mapping[str, Any],
    namespace: Mapping[str, Any],
    shown: Any,
    params: ParamsInForce,
    outcome: Outcome,
) -> Yield:
    """Return the numbers that a cell yielded, and tell `outcome` what it rebound.

    `bound` is what the names that it computed are bound to, `shown` the value of its
    last expression, `params` those in force: only of names that hold some it matters
    to what they were rebound.
    """
    found = Yield()
    rebound: dict[str, tuple[Param, ...]] = {}
    producers, conditional = facts.computed, facts.conditional
    dropped = set(params.list_held(facts.unbound))
    if facts.last is not None and shown is not None:
        _take_shown(found, facts, facts.last, shown, params)
    for name in facts.scores:
        number = to_scalar(namespace.get(name))
        if number is not None:
            found.metrics.setdefault(name, number)
    for name, value in bound.items():
        kind = type(value)
        if kind in _NO_NUMBERS:
            if kind in _PARTS:
                _take_folds(found, name, producers[name], value)
            continue
        number = value if kind is float else to_scalar(value)
        if number is None:
            _take_folds(found, name, producers[name], value)
        else:
            is_param = name in params and kind in _PARAMS and name not in conditional
            _take_number(found, name, producers[name], number, is_param)
    for name in params.list_held(bound):
        value = bound[name]
        if type(value) in _PARAMS and name not in conditional:
            rebound[name] = to_params(name, value, "auto")
        else:
            dropped.add(name)
    if facts.amended:
        for name in params.list_held(facts.amended - conditional):
            value = namespace.get(name)
            if isinstance(value, dict):
                rebound[name] = to_params(name, value, "auto")
    outcome.rebound = rebound
    if dropped:
        outcome.dropped = frozenset(dropped)
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
    if kind is float:
        return value  # type: ignore[no-any-return]
    if kind is int:
        return attempt(float, value, default=None)
    if kind in _NO_NUMBERS:
        return None
    if isinstance(value, float):
        return float.__float__(value)
    if kind.__module__.partition(".")[0] not in ARRAY_LIBRARIES:
        return None
    return attempt(_array_to_scalar, value, default=None)


def _array_to_scalar(value: Any) -> float | None:
    if len(getattr(value, "shape", (1,))) or "bool" in str(value.dtype):
        return None
    item = getattr(value, "item", None)  # `float` of a tensor with a gradient warns
    return float(value if item is None else item())


def to_folds(value: Any) -> list[float] | None:
    """Return a small one-dimensional array or list of floats as a list, else None."""
    if isinstance(value, (list, tuple)):
        numbers = [to_scalar(item) for item in value[: MAX_FOLDS + 1]]
        if not any(isinstance(item, float) for item in value[:MAX_FOLDS]):
            return None
    elif type(value).__module__.partition(".")[0] == "numpy":
        if value.ndim != 1 or value.dtype.kind != "f" or len(value) > MAX_FOLDS:
            return None
        numbers = value.tolist()
    else:
        return None
    if not 2 <= len(numbers) <= MAX_FOLDS or None in numbers:
        return None
    return [float(number) for number in numbers if number is not None]


def _take_shown(
    found: Yield,
    facts: CellFacts,
    last: LastExpression,
    shown: Any,
    params: Mapping[str, Param],
) -> None:
    number = to_scalar(shown)
    if number is not None:
        is_param = last.name is not None and (
            last.name in params or last.name in facts.params
        )
        counts = last.counts or is_param
        if not is_param or last.name is None:
            (found.values if counts else found.metrics)[last.key] = number
    elif last.name is None or last.name not in facts.computed:
        _take_folds(found, last.key, last.producer, shown)


def _take_number(
    found: Yield, name: str, producer: str, number: float, is_param: bool
) -> None:
    is_result = producer != "=" and (
        has_score_word(name) or (producer and has_score_word(producer))
    )
    if is_result:
        found.metrics.setdefault(name, number)
    elif name not in found.metrics and not is_param:
        found.values.setdefault(name, number)


def _take_folds(found: Yield, key: str, producer: str, value: Any) -> None:
    """Take a small array of scores, or the dict of them that `cross_validate` gives."""
    if isinstance(value, dict):
        if "fit_time" not in value or "score_time" not in value:
            return
        parts = {f"{key}.{part}": value[part] for part in value if "_time" not in part}
    elif has_score_word(producer) or has_score_word(key):
        if isinstance(value, list) and is_grown(key, producer):
            return
        parts = {key: value}
    else:
        return
    for name, part in parts.items():
        folds = attempt(to_folds, part, default=None)
        if folds is not None and name not in found.metrics:
            found.folds.setdefault(name, folds)


def is_grown(name: str, producer: str) -> bool:
    """Tell whether a list is one of a training's course, not of repeated measures.

    By what it was bound to: an empty list that was filled later, or a training; else
    by its name.
    """
    return producer in _EMPTY or bool(split_words(f"{name}_{producer}") & _COURSE_WORDS)
