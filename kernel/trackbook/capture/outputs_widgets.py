"""What a widget shows: its state and that of those it is made of.

A widget's view names a model that lives in the kernel, hence the view says nothing once
the kernel is gone. ipywidgets itself knows what a view needs; it is asked only where
the program has loaded it, and never on the cell's path.
"""

import sys
import time
from typing import Any

import msgspec

from trackbook.capture.guard import attempt
from trackbook.capture.outputs_kept import Bundle, Kept

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"

_MAX_BYTES = 4 * 1024 * 1024
_SECRET_MODELS = frozenset({"PasswordModel"})
_encoder = msgspec.json.Encoder(enc_hook=str)


_MAX_VIEWS = 50
_SHARE = 20
"""Looking at the views takes one part in so many of the time."""


class Views:
    """The widgets' views that outputs hold; those shown last, within a bound."""

    def __init__(self) -> None:
        self._views: dict[Bundle, tuple[Kept, int, bytes]] = {}
        self._is_wanted = False
        self._rests_until = 0.0

    def look(self) -> bool:
        """Have the views looked at next time; tells whether there are any."""
        self._is_wanted = bool(self._views)
        return self._is_wanted

    def complete(self, kept: Kept, at: int, view: Bundle) -> Any:
        """Return the data of an output, with the state of the widget it is a view of.

        Such a view is held from then on.
        """
        model_id = find_model(view.data)
        if model_id is None:
            return view.data
        found = self._views.pop(view, None)
        state = read_state(model_id) or (found[2] if found is not None else None)
        if state is None:
            return view.data
        self._views[view] = (kept, at, state)
        if len(self._views) > _MAX_VIEWS:
            del self._views[next(iter(self._views))]
        return {**view.data, STATE: msgspec.json.decode(state)}

    def find_changed(self) -> list[tuple[Kept, int]]:
        """Return the places of those whose widget's state is another one now."""
        began = time.monotonic()
        if not self._is_wanted or began < self._rests_until:
            return []
        self._is_wanted = False
        changed = []
        for view, (kept, at, before) in list(self._views.items()):
            if at >= len(kept.outputs) or kept.outputs[at] is not view:
                del self._views[view]  # cleared, or updated to something else
                continue
            now = read_state(find_model(view.data) or "")
            if now is not None and now != before:
                changed.append((kept, at))
        ended = time.monotonic()
        self._rests_until = ended + (ended - began) * _SHARE
        return changed


def find_model(data: Any) -> str | None:
    """Return the model that a mime bundle is a view of."""
    view = data.get(VIEW) if isinstance(data, dict) else None
    model_id = view.get("model_id") if isinstance(view, dict) else None
    return model_id if isinstance(model_id, str) else None


def read_state(model_id: str) -> bytes | None:
    """Return the state of a model and of those it refers to, as JSON.

    None where there is none any more, or too much of it.
    """
    return attempt(_read, model_id, default=None)


def _read(model_id: str) -> bytes | None:
    module = sys.modules.get("ipywidgets.widgets.widget")
    widget = module._instances.get(model_id) if module is not None else None
    if widget is None:
        return None
    from ipywidgets.embed import dependency_state  # of what is loaded already

    models = dependency_state([widget])
    for model in models.values():
        if model.get("model_name") in _SECRET_MODELS:
            model["state"].pop("value", None)
    found = {"version_major": 2, "version_minor": 0, "state": models}
    encoded = _encoder.encode(found)
    return encoded if len(encoded) <= _MAX_BYTES else None
