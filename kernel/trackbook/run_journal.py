"""What was decided and executed, as events: the words of a recording.

Decides nothing: `capture/boundary.py` does. Not thread-safe; the recorder holds its
lock around every call.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from trackbook.capture.background import Background
from trackbook.capture.states import (
    Action,
    Confirmed,
    Ended,
    ExecutionState,
    Opened,
    ParamsChanged,
    Resumed,
    RunState,
)
from trackbook.events import (
    CaptureFailed,
    CellError,
    ExecutionEnded,
    ExecutionStarted,
    ExecutionStatus,
    NameRule,
    NamesRuled,
    ParamsLogged,
    RunConfirmed,
    RunEnded,
    RunResumed,
    RunStarted,
)
from trackbook.writer import JournalWriter

MAX_PARAMS = 200
"""So many params one event carries."""


class RunJournal:
    """Journals executions, and what the boundary decided on runs."""

    def __init__(
        self, writer: JournalWriter, background: Background, kernel_id: str | None
    ) -> None:
        self.names: dict[str, str | None] = {}
        self.run_count = 0
        self._put = writer.put
        self._background = background
        self._kernel_id = kernel_id
        self._order = 0
        self._said: Mapping[str, Any] = {}
        self._rules: dict[str, NameRule | None] = {}

    def say_of_next(self, **said: Any) -> None:
        """What a person said of the run that opens next, by field of its event."""
        self._said = said

    def apply(
        self, actions: Sequence[Action], execution: ExecutionState | None = None
    ) -> None:
        """Journal what the boundary decided, within an execution if there is one."""
        for action in actions:
            match action:
                case ParamsChanged():
                    self._params_changed(action, execution)
                case Opened():
                    self._opened(action)
                case Resumed(run=run):
                    self._resumed(run)
                case Confirmed(run=run, reason=why):
                    self._put(RunConfirmed, run_id=run.run_id, reason=why)
                case Ended(run=run, status=status, reason=text, folds_into=other):
                    self._put(
                        RunEnded,
                        run_id=run.run_id,
                        status=status,
                        reason=text,
                        folds_into=other.run_id if other is not None else None,
                    )
                    self.names.pop(run.run_id, None)

    def _params_changed(
        self, action: ParamsChanged, execution: ExecutionState | None
    ) -> None:
        run, params, removed = action
        while True:
            self._put(
                ParamsLogged,
                run_id=run.run_id,
                params=params[:MAX_PARAMS],
                removed=removed,
                execution_id=execution.execution_id if execution is not None else None,
            )
            if len(params) <= MAX_PARAMS:
                return
            params, removed = params[MAX_PARAMS:], ()

    def _opened(self, action: Opened) -> None:
        run = action.run
        said, self._said = self._said, {}
        self.run_count += 1
        self.names[run.run_id] = said.get("name")
        folder = _cwd()
        self._put(
            RunStarted,
            run_id=run.run_id,
            name=said.get("name"),
            experiment=said.get("experiment"),
            boundary=run.boundary,
            continues=run.continues,
            parent_run_id=said.get("parent_run_id"),
            provisional=action.provisional,
            kernel_id=self._kernel_id,
            notebook_path=self._background.notebook_path,
            cwd=folder,
            params=run.params[:MAX_PARAMS],
            tags=said.get("tags") or {},
            adopts=action.adopts,
        )
        for start in range(MAX_PARAMS, len(run.params), MAX_PARAMS):
            more = run.params[start : start + MAX_PARAMS]
            self._put(ParamsLogged, run_id=run.run_id, params=more)
        if self._rules:
            rules, self._rules = self._rules, {}
            self._put(NamesRuled, run_id=run.run_id, names=rules)
        self._background.run_opened(run.run_id, Path(folder))

    def names_ruled(
        self, names: Mapping[str, NameRule | None], run: RunState | None
    ) -> None:
        """A person said of names what they are: in the experiment of a run.

        Where none is open, in that of the next.
        """
        if run is None:
            self._rules |= names
        else:
            self._put(NamesRuled, run_id=run.run_id, names=dict(names))

    def _resumed(self, run: RunState) -> None:
        said, self._said = self._said, {}
        self.run_count += 1
        self.names[run.run_id] = said.get("name")
        folder = _cwd()
        self._put(
            RunResumed,
            run_id=run.run_id,
            kernel_id=self._kernel_id,
            notebook_path=self._background.notebook_path,
            cwd=folder,
        )
        self._background.run_opened(run.run_id, Path(folder))

    def execution_started(
        self, execution: ExecutionState, message_id: str | None
    ) -> None:
        """The code of an execution is about to run."""
        self._order += 1
        run = execution.run
        self._put(
            ExecutionStarted,
            execution_id=execution.execution_id,
            run_id=run.run_id if run is not None else None,
            order=self._order,
            source=execution.source,
            cell_id=execution.cell_id,
            message_id=message_id,
        )

    def execution_ended(
        self,
        execution: ExecutionState,
        status: ExecutionStatus,
        duration_ms: float,
        execution_count: int | None,
        error: CellError | None,
    ) -> None:
        """An execution is over."""
        run = execution.run
        self._put(
            ExecutionEnded,
            execution_id=execution.execution_id,
            run_id=run.run_id if run is not None else None,
            status=status,
            duration_ms=duration_ms,
            execution_count=execution_count,
            error=error,
        )

    def executed_before(
        self, execution_id: str, source: str, execution_count: int
    ) -> None:
        """An execution from before the recording is taken along."""
        self._order += 1
        self._put(
            ExecutionStarted,
            execution_id=execution_id,
            run_id=None,
            order=self._order,
            source=source,
            before_recording=True,
        )
        self._put(
            ExecutionEnded,
            execution_id=execution_id,
            run_id=None,
            status="ok",
            execution_count=execution_count,
        )

    def capture_failed(
        self, where: str, error: BaseException, run: RunState | None
    ) -> None:
        """A hook of ours failed."""
        self._put(
            CaptureFailed,
            where=where,
            error=f"{type(error).__name__}: {error}"[:2000],
            run_id=run.run_id if run else None,
        )


def _cwd() -> str:
    try:
        return str(Path.cwd())
    except OSError:  # the folder was removed
        return ""
