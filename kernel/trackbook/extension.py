"""Recording switched on and off in a shell: by `%load_ext`, `%track`, the server."""

import sys
import weakref
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from trackbook.api import process
from trackbook.capture.cells import CellCapture
from trackbook.capture.earlier import read_earlier
from trackbook.capture.rules import NameRules
from trackbook.capture.skips import Skips
from trackbook.capture.writers_mirror import WritersMirror
from trackbook.errors import HomeError
from trackbook.events import NameRule
from trackbook.magics import TrackMagics
from trackbook.paths import get_home
from trackbook.process import find_kernel_id
from trackbook.recorder import Recorder
from trackbook.version import __version__

if TYPE_CHECKING:
    from trackbook.follower import Follower
    from trackbook.widgets import LiveCard

_MAX_READ = 200
"""Cells of the history, at most, whose params are looked for."""

_OWN = (
    "%load_ext trackbook",
    "%track",
    "%reload_ext trackbook",
    "%unload_ext trackbook",
)


class Extension:
    """What is loaded into one shell."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.capture: CellCapture | None = None
        self._mirror: WritersMirror | None = None
        self.problem: str | None = None
        self.reads_loops = True
        self.rules = NameRules()
        self.magics = TrackMagics(shell, self)
        self.followers: list[Follower] = []
        """What is on screen and follows the recording, until it is unloaded."""

        self._card: LiveCard | None = None

    @property
    def card(self) -> "LiveCard":
        """The card of this shell, which `%track` shows."""
        if self._card is None:
            from trackbook.widgets import LiveCard

            self._card = LiveCard(self)
        return self._card

    @property
    def is_recording(self) -> bool:
        """Whether cells are being recorded."""
        return self.capture is not None

    def load(self) -> None:
        """Add the magics and begin recording."""
        self.shell.register_magics(self.magics)
        self.magics.add_completer()
        self.switch_on()

    def unload(self) -> None:
        """Stop recording and leave nothing behind."""
        self.switch_off("unload")
        if self._card is not None:
            self._card.close()
        for follower in self.followers:
            follower.close()
        self.magics.remove()

    def switch_on(self, notebook: str | None = None) -> None:
        """Begin recording. A home that can't be used is said once, and not raised."""
        if self.capture is not None:
            return
        try:
            recorder = Recorder(
                get_home(),
                in_shell=True,
                kernel_id=find_kernel_id(),
                namespace=self.shell.user_ns,
                notebook=notebook,
                rules=self.rules,
            )
        except HomeError as error:
            self.problem = str(error)
            sys.stderr.write(f"trackbook: not recording: {error}\n")
            return
        self.problem = None
        if process.recorder is not None:
            process.recorder.close("new recording")
        process.recorder = recorder
        self.capture = CellCapture(self.shell, recorder, loaded.skips)
        self.capture.reads_loops = self.reads_loops
        self.capture.install()
        self._mirror = WritersMirror(recorder)
        self._mirror.install()

    def read_loops(self, on: bool) -> None:
        """Take scores that top-level loops bind as series, or don't, from now on."""
        self.reads_loops = on
        if self.capture is not None:
            self.capture.reads_loops = on

    def rule_names(
        self, names: Mapping[str, NameRule | None], *, is_known: bool = False
    ) -> None:
        """Ignore or promote names from now on; None takes a rule back."""
        if process.recorder is not None and self.is_recording:
            process.recorder.rule_names(names, is_known=is_known)
        else:
            self.rules.set(names)

    def switch_off(self, reason: str = "off") -> None:
        """Stop recording; an open run ends."""
        capture, self.capture = self.capture, None
        if capture is not None:
            capture.uninstall()
        if self._mirror is not None:
            self._mirror.uninstall()
        if process.recorder is not None:
            process.recorder.close(reason)
            process.recorder = None

    def add_earlier(self) -> None:
        """Take the cells that were executed before the recording from the history."""
        recorder = process.recorder
        history = getattr(self.shell, "history_manager", None)
        if recorder is None or history is None:
            return
        earlier = [
            (count, source)
            for count, source in enumerate(history.input_hist_raw)
            if count
            and source.strip()
            and not source.strip().startswith(_OWN)
            and not loaded.skips.is_skipped(
                source, {}, recorder.background.find_notebook_file
            )
            and count not in loaded.skips.counts
        ]
        for count, source in earlier:
            recorder.add_earlier(source, count)
        sources = [source for _, source in earlier[-_MAX_READ:]]
        recorder.take_in_force(
            *read_earlier(sources, self.shell.transform_cell, self.shell.user_ns)
        )
        recorder.journal.request_flush()

    def describe(self) -> dict[str, Any]:
        """Return the recording's state as the server asks for it."""
        recorder = process.recorder
        if self.capture is None or recorder is None:
            state = "off" if self.problem is None else "cannot"
            return {"state": state, "reason": self.problem, "version": __version__}
        current = recorder.boundaries.current
        return {
            "state": "recording",
            "version": __version__,
            "home": str(recorder.home),
            "writer_id": recorder.journal.writer_id,
            "run_id": current.run_id if current else None,
            "executable": sys.executable or "",
        }


class Loaded:
    """The extension of the process, if one is loaded, and what it was told to skip."""

    extension: Extension | None = None
    skips = Skips()
    shell: Callable[[], Any] = staticmethod(lambda: None)
    """Whose cells the skipped ones are."""


loaded = Loaded()


def load(shell: Any) -> Extension:
    """Load into a shell; again only switches the recording on."""
    extension = loaded.extension
    if extension is not None and extension.shell is not shell:
        extension.unload()
        extension = None
    if loaded.shell() is not shell:
        loaded.skips, loaded.shell = Skips(), weakref.ref(shell)
    if extension is None:
        extension = loaded.extension = Extension(shell)
        extension.load()
    else:
        extension.switch_on()
    return extension


def unload(shell: Any) -> None:
    """Unload from a shell; nothing stays behind."""
    extension = loaded.extension
    if extension is not None and extension.shell is shell:
        loaded.extension = None
        extension.unload()


def arm(
    notebook: str | None = None, names: Mapping[str, NameRule | None] | None = None
) -> dict[str, Any]:
    """Begin recording in this kernel as if its first cell had loaded the extension.

    Called by the server; answers with the state. Again changes nothing. `names` are the
    rules that the store has of names.
    """
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        reason = "this Python process runs no IPython shell"
        return {"state": "cannot", "reason": reason, "version": __version__}
    extension = loaded.extension
    was_recording = extension is not None and extension.is_recording
    if extension is None or extension.shell is not shell:
        shell.extension_manager.load_extension("trackbook")
        extension = loaded.extension or load(shell)
    extension.switch_on(notebook)
    extension.rule_names(names or {}, is_known=True)
    if not was_recording:
        extension.add_earlier()
    return extension.describe()


def rule_names(names: Mapping[str, NameRule | None]) -> None:
    """Obey rules of names that the store has; called by the server."""
    if loaded.extension is not None:
        loaded.extension.rule_names(names, is_known=True)


def share() -> None:
    """Know that several notebooks use this kernel. Called by the server."""
    extension = loaded.extension
    if extension is not None and extension.capture is not None:
        extension.capture.documents.are_several = True


def disarm() -> dict[str, Any]:
    """Stop recording in this kernel and leave nothing behind."""
    extension = loaded.extension
    if extension is not None:
        shell = extension.shell
        unload(shell)
        shell.extension_manager.loaded.discard("trackbook")
    return {"state": "off", "version": __version__}


def recording_state() -> dict[str, Any]:
    """Return what `arm` answers, and change nothing."""
    if loaded.extension is None:
        return {"state": "off", "version": __version__}
    return loaded.extension.describe()
