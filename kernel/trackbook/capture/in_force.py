"""The params in force: which there are, which names gave them, what a binding changes.

Pure. A name bound to a dict gives one param a key of it (`config.depth`).
"""

from collections.abc import Callable, Iterable
from typing import Any

from trackbook.capture.states import Bindings
from trackbook.events import Param

Changes = tuple[list[Param], list[str]]
"""Params that came into force, and the keys of those that are none any more."""


class ParamsInForce(dict[str, Param]):
    """Params by key. Changed by its methods only, which know each name's keys."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: dict[str, dict[str, None]] = {}

    def add(self, param: Param) -> None:
        """Bring a param into force, in the place of one of the same key."""
        key = param.key
        if key not in self:
            self._keys.setdefault(key.partition(".")[0], {})[key] = None
        self[key] = param

    def drop(self, key: str) -> None:
        """Put a param out of force."""
        del self[key]
        name = key.partition(".")[0]
        keys = self._keys[name]
        del keys[key]
        if not keys:
            del self._keys[name]

    def forget(self, is_ignored: Callable[[str], bool]) -> list[str]:
        """Put params out of force whose key is ignored, and return their keys."""
        keys = [key for key in self if is_ignored(key)]
        for key in keys:
            self.drop(key)
        return keys

    def drop_origin(self, origin: str) -> None:
        """Put the params of an origin out of force."""
        for key in [key for key, param in self.items() if param.origin == origin]:
            self.drop(key)

    def of(self, name: str) -> tuple[Param, ...]:
        """Return the params that the binding of a name gave."""
        keys = self._keys.get(name)
        return tuple([self[key] for key in keys]) if keys is not None else ()

    def list_held(self, names: Iterable[str]) -> list[str]:
        """Return those of `names` whose binding, or the fit of what it is, gave any."""
        held = self._keys
        return [name for name in names if name in held]

    def keys_of(self, name: str, *, estimators: bool = False) -> list[str]:
        """Return the keys that the binding of a name gave, or the fit of what it is."""
        held = self._keys.get(name)
        if held is None:
            return []
        return [key for key in held if (self[key].origin == "estimator") is estimators]

    def bind(
        self, bindings: Bindings, dropped: Iterable[str], *, estimators: bool = False
    ) -> Changes:
        """Bring names to their new params; a name's former ones that are gone, go."""
        changed: list[Param] = []
        removed: list[str] = []
        for name, params in bindings.items():
            held = self._keys.get(name)
            if held is not None and not (
                len(held) == 1 == len(params) and params[0].key in held
            ):
                new = {param.key for param in params}
                for key in self.keys_of(name, estimators=estimators):
                    if key not in new:
                        self.drop(key)
                        removed.append(key)
            for param in params:
                old = self.get(param.key)
                if old is None:
                    self.add(param)
                    changed.append(param)
                elif not is_same(old.value, param.value):
                    self[param.key] = param
                    changed.append(param)
        for name in dropped:
            for key in self.keys_of(name):
                self.drop(key)
                removed.append(key)
        return changed, removed

    def would_change(self, bindings: Bindings) -> bool:
        """Tell whether a name that holds params gets others."""
        for name, params in bindings.items():
            old = {key: self[key].value for key in self.keys_of(name)}
            if not old:
                continue
            new = {param.key: param.value for param in params}
            if old.keys() != new.keys() or any(
                not is_same(old[key], value) for key, value in new.items()
            ):
                return True
        return False

    def differ_from(self, base: dict[str, Param]) -> bool:
        """Tell whether a param is new or has another value; one that is gone is not."""
        for key, param in self.items():
            old = base.get(key)
            if old is not param and (
                old is None or not is_same(old.value, param.value)
            ):
                return True
        return False


def is_same(left: Any, right: Any) -> bool:
    """Tell whether two params' values are the same; True is not 1, NaN is NaN."""
    if type(left) is type(right):
        return bool(left == right or (left != left and right != right))
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    if isinstance(left, float) and left != left:
        return isinstance(right, float) and right != right
    return bool(left == right)
