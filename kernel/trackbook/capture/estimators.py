"""Params of the estimators that a cell fitted, read and never patched.

Works by shape (`get_params`, fitted attributes that end in `_`), so scikit-learn,
xgboost, lightgbm and their like need not be imported. Only `get_params` is called.
"""

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from trackbook.capture.facts import CellFacts, Fit
from trackbook.capture.guard import attempt
from trackbook.capture.in_force import is_same
from trackbook.capture.literals import MAX_KEYS, MISSING, read_literal, to_json_value
from trackbook.capture.searches import read_search
from trackbook.capture.states import Yield
from trackbook.capture.studies import is_study, read_study
from trackbook.events import Param

_MAX_DEPTH = 4


def read_estimators(
    facts: CellFacts,
    objects: Iterable[str],
    namespace: Mapping[str, Any],
    shown: Any,
    found: Yield,
) -> dict[str, tuple[Param, ...]]:
    """Return the params of what the cell fitted, by name; `objects` it has bound.

    What a search found is added to `found`: its best score, its candidates.
    """
    params: dict[str, tuple[Param, ...]] = {}
    if not facts.fits and not any(
        is_estimator(value) or is_study(value) for value in map(namespace.get, objects)
    ):
        return params
    for name, value in _fitted(facts, objects, namespace, shown):
        params[name] = tuple(attempt(_read, name, value, default=[])[:MAX_KEYS])
        attempt(read_search, name, value, found, default=None)
    for name in [*(fit.name for fit in facts.fits), *objects]:
        value = namespace.get(name)
        if name not in params and is_study(value):
            best = attempt(read_study, name, value, found, default=[])
            params[name] = tuple(best[:MAX_KEYS])
    for fit in facts.fits:
        if fit.unbound is not None and fit.name not in params:
            params[fit.name] = _read_call(fit, namespace)
    return params


def _fitted(
    facts: CellFacts, objects: Iterable[str], namespace: Mapping[str, Any], shown: Any
) -> Iterable[tuple[str, Any]]:
    names = [fit.name for fit in facts.fits if fit.unbound is None]
    names += [name for name in objects if name not in names]
    classes = set()
    for name in names:
        value = namespace.get(name)
        if value is not None and is_estimator(value) and _is_fitted(value):
            classes.add(type(value).__name__)
            yield name, value
    for fit in facts.fits:
        if fit.unbound is not None and fit.name in classes:
            facts.fits = [other for other in facts.fits if other is not fit]
    name = type(shown).__name__
    chains = {fit.name for fit in facts.fits if fit.unbound is not None}
    if name in chains - classes and is_estimator(shown):
        yield name, shown


def is_estimator(value: Any) -> bool:
    """Tell whether an object has params of its own and can be fitted; calls nothing."""
    kind = type(value)
    return (
        not isinstance(value, type)
        and callable(getattr(kind, "get_params", None))
        and callable(getattr(kind, "fit", None))
    )


def _is_fitted(value: Any) -> bool:
    attributes: dict[str, Any] = attempt(vars, value, default={})
    if any(name.endswith("_") and not name.startswith("_") for name in attributes):
        return True
    steps = attributes.get("steps")  # a pipeline has no such attributes of its own
    return isinstance(steps, list) and any(_is_fitted(step[-1]) for step in steps)


def _read(name: str, value: Any, depth: int = 0) -> list[Param]:
    """Return an estimator's non-default params, its parts' below their names."""
    found: list[Param] = []
    defaults = _defaults(type(value))
    parts = dict(value.get_params(deep=False))
    steps = parts.pop("steps", parts.pop("transformers", None))
    for key, item in sorted(parts.items()):
        if is_estimator(item) and depth < _MAX_DEPTH:
            found.append(Param(f"{name}.{key}", type(item).__name__, "estimator"))
            found += attempt(_read, f"{name}.{key}", item, depth + 1, default=[])
        elif not _is_default(item, defaults.get(key, MISSING)):
            found.append(Param(f"{name}.{key}", to_json_value(item), "estimator"))
    for step in steps if isinstance(steps, list) and depth < _MAX_DEPTH else ():
        step_name, part = f"{name}.{step[0]}", step[1]
        if is_estimator(part):
            found.append(Param(step_name, type(part).__name__, "estimator"))
            found += attempt(_read, step_name, part, depth + 1, default=[])
    attributes: dict[str, Any] = attempt(vars, value, default={})
    best = attributes.get("best_params_")
    if isinstance(best, dict):
        found += [
            Param(f"{name}.best.{key}", to_json_value(item), "estimator")
            for key, item in best.items()
        ]
    return found


def _defaults(kind: type) -> dict[str, Any]:
    """Return the defaults of how it is made; what it passes on, its bases say."""
    found: dict[str, Any] = {}
    for base in kind.__mro__:
        if "__init__" not in vars(base):
            continue
        signature = attempt(inspect.signature, base, default=None)
        if signature is None:
            break
        parameters = signature.parameters.values()
        for parameter in parameters:
            if parameter.default is not inspect.Parameter.empty:
                found.setdefault(parameter.name, parameter.default)
        if not any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters):
            break
    return found


def _is_default(value: Any, default: Any) -> bool:
    if default is MISSING:
        return value is None
    return value is default or attempt(_equals, value, default, default=False)


def _equals(value: Any, default: Any) -> bool:
    return type(value) is type(default) and is_same(value, default)


def _read_call(fit: Fit, namespace: Mapping[str, Any]) -> tuple[Param, ...]:
    """Return the params of an estimator that nothing holds, from its construction."""
    found: list[Param] = []
    for keyword in fit.unbound.keywords if fit.unbound else ():
        if keyword.arg is None:
            continue
        value = read_literal(keyword.value)
        if value is MISSING:
            name = getattr(keyword.value, "id", None)
            bound = namespace.get(name) if isinstance(name, str) else None
            if type(bound) not in (bool, int, float, str):
                continue
            value = bound
        key = f"{fit.name}.{keyword.arg}"
        found.append(Param(key, to_json_value(value), "estimator"))
    return tuple(found)
