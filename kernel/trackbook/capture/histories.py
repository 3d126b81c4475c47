"""Histories: lists of scores that grew in a cell, wherever objects hold them.

Reads what instances hold (`vars`), never a property; knows libraries by the module of
an object's class, and imports none.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from trackbook.capture.facts import CellFacts
from trackbook.capture.guard import attempt
from trackbook.capture.names import has_score_word
from trackbook.capture.states import Yield
from trackbook.capture.variables import is_grown, to_scalar

_HELD: dict[str, tuple[str, ...]] = {
    "sklearn": ("loss_curve_", "validation_scores_", "train_score_"),
    "xgboost": ("evals_result_",),
    "lightgbm": ("_evals_result",),
    "keras": ("history",),
    "tensorflow": ("history",),
    "tf_keras": ("history",),
}
"""The attributes in which a library's objects hold a training's course."""

LIGHTNING = frozenset({"lightning", "pytorch_lightning"})
_MAX_NAMES = 200
_PLAIN = frozenset({type(None), bool, int, float, str, tuple, set})
_MAX_ENTRIES = 2000
"""A dict of more is data, not a history."""


Course = tuple[str, Any]
"""The key of a series, and the list that holds it."""


class Histories:
    """How far the histories of a notebook were read."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[Any, int]] = {}
        self._names: dict[str, None] = {}

    def take_grown(
        self,
        found: Yield,
        facts: CellFacts,
        bound: Mapping[str, Any],
        namespace: Mapping[str, Any],
        is_said: Iterable[str],
    ) -> None:
        """Add to `found` what histories have grown by.

        `bound` is what the names that the cell computed are bound to; `is_said` are the
        keys whose points were told while the cell ran.
        """
        producers, known = facts.computed, self._names
        if not (bound or known or facts.fits):
            return
        if facts.fits:
            # `history = model.fit()` is held by both: a name of its own comes first.
            fitted = {fit.name: "fit" for fit in facts.fits if fit.unbound is None}
            producers = fitted | producers
            bound = dict(bound)
            for name in fitted:
                bound.setdefault(name, namespace.get(name))
        # Of most names the type alone says that they hold none.
        names = [
            name
            for name, value in bound.items()
            if (
                (kind := type(value)) not in _PLAIN
                and (kind is not list or has_score_word(name))
            )
            or name in known
        ]
        names += [name for name in known if name not in bound]
        taken: set[int] = set()
        for name in names:
            value = namespace.get(name)
            if value is None or name[:1] == "_" or name in facts.params:
                self._names.pop(name, None)
                continue
            courses = attempt(_list_courses, name, value, default=[])
            courses = [course for course in courses if id(course[1]) not in taken]
            taken |= {id(held) for _, held in courses}
            self._take(found, name, producers.get(name), value, courses, is_said)

    def _take(
        self,
        found: Yield,
        name: str,
        producer: str | None,
        value: Any,
        courses: list[Course],
        is_said: Iterable[str],
    ) -> None:
        may_grow = type(value) in (list, dict) and (courses or value == {})
        if may_grow and len(self._names) < _MAX_NAMES:
            self._names[name] = None
        for key, held in courses:
            length = len(held)
            before = self._read.get(key)
            known = before is not None and before[0] is held
            first = before[1] if known and before is not None else 0
            self._read[key] = (held, length)
            if key in is_said or first >= length:
                continue
            if key == name and not known and not is_grown(name, producer or ""):
                continue
            numbers = attempt(_to_numbers, held[first:], default=None)
            if not numbers or _repeats(numbers, found):
                continue
            found.folds.pop(key, None)
            found.series[key] = (first, numbers)


def take_logged(
    found: Yield,
    facts: CellFacts,
    objects: Iterable[str],
    namespace: Mapping[str, Any],
) -> None:
    """Add the last metrics that a Lightning trainer of the cell holds.

    What its TensorBoard logger wrote is mirrored already, point by point.
    """
    for name in [*objects, *(fit.name for fit in facts.fits)]:
        value = namespace.get(name)
        if _library(value) in LIGHTNING:
            found.metrics |= attempt(_read_trainer, name, value, default={})


def _read_trainer(name: str, trainer: Any) -> dict[str, float]:
    held = vars(vars(trainer)["_logger_connector"])
    told = {"epoch", "step"}
    loggers = vars(trainer).get("_loggers") or ()
    if any(type(logger).__name__ == "TensorBoardLogger" for logger in loggers):
        told |= set(held["_logged_metrics"])
    numbers = {
        f"{name}.{key}": to_scalar(item)
        for kind in ("_callback_metrics", "_logged_metrics")
        for key, item in held[kind].items()
        if key not in told
    }
    return {key: number for key, number in numbers.items() if number is not None}


def _list_courses(name: str, value: Any) -> list[Course]:
    if isinstance(value, list):
        return [(name, value)] if has_score_word(name) else []
    if isinstance(value, dict):
        return list(_list_entries(name, value))
    found: list[Course] = []
    for attribute in _HELD.get(_library(value), ()):
        held = vars(value).get(attribute)
        if held is not None and _library(held) in ("keras", "tensorflow", "tf_keras"):
            held = vars(held).get("history")  # a model's, of its last training
        if isinstance(held, dict):
            found += _list_entries(name, held)
        elif isinstance(held, list) or getattr(held, "ndim", 0) == 1:
            found.append((f"{name}.{attribute.strip('_')}", held))
    return found


def _list_entries(name: str, held: dict[Any, Any], depth: int = 0) -> Iterator[Course]:
    """Yield the lists of scores in a dict, or in the dicts in it."""
    if len(held) > _MAX_ENTRIES:
        return
    for key, item in list(held.items()):
        if not isinstance(key, str):
            continue
        if isinstance(item, list) and has_score_word(key):
            yield f"{name}.{key}", item
        elif isinstance(item, dict) and depth == 0:
            yield from _list_entries(f"{name}.{key}", item, depth + 1)


def _library(value: Any) -> str:
    return type(value).__module__.partition(".")[0]


def _to_numbers(items: Any) -> list[float] | None:
    numbers: list[float] = []
    for item in items:
        number = item if type(item) is float else to_scalar(item)
        if number is None:
            return None
        numbers.append(number)
    return numbers


def _repeats(numbers: list[float], found: Yield) -> bool:
    """Tell whether a list got only what a name of the cell says already."""
    return len(numbers) == 1 and numbers[0] in found.metrics.values()
