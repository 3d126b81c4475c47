"""Events become rows: what each event of the journal changes. Only writes.

A `Projection` lives as long as one transaction. It applies events in any batching with
the same outcome: whatever depends on several events is derived from the rows at its
end (`derived.py`), and what must be decided at once, such as a run's number, depends
on the event alone. An event that makes no sense raises BadEvent and changes nothing.
"""

from collections.abc import Callable
from sqlite3 import IntegrityError
from typing import Any

from trackbook import events as ev
from trackbook_server.store import (
    apply_cells,
    apply_imports,
    apply_inputs,
    apply_life,
    apply_outcomes,
    apply_places,
    apply_runs,
)
from trackbook_server.store.changes import Changes
from trackbook_server.store.derived import derive_runs
from trackbook_server.store.edits import exists
from trackbook_server.store.main_metric import rechoose
from trackbook_server.store.name_rules import take_ruled_runs
from trackbook_server.store.placement import follow_captures
from trackbook_server.store.points import store_points
from trackbook_server.store.search.texts import take_in
from trackbook_server.store.values import BadEvent, GoneForGood

_MESSAGES = 500
"""So many messages are looked up at once."""


class Projection(Changes):
    """Applies events within one transaction; `finish` before it commits."""

    def apply(self, event: ev.Event, writer_id: str) -> None:
        """Change the rows that `event` is about, or none and raise BadEvent; what is
        told of a run that was deleted for good is dropped."""
        execute = self.db.conn.execute
        execute("savepoint event")
        if not isinstance(event, ev.PointsLogged):
            self.noted = None
        try:
            _APPLY[type(event)](self, event, writer_id)
        except (BadEvent, OverflowError, UnicodeEncodeError, IntegrityError) as error:
            execute("rollback to event")
            self.noted = None
            self.touched = {
                run_id
                for run_id in self.touched
                if exists(self.db, "runs", "run_id", run_id)
            }
            if not isinstance(error, GoneForGood):
                raise BadEvent(str(error)) from error
            self._drop(event)
        finally:
            execute("release event")

    def _drop(self, event: ev.Event) -> None:
        """Count an event that came too late; its execution is of no run either."""
        if isinstance(event, ev.ExecutionStarted):
            self.db.execute(
                "insert or ignore into execution_tombstones values (?)",
                (event.execution_id,),
            )
        self.db.execute(
            "update tombstones set dropped_count = dropped_count + 1 where run_id = ?",
            (getattr(event, "run_id", None),),
        )

    def finish(self) -> None:
        """Store the points that were gathered and derive what follows from the rows."""
        for (run_id, key), batches in self.points.items():
            store_points(self.db, run_id, key, batches)
        self.points.clear()
        for start in range(0, len(self.messages), _MESSAGES):
            follow_captures(self.db, self.messages[start : start + _MESSAGES])
        self.messages.clear()
        for experiment_id in self.rechosen:
            rechoose(self.db, experiment_id)
        self.touched |= take_ruled_runs(self.db)
        derive_runs(self.db, self.touched, self.experiments, self._list_redrawn())
        take_in(self.db, (), self.executions)
        self.executions.clear()

    def _list_redrawn(self) -> list[str]:
        """Return the runs of the experiments whose runs look different now."""
        return [
            run_id
            for experiment_id in self.redrawn
            for (run_id,) in self.db.execute(
                "select run_id from runs where experiment_id = ?", (experiment_id,)
            )
        ]


_APPLY: dict[type[ev.Event], Callable[[Changes, Any, str], None]] = {
    ev.JournalOpened: apply_places.journal_opened,
    ev.RunStarted: apply_runs.run_started,
    ev.RunConfirmed: apply_runs.run_confirmed,
    ev.RunEnded: apply_runs.run_ended,
    ev.RunEdited: apply_runs.run_edited,
    ev.RunResumed: apply_runs.run_resumed,
    ev.NamesRuled: apply_runs.names_ruled,
    ev.ExperimentCreated: apply_life.experiment_created,
    ev.TrashEmptied: apply_life.trash_emptied,
    ev.EmptyingStopped: apply_life.emptying_stopped,
    ev.TrashRuled: apply_life.trash_ruled,
    ev.ExperimentEdited: apply_life.experiment_edited,
    ev.ParamsLogged: apply_runs.params_logged,
    ev.PointsLogged: apply_runs.points_logged,
    ev.FoldsLogged: apply_outcomes.folds_logged,
    ev.TableLogged: apply_outcomes.table_logged,
    ev.ExecutionStarted: apply_cells.execution_started,
    ev.ExecutionEnded: apply_cells.execution_ended,
    ev.OutputsChanged: apply_outcomes.outputs_changed,
    ev.EnvironmentCaptured: apply_cells.environment,
    ev.ArtifactLogged: apply_cells.artifact_logged,
    ev.InputLogged: apply_inputs.input_logged,
    ev.RevisionCaptured: apply_cells.revision_captured,
    ev.ValuesRedacted: apply_cells.values_redacted,
    ev.CaptureFailed: apply_cells.capture_failed,
    ev.KernelPlaced: apply_places.kernel_placed,
    ev.NotebookRenamed: apply_places.notebook_renamed,
    ev.NotebookCopied: apply_places.notebook_copied,
    ev.RecordingChosen: apply_places.recording_chosen,
    ev.ImportRequested: apply_imports.import_requested,
    ev.ImportStopped: apply_imports.import_stopped,
}
