"""What a person said of names: ignored, or promoted to results."""

from collections.abc import Mapping
from typing import Any, TypeVar

from trackbook.capture.states import Yield
from trackbook.events import NameRule

V = TypeVar("V")


class NameRules:
    """Rules by name; one of `clf` holds for `clf.depth`, unless that has its own."""

    def __init__(self) -> None:
        self.by_name: dict[str, NameRule] = {}

    def set(self, names: Mapping[str, NameRule | None]) -> None:
        """Take what is said of names; None takes a rule back."""
        for name, rule in names.items():
            if rule is None:
                self.by_name.pop(name, None)
            else:
                self.by_name[name] = rule

    def find(self, key: str) -> NameRule | None:
        """Return the rule of a key, None without one."""
        while key:
            rule = self.by_name.get(key)
            if rule is not None:
                return rule
            key = key.rpartition(".")[0]
        return None

    def is_ignored(self, key: str) -> bool:
        """Tell whether it is neither param, result nor value."""
        return bool(self.by_name) and self.find(key) == "ignore"

    def is_promoted(self, key: str) -> bool:
        """Tell whether a value of it is a result."""
        return bool(self.by_name) and self.find(key) == "promote"

    def keep(self, bindings: Mapping[str, tuple[V, ...]]) -> dict[str, tuple[V, ...]]:
        """Return params by name without those that are ignored."""
        kept: dict[str, tuple[V, ...]] = {}
        for name, params in bindings.items():
            left = tuple(p for p in params if not self.is_ignored(_key(p)))
            if left or not params:
                kept[name] = left
        return kept

    def apply(self, found: Yield) -> None:
        """Leave out of a yield what is ignored, and make what is promoted results."""
        kinds: tuple[dict[str, Any], ...] = (
            found.metrics, found.values, found.folds, found.series,
        )  # fmt: skip
        for kind in kinds:
            for key in [key for key in kind if self.is_ignored(key)]:
                del kind[key]
        found.tables = [t for t in found.tables if not self.is_ignored(t.name)]
        for key in [key for key in found.values if self.is_promoted(key)]:
            found.metrics.setdefault(key, found.values.pop(key))


def _key(param: Any) -> str:
    return str(param.key)
