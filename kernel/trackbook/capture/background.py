"""What is found out beside the cells: environment, git, the headless notebook.

Short-lived threads, begun with the journal's next batch: the cell that opens a run is
mostly over by then, and pays neither for a thread nor for git.
"""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trackbook.blobs import write_blob
from trackbook.capture.guard import attempt
from trackbook.errors import HomeNotWritable
from trackbook.events import (
    CaptureFailed,
    EnvironmentCaptured,
    RevisionCaptured,
    ValuesRedacted,
)
from trackbook.handover import remove_leftovers
from trackbook.paths import blobs_dir
from trackbook.writer import JournalWriter

_MAX_LOOKS = 20
"""So often the notebook's file is looked for in vain."""


class Background:
    """Captures what surrounds a run, on threads of its own."""

    def __init__(
        self,
        journal: JournalWriter,
        home: Path,
        namespace: Mapping[str, Any],
        notebook: str | None = None,
    ) -> None:
        self._journal = journal
        self._home = home
        self._namespace = namespace
        self._said = notebook
        self._found: Path | None = None
        self._looks = _MAX_LOOKS
        self._sent: set[str] = set()
        self._has_cleaned = False
        self._environment: tuple[str, dict[str, Any]] | None = None
        self._due: list[tuple[str, Path]] = []
        """Runs that were opened, and where."""

        self._threads: list[threading.Thread] = []
        self._make_locks()

    def _make_locks(self) -> None:
        self._due_lock = threading.Lock()
        self._lock = threading.Lock()

    def find_notebook_file(self) -> Path | None:
        """Return the notebook's file, where no server knows it; looked for a while.

        Several notebooks that a runner was given differ only once cells have run.
        """
        if self._found is None and self._looks > 0:
            self._looks -= 1
            from trackbook.capture.notebook import find_notebook

            self._found = attempt(find_notebook, self._namespace, default=None)
        return self._found

    @property
    def notebook_path(self) -> str | None:
        """The notebook that runs are of, None where a server joins it."""
        if self._said is not None:
            return self._said
        found = self.find_notebook_file()
        return str(found) if found is not None else None

    def run_opened(self, run_id: str, folder: Path) -> None:
        """Capture what a new run runs in, soon; returns at once."""
        with self._due_lock:
            self._due.append((run_id, folder))

    def begin(self) -> None:
        """Begin to capture what is due."""
        # Who waits for captures must find the thread of what is no longer due.
        with self._due_lock:
            due, self._due = self._due, []
            if not due:
                return
            thread = threading.Thread(
                target=self._capture_all,
                args=(due,),
                name="trackbook-environment",
                daemon=True,
            )
            try:
                thread.start()
            except RuntimeError:  # the interpreter is shutting down
                pass
            else:
                alive = [other for other in self._threads if other.is_alive()]
                self._threads = [*alive, thread]
                return
        self._capture_all(due)

    def wait(self, seconds: float) -> None:
        """Wait until all that is due is captured."""
        self.begin()
        self.rest(seconds)

    def rest(self, seconds: float) -> None:
        """Wait for captures under way."""
        with self._due_lock:
            threads = self._threads
        for thread in threads:
            thread.join(seconds)

    def forget(self) -> None:
        """In a child of fork: the threads are the parent's, and so is what is due."""
        self._due = []
        self._threads = []
        self._make_locks()
        self._sent = set()

    def _capture_all(self, due: list[tuple[str, Path]]) -> None:
        """Capture what runs run in; for all of a folder, git is asked once."""
        git: dict[Path, dict[str, Any] | None] = {}
        for run_id, folder in due:
            try:
                self._capture(run_id, folder, git)
            except Exception as error:  # a thread's exception would be shown
                said = f"{type(error).__name__}: {error}"[:2000]
                self._journal.put(
                    CaptureFailed, where="environment", error=said, run_id=run_id
                )

    def _capture(
        self, run_id: str, folder: Path, git: dict[Path, dict[str, Any] | None]
    ) -> None:
        from trackbook.capture import environment

        if not self._has_cleaned:
            self._has_cleaned = True
            remove_leftovers()
        notebook = self.find_notebook_file()
        if notebook is not None:
            self._capture_notebook(run_id, notebook)
        with self._lock:
            if self._environment is None:
                body = environment.capture_environment()
                self._environment = (environment.identify_environment(body), body)
            environment_id, body = self._environment
            is_new = environment_id not in self._sent
            self._sent.add(environment_id)
            if folder not in git:
                git[folder] = environment.capture_git(folder)
            self._journal.put(
                EnvironmentCaptured,
                run_id=run_id,
                environment_id=environment_id,
                environment=body if is_new else None,
                git=git[folder],
            )

    def _capture_notebook(self, run_id: str, path: Path) -> None:
        from trackbook.capture.notebook import read_notebook

        found = read_notebook(path)
        if found is None:
            return
        data, redacted = found
        if redacted:
            self._journal.put(ValuesRedacted, count=redacted, run_id=run_id)
        try:
            sha256 = write_blob(blobs_dir(self._home), data)
        except HomeNotWritable as error:
            self._journal.put(
                CaptureFailed, where="notebook", error=str(error), run_id=run_id
            )
            return
        self._journal.put(
            RevisionCaptured,
            sha256=sha256,
            run_id=run_id,
            notebook_path=str(path),
            moment="file",
            redacted_count=redacted,
        )
