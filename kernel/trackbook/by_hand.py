"""What is logged by hand: points, params, edits, files, tables, inputs.

Finds the run that is meant and journals; where runs begin and end, `recorder.py` says.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from trackbook.artifacts import make_name, read_chunks
from trackbook.blobs import copy_blob, write_blob
from trackbook.capture.literals import preview, to_params
from trackbook.capture.states import RunState
from trackbook.errors import BadInput
from trackbook.events import (
    ArtifactLogged,
    Event,
    InputLogged,
    RunEdited,
    TableLogged,
)
from trackbook.found import split_rows
from trackbook.lines import Target
from trackbook.paths import blobs_dir
from trackbook.run import Run, context_run, to_number
from trackbook.run_journal import MAX_PARAMS

if TYPE_CHECKING:
    from trackbook.inputs import InputFacts
    from trackbook.recorder import Recorder

MAX_TABLE_ROWS = 1000
"""So many rows of a table the run's page shows; the artifact holds all."""

_MAX_STEP = 2**53
"""What a double holds, which the store and browsers read steps as."""


class ByHand:
    """Logs to the runs of one recorder. Thread-safe; holds the recorder's lock."""

    def __init__(self, recorder: "Recorder") -> None:
        self._target: Target | None = None
        self._held: list[Run] = []
        self._recorder = recorder
        self._put_point = recorder.journal.put_point

    # --- points -------------------------------------------------------------------

    def log_metric(self, key: str, value: Any, step: int | None = None) -> None:
        """Log a number of the current run."""
        if value.__class__ is not float:
            value = to_number(key, value)
        held = context_run.get()
        target = self._target if held is None else held.target
        if (
            target is None
            or key.__class__ is not str
            or not key
            or (step is not None and (step.__class__ is not int or step > _MAX_STEP))
        ):
            self._log_metric_slowly(key, value, step)
        else:
            self._put_point(target, key, value, step)

    def _log_metric_slowly(self, key: str, value: float, step: int | None) -> None:
        recorder = self._recorder
        with recorder.lock:
            run = recorder.runs.current_or_new()
            self.log_metric_to(run, key, value, step)
            self._remember_target(run)

    def _remember_target(self, run: RunState) -> None:
        """Let the next points find their way; a parent's run may change unnoticed."""
        held = context_run.get()
        if held is not None and held.state is run:
            held.target = self._make_target(run)
            self._held.append(held)
        elif held is None and run is self._recorder.boundaries.current:
            self._target = self._make_target(run)

    def forget_targets(self) -> None:
        """Find out anew where points go: a run or an execution began or ended."""
        self._target = None
        if self._held:
            for run in self._held:
                run.target = None
            self._held.clear()

    def log_metric_to(
        self, run: RunState, key: Any, value: Any, step: int | None
    ) -> None:
        """Log a number of a certain run."""
        number = to_number(key, value)
        if not isinstance(key, str) or not key:
            raise BadInput(f"a metric's key is a text that is not empty, not {key!r}.")
        if step is not None:
            step = _to_step(key, step)
        recorder = self._recorder
        with recorder.lock:
            if not run.has_result:
                recorder.result_arrived(run)
            self._put_point(self._make_target(run), str(key), number, step)

    def _make_target(self, run: RunState) -> Target:
        self._recorder.metric_logged(run)
        return (run.run_id, self._recorder.find_execution_id(run), "user")

    # --- params and edits ---------------------------------------------------------

    def log_params(
        self, params: Mapping[str, Any], run: RunState | None = None
    ) -> None:
        """Log inputs of a run, or of the current one."""
        found = tuple(
            param
            for key, value in params.items()
            for param in to_params(str(key), value, "user")
        )
        recorder = self._recorder
        with recorder.lock:
            run = run or recorder.runs.current_or_new()
            for start in range(0, len(found), MAX_PARAMS):
                part = found[start : start + MAX_PARAMS]
                recorder.say(recorder.boundaries.log_params(run, part))

    def edit(self, run: RunState | None = None, **fields: Any) -> None:
        """Set what a person says of a run, or of the current one."""
        self._put(RunEdited, run, **fields)

    # --- what is kept with the run ------------------------------------------------

    def log_files(self, files: Mapping[str, Path], run: RunState | None = None) -> None:
        """Keep files by their artifact names with a run, or with the current one."""
        for name, path in files.items():
            sha256, size = copy_blob(self._blobs, read_chunks(path))
            self._put_artifact(run, name, sha256, size)

    def log_bytes(
        self, data: bytes, artifact_file: str, run: RunState | None = None
    ) -> None:
        """Keep `data` as the artifact `artifact_file`."""
        name = make_name(artifact_file)
        self._put_artifact(run, name, write_blob(self._blobs, data), len(data))

    def _put_artifact(
        self, run: RunState | None, name: str, sha256: str, size: int
    ) -> None:
        import mimetypes

        self.put(
            ArtifactLogged,
            run,
            name=name,
            sha256=sha256,
            size_bytes=size,
            mime_type=mimetypes.guess_type(name)[0] or "",
        )

    def log_table(
        self,
        columns: tuple[str, ...],
        rows: list[tuple[Any, ...]],
        artifact_file: str,
        run: RunState | None = None,
    ) -> None:
        """Keep a table as an artifact, and its first rows where a page shows them."""
        from trackbook.contents import encode_table

        self.log_bytes(encode_table(columns, rows), artifact_file, run)
        first = 0
        for part in split_rows(rows[:MAX_TABLE_ROWS]):
            self.put(
                TableLogged,
                run,
                name=make_name(artifact_file),
                columns=columns,
                rows=part,
                first=first,
            )
            first += len(part)

    def log_input(
        self, facts: "InputFacts", context: str, run: RunState | None = None
    ) -> None:
        """Journal what a run, or the current one, read."""
        self.put(InputLogged, run, context=context, **msgspec.structs.asdict(facts))

    @property
    def _blobs(self) -> Path:
        return blobs_dir(self._recorder.home)

    def put(self, event_type: type[Event], run: RunState | None, **fields: Any) -> None:
        """Journal that something was logged to a run within the current execution."""
        recorder = self._recorder
        with recorder.lock:
            run = run or recorder.runs.current_or_new()
            fields["execution_id"] = recorder.find_execution_id(run)
            self._put(event_type, run, **fields)

    def _put(
        self, event_type: type[Event], run: RunState | None, **fields: Any
    ) -> None:
        recorder = self._recorder
        with recorder.lock:
            run = run or recorder.runs.current_or_new()
            run.is_used = True
            recorder.journal.put(event_type, run_id=run.run_id, **fields)


def _to_step(key: str, step: Any) -> int:
    try:
        found = int(step)
        if abs(found) <= _MAX_STEP:
            return found
        cause: Exception | None = None
    except (TypeError, ValueError, OverflowError) as error:
        cause = error
    raise BadInput(
        f"metric {key!r}: the step {preview(step)} is not a whole number "
        f"of at most {_MAX_STEP:,}."
    ) from cause
