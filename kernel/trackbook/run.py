"""A run that people hold: what they log to it, and its end.

Decides nothing and writes nothing: `recorder.py` does.
"""

import os
from collections.abc import Mapping
from contextvars import ContextVar, Token
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from trackbook.capture.literals import preview
from trackbook.capture.states import RunState
from trackbook.errors import BadMetricValue
from trackbook.events import EndStatus
from trackbook.lines import Target

if TYPE_CHECKING:
    from trackbook.by_hand import ByHand
    from trackbook.recorder import Recorder

context_run: ContextVar["Run | None"] = ContextVar("trackbook_run", default=None)


def to_number(key: str, value: Any) -> float:
    """Return a metric's value as a float; numpy's and torch's scalars are numbers too.

    Raises BadMetricValue naming the key and the value.
    """
    if not isinstance(value, (str, bytes, bytearray)):
        try:
            return float(value)
        except (TypeError, ValueError, OverflowError, RuntimeError) as error:
            cause: Exception | None = error
    else:
        cause = None
    raise BadMetricValue(
        f"metric {key!r}: {preview(value)} is not a number ({type(value).__name__}). "
        "Give an int, a float or an array's single element; "
        "a text belongs into log_param or set_tag."
    ) from cause


class Run:
    """A run by hand: logs to it, ends it; `with` ends it at the end of the block.

    Its methods are those of the module, for this very run: `run.log_metric(…)` is
    `trackbook.log_metric(…)` whichever run is open.
    """

    def __init__(self, recorder: "Recorder", state: RunState, name: str | None) -> None:
        self.recorder = recorder
        self.state = state
        self.name = name
        self.target: Target | None = None
        """Where points of its `with` block go, while nothing changes."""

        self._token: Token[Run | None] | None = None

    @property
    def run_id(self) -> str:
        """The run's id, sortable by when it began."""
        return self.state.run_id

    def log_param(self, key: str, value: Any) -> None:
        """Log an input of this run; see `trackbook.log_param`."""
        self._log.log_params({key: value}, self.state)

    def log_params(self, params: Mapping[str, Any]) -> None:
        """Log several inputs of this run; see `trackbook.log_params`."""
        self._log.log_params(params, self.state)

    def log_metric(self, key: str, value: Any, step: int | None = None) -> None:
        """Log a number of this run; see `trackbook.log_metric`."""
        self._log.log_metric_to(self.state, key, value, step)

    def log_metrics(self, metrics: Mapping[str, Any], step: int | None = None) -> None:
        """Log several numbers of this run; see `trackbook.log_metrics`."""
        for key, value in metrics.items():
            self.log_metric(key, value, step)

    def set_tag(self, key: str, value: Any) -> None:
        """Say something about this run; see `trackbook.set_tag`."""
        self.set_tags({key: value})

    def set_tags(self, tags: Mapping[str, Any]) -> None:
        """Say several things about this run; see `trackbook.set_tags`."""
        said = {str(key): str(value) for key, value in tags.items()}
        self._log.edit(self.state, tags=said)

    def log_artifact(
        self,
        path: str | os.PathLike[str],
        artifact_path: str | None = None,
        *,
        name: str | None = None,
    ) -> None:
        """Keep a file or a folder with this run; see `trackbook.log_artifact`."""
        from trackbook.artifacts import list_files

        files = list_files(Path(path).expanduser(), artifact_path, name)
        self._log.log_files(files, self.state)

    def log_artifacts(
        self, path: str | os.PathLike[str], artifact_path: str | None = None
    ) -> None:
        """Keep what is in a folder; see `trackbook.log_artifacts`."""
        from trackbook.artifacts import list_folder

        files = list_folder(Path(path).expanduser(), artifact_path)
        self._log.log_files(files, self.state)

    def log_figure(self, figure: Any, artifact_file: str) -> None:
        """Keep a figure with this run; see `trackbook.log_figure`."""
        from trackbook.contents import encode_figure

        data = encode_figure(figure, artifact_file)
        self._log.log_bytes(data, artifact_file, self.state)

    def log_table(self, data: Any, artifact_file: str) -> None:
        """Keep a table with this run; see `trackbook.log_table`."""
        from trackbook.contents import read_table

        self._log.log_table(*read_table(data), artifact_file, self.state)

    def log_text(self, text: str, artifact_file: str) -> None:
        """Keep a text with this run; see `trackbook.log_text`."""
        data = str(text).encode("utf-8", "replace")
        self._log.log_bytes(data, artifact_file, self.state)

    def log_dict(self, dictionary: Any, artifact_file: str) -> None:
        """Keep a dict or list with this run; see `trackbook.log_dict`."""
        from trackbook.contents import encode_dict

        data = encode_dict(dictionary, artifact_file)
        self._log.log_bytes(data, artifact_file, self.state)

    def log_input(
        self,
        data: Any,
        context: str | None = None,
        *,
        name: str | None = None,
        source: str | None = None,
        digest: str | None = None,
    ) -> None:
        """Say what this run read; see `trackbook.log_input`."""
        from msgspec.structs import replace

        from trackbook.inputs import read_input

        facts = read_input(data, digest)
        said = {"name": name, "source": source, "digest": digest}
        facts = replace(facts, **{key: v for key, v in said.items() if v is not None})
        self._log.log_input(facts, context or "", self.state)

    @property
    def _log(self) -> "ByHand":
        return self.recorder.by_hand

    def end(self, status: EndStatus = "finished") -> None:
        """End this run; ending it again does nothing."""
        self.recorder.runs.end(self.state, "end_run", status)

    def __enter__(self) -> "Run":
        self._token = context_run.set(self)
        self.state.is_entered = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> Literal[False]:
        if self._token is not None:
            try:
                context_run.reset(self._token)
            except ValueError:  # entered in another context: an awaiting cell
                context_run.set(None)
            self._token = None
        status: EndStatus = "finished"
        if kind is not None:
            interrupted = issubclass(kind, KeyboardInterrupt)
            status = "interrupted" if interrupted else "failed"
        try:
            self.recorder.runs.end(self.state, "end of with", status)
        except Exception as failure:  # ours: the user's code goes on
            self.recorder.capture_failed("the end of a run", failure)
        return False

    def __repr__(self) -> str:
        return f"<trackbook run {self.name or self.run_id}>"
