"""Settings that live in objects: widgets, configurations.

Their values change without any assignment that a cell's code would show, hence they are
read before each execution.
"""

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from trackbook.capture.guard import attempt
from trackbook.capture.histories import LIGHTNING
from trackbook.capture.literals import to_params, to_plain
from trackbook.capture.names import split_words, words
from trackbook.events import Param

_CONFIG_WORDS = words(
    "config configs configuration cfg conf args arguments params parameters param "
    "hparams hyperparams hyperparameters hparam hp settings setting options opts opt"
)
_SHOWS = words("HTML HTMLMath Label IntProgress FloatProgress Valid Image Audio Video")
"""Widgets that only show something."""

_MAX_NAMES = 50


class Settings:
    """The names of a notebook that hold settings."""

    def __init__(self) -> None:
        self._names: dict[str, None] = {}

    def read(self, namespace: Mapping[str, Any]) -> dict[str, tuple[Param, ...]]:
        """Return the params that the known names hold now."""
        found = {}
        for name in list(self._names):
            params = attempt(_read, name, namespace.get(name), default=None)
            if params is None:
                del self._names[name]
            else:
                found[name] = params
        return found

    def read_new(
        self, names: Iterable[str], namespace: Mapping[str, Any]
    ) -> dict[str, tuple[Param, ...]]:
        """Return those of `names` that the cell has bound to settings."""
        found = {}
        for name in names:
            params = attempt(_read, name, namespace.get(name), default=None)
            if params and not name.startswith("_") and len(self._names) < _MAX_NAMES:
                self._names[name] = None
                found[name] = params
        return found


def _read(name: str, value: Any) -> tuple[Param, ...] | None:
    """Return the params of a widget or a configuration, None where it is neither."""
    kind = type(value)
    if value is None or kind.__module__ == "builtins":
        return None
    widget = getattr(sys.modules.get("ipywidgets"), "ValueWidget", None)
    is_widget = isinstance(widget, type) and isinstance(value, widget)
    if is_widget and kind.__name__ not in _SHOWS:
        return to_params(name, value.value, "widget")
    if _is_lightning_module(kind):
        kept = vars(value).get("_hparams")  # by its `save_hyperparameters`
        return to_params(name, dict(kept), "auto") if kept else None
    if not _is_config(name, kind):
        return None
    plain = to_plain(value)
    if isinstance(plain, dict):
        return to_params(name, plain, "auto")
    return None


def _is_lightning_module(kind: type) -> bool:
    return any(
        base.__name__ == "LightningModule"
        and base.__module__.partition(".")[0] in LIGHTNING
        for base in kind.__mro__
    )


def _is_config(name: str, kind: type) -> bool:
    library = kind.__module__.partition(".")[0]
    if library in ("argparse", "omegaconf", "ml_collections"):
        return True
    if not (
        hasattr(kind, "__dataclass_fields__") or hasattr(kind, "__pydantic_fields__")
    ):
        return False
    return bool(split_words(f"{name}_{kind.__name__}") & _CONFIG_WORDS)
