"""What the runs of this process are to its parent and to its children.

A child process (of `fork`, `spawn`, `forkserver`, joblib; a script that a cell starts)
logs to the run that is open in its parent, never ends it, and may open its own as
children of it.
"""

import sys
from typing import Any

from trackbook.capture.states import RunState
from trackbook.handover import Handover, Inherited, find_inherited


class Family:
    """Parent and children of one recording. Not thread-safe."""

    def __init__(self, *, has_parent: bool) -> None:
        self.is_worker = False
        """Whether this process is one of multiprocessing's, or of a fork."""

        self.execution_id: str | None = None
        """The parent's execution when `find_run` was asked last."""

        self._handover = Handover()
        self._inherited: Inherited | None = None
        self._run: RunState | None = None
        if has_parent:
            self._inherited = find_inherited()
            process = sys.modules.get("multiprocessing.process")
            self.is_worker = process is not None and bool(process.parent_process())

    def find_run(self) -> RunState | None:
        """Return the run that is open in the parent, or None."""
        if self._inherited is None:
            return self._run
        found = self._inherited.read()
        if found is None:
            return None
        run_id, self.execution_id = found
        if self._run is None or self._run.run_id != run_id:
            self._run = make_run(run_id)
        return self._run

    def is_parents(self, run: RunState) -> bool:
        """Tell whether a run is one of the parent."""
        return run is self._run

    def result_logged(self, run: RunState) -> None:
        """A run has its first result of this process; its parent is told."""
        if self._inherited is not None and run is self._run:
            self._inherited.tell_result(run.run_id)

    def take_result(self, run: RunState) -> bool:
        """Tell whether a child logged a result to a run that has none of its own."""
        return not run.has_result and self._handover.take_result(run.run_id)

    def tell(self, run: RunState | None, execution_id: str | None) -> None:
        """Tell children which run is open; those of a worker are told by its parent."""
        if not self.is_worker:
            self._handover.tell(run.run_id if run else None, execution_id)

    def forked(self, run: RunState | None) -> None:
        """In a child of fork: what was open here is the parent's."""
        self.is_worker = True
        if self._handover.path is not None:
            self._inherited = Inherited(str(self._handover.path))
        self._run = make_run(run.run_id) if run is not None else None
        self._handover = Handover()

    def close(self) -> None:
        """Tell no more."""
        self._handover.close()


def make_run(run_id: str) -> RunState:
    """Return a run that another process opened."""
    return RunState(run_id, "explicit", None, False, (), {})


def at_worker_end(close: Any, *, forked: bool) -> None:
    """Have a worker of multiprocessing call `close`: it ends past `atexit`.

    After a fork its registry of finalizers is emptied, hence by way of its own hook.
    """
    util = sys.modules.get("multiprocessing.util")
    if util is None:
        return
    if forked:
        util.register_after_fork(
            close.__self__, lambda _: util.Finalize(None, close, exitpriority=20)
        )
    else:
        util.Finalize(None, close, exitpriority=20)
