"""The live card: what is being recorded, on screen and kept up to date.

The only module that knows ipywidgets. Where it or its front end is missing, the card
stays what it was when it was shown.
"""

from typing import TYPE_CHECKING, Any

from trackbook.api import process
from trackbook.card import NOT_RECORDING, read_facts, render_html, render_text
from trackbook.follower import Follower

if TYPE_CHECKING:
    from trackbook.extension import Extension

_VIEW = "application/vnd.jupyter.widget-view+json"


class LiveCard:
    """The card of one shell; shown again it is the same, in one more place."""

    def __init__(self, extension: "Extension") -> None:
        self._extension = extension
        self._box: Any = None
        self._body: Any = None
        self._button: Any = None
        self._follower: Follower | None = None

    def show(self) -> None:
        """Show it below the cell, as text wherever nothing else can be shown."""
        from IPython.display import display

        bundle: dict[str, Any] = {
            "text/plain": self.describe(),
            "text/html": self._draw(),
        }
        if self._make():
            bundle[_VIEW] = {
                "version_major": 2,
                "version_minor": 0,
                "model_id": self._box.model_id,
            }
            self._update()
            if self._follower is None or not self._follower.is_alive:
                self._follower = Follower(self._update)
                self._follower.start()
        display(bundle, raw=True)  # type: ignore[no-untyped-call]

    def describe(self) -> str:
        """Return the card as text."""
        recorder = process.recorder
        if recorder is None or not self._extension.is_recording:
            return NOT_RECORDING
        return render_text(read_facts(recorder))

    def close(self) -> None:
        """Take the card away; nothing follows any more."""
        follower, self._follower = self._follower, None
        if follower is not None:
            follower.close()
        box, self._box = self._box, None
        if box is not None:
            for widget in (*box.children, box):
                for part in (widget.layout, getattr(widget, "style", None)):
                    if part is not None:
                        part.close()
                widget.close()

    def _draw(self) -> str:
        recorder = process.recorder
        if recorder is None or not self._extension.is_recording:
            return render_html(None)
        return render_html(read_facts(recorder))

    def _make(self) -> bool:
        """Make the widgets once. False where there is no ipywidgets."""
        if self._box is not None:
            return True
        try:
            import ipywidgets
        except ImportError:
            return False
        self._body = ipywidgets.HTML()
        self._button = ipywidgets.Button(
            description="Stop recording",
            tooltip="Your code goes on; %track on records again",
        )
        self._button.on_click(self._stop)
        self._box = ipywidgets.VBox([self._body, self._button])
        return True

    def _stop(self, button: Any) -> None:
        self._extension.switch_off("Stop recording")
        self._update()

    def _update(self) -> bool:
        """Bring the widgets up to date; only what differs is sent."""
        box, body, button = self._box, self._body, self._button
        if box is None or box.comm is None:
            return False
        body.value = self._draw()
        button.disabled = not self._extension.is_recording
        return True
