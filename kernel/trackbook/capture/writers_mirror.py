"""What `SummaryWriter`s are told goes to the run as well.

PyTorch's and tensorboardX's; their classes are wrapped when their module is imported,
never earlier, and unwrapped at the end of the recording.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

from trackbook.capture.guard import attempt
from trackbook.capture.literals import to_params
from trackbook.capture.variables import to_scalar
from trackbook.recorder import Recorder

_MODULES = frozenset({"torch.utils.tensorboard.writer", "tensorboardX.writer"})
_MARK = "_trackbook_original"
_BOOKKEEPING = frozenset({"epoch", "hp_metric"})
"""What Lightning's logger writes of its own: where it is, and a placeholder."""


class WritersMirror:
    """Mirrors the writers of a process into one recorder's runs."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def install(self) -> None:
        """Wrap what is imported already, and see the rest being imported."""
        for name in _MODULES & sys.modules.keys():
            self._wrap(sys.modules[name])
        sys.meta_path.insert(0, self)

    def uninstall(self) -> None:
        """Leave the classes as they were."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        for name in _MODULES & sys.modules.keys():
            kind = getattr(sys.modules[name], "SummaryWriter", None)
            for method in ("add_scalar", "add_scalars", "add_hparams"):
                original = getattr(getattr(kind, method, None), _MARK, None)
                if original is not None:
                    setattr(kind, method, original)

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Find a module of ours to wrap as Python would; none other."""
        if name not in _MODULES:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            if self in sys.meta_path:
                self._wrap(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec

    def _wrap(self, module: ModuleType) -> None:
        kind = getattr(module, "SummaryWriter", None)
        mirrors: dict[str, Callable[..., None]] = {
            "add_scalar": self._add_scalar,
            "add_scalars": self._add_scalars,
            "add_hparams": self._add_hparams,
        }
        for method, mirror in mirrors.items():
            original = getattr(kind, method, None)
            if original is not None and not hasattr(original, _MARK):
                setattr(kind, method, _wrapped(original, mirror))

    def _add_scalar(
        self, tag: str, scalar_value: Any, global_step: Any = None, *_: Any, **__: Any
    ) -> None:
        number = to_scalar(scalar_value)
        step = to_scalar(global_step)
        if number is not None and tag not in _BOOKKEEPING:
            at = int(step) if step is not None else None
            self._recorder.found.log_point(str(tag), number, at)

    def _add_scalars(
        self,
        main_tag: str,
        tag_scalar_dict: Mapping[str, Any],
        global_step: Any = None,
        *_: Any,
        **__: Any,
    ) -> None:
        for tag, value in tag_scalar_dict.items():
            self._add_scalar(f"{main_tag}/{tag}", value, global_step)

    def _add_hparams(self, hparam_dict: Mapping[str, Any], *_: Any, **__: Any) -> None:
        # Its metrics go through `add_scalar` of another writer.
        for key, value in hparam_dict.items():
            self._recorder.found.log_params(to_params(str(key), value, "autolog"))


def _wrapped(
    original: Callable[..., Any], mirror: Callable[..., None]
) -> Callable[..., Any]:
    @wraps(original)
    def method(self: Any, *args: Any, **keywords: Any) -> Any:
        attempt(lambda: mirror(*args, **keywords), default=None)
        return original(self, *args, **keywords)

    setattr(method, _MARK, original)
    return method
