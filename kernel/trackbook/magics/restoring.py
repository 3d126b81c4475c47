"""The button that `%track restore` shows, and the words for where there is none.

Kernel and server need not talk: the front end acts on what the output says.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trackbook.api import process
from trackbook.paths import get_home
from trackbook.reading import find_run

if TYPE_CHECKING:
    from trackbook.magics.track import TrackMagics

MIME_TYPE = "application/vnd.trackbook.restore+json"
WAYS = ("look", "copy", "replace", "cells")
"""What the front end can do with a run's notebook."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A restore that was asked for: which run, and how; None asks there."""

    run_id: str
    name: str | None
    way: str | None
    executed: bool

    def bundle(self) -> dict[str, Any]:
        """Return what a front end is shown."""
        wanted = {"run_id": self.run_id, "executed": self.executed}
        if self.name:
            wanted["run_name"] = self.name
        if self.way:
            wanted["way"] = self.way
        return {MIME_TYPE: wanted, "text/plain": self.words()}

    def words(self) -> str:
        """Say what does the same without the button."""
        options = " --as-executed" if self.executed else ""
        if self.way in ("replace", "cells"):
            options += " --replace NOTEBOOK.ipynb"
        if self.way == "cells":
            options += " --cells 2,5-7"
        return (
            f"The notebook of {self.name or self.run_id}. Without JupyterLab's button, "
            f"in a terminal:\n  trackbook restore {self.run_id}{options}\n"
            f"or here, as a copy:\n  %track restore {self.run_id} --out COPY.ipynb"
        )


def ask_restore(text: str, way: str | None, executed: bool) -> Asked:
    """Return the question for the front end. Raises RunNotFound, AmbiguousName."""
    recorder = process.recorder
    if recorder is not None:
        recorder.journal.flush()
    found = find_run(text, get_home() if recorder is None else recorder.home)
    return Asked(found.run_id, found.name, way, executed)


def show_button(track: "TrackMagics", asked: Asked) -> None:
    """Show the button; in a terminal, its words."""
    if getattr(track.shell, "kernel", None) is None:
        track.say(asked.words())
        return
    from IPython.display import display

    display(asked.bundle(), raw=True)  # type: ignore[no-untyped-call]
