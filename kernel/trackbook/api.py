"""The fluent API: what a notebook or a script calls on the process's recording.

Holds the one recorder of the process, and nothing else that lives on.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trackbook.errors import NoActiveRun
from trackbook.events import EndStatus
from trackbook.paths import get_home
from trackbook.process import find_kernel_id
from trackbook.recorder import Recorder
from trackbook.run import Run


class Process:
    """What this process records with; one exists, since a process has one recording."""

    recorder: Recorder | None = None


process = Process()


def get_recorder() -> Recorder:
    """Return the process's recorder; begin recording a script where there is none."""
    recorder = process.recorder
    if recorder is None:
        recorder = Recorder(get_home(), kernel_id=find_kernel_id())
        process.recorder = recorder
    return recorder


def log_metric(key: str, value: Any, step: int | None = None) -> None:
    """Log a number that answers "how good", at `step` or one after the last.

    Without an open run one is opened. Raises BadMetricValue, naming key and value,
    where it is not a number; NaN and infinities are.
    """
    recorder = process.recorder
    if recorder is None:
        recorder = get_recorder()
    recorder.log_metric(key, value, step)


def log_metrics(metrics: Mapping[str, Any], step: int | None = None) -> None:
    """Log several numbers at one step."""
    for key, value in metrics.items():
        log_metric(key, value, step)


def log_param(key: str, value: Any) -> None:
    """Log an input of the run; its type is kept."""
    get_recorder().log_params({key: value})


def log_params(params: Mapping[str, Any]) -> None:
    """Log several inputs of the run."""
    get_recorder().log_params(params)


def set_tag(key: str, value: Any) -> None:
    """Say something about the run, as text."""
    set_tags({key: value})


def set_tags(tags: Mapping[str, Any]) -> None:
    """Say several things about the run, as text."""
    get_recorder().edit(tags={str(key): str(value) for key, value in tags.items()})


def log_artifact(path: str | os.PathLike[str], name: str | None = None) -> None:
    """Keep a file with the run, under its own name or `name`.

    Raises BadInput where it can't be read.
    """
    get_recorder().log_artifact(Path(path), name)


def start_run(
    name: str | None = None,
    *,
    experiment: str | None = None,
    tags: Mapping[str, Any] | None = None,
) -> Run:
    """Open a run; as a context manager it ends with the block.

    Within another explicit run it is nested: the outer one is current again afterwards.
    Until it ends, no run begins or ends by itself.
    """
    recorder = get_recorder()
    boundary = "explicit" if recorder.in_shell else "script"
    return recorder.start(
        name,
        experiment=experiment,
        tags=tags,
        boundary=boundary,  # type: ignore[arg-type]
        nested=True,
    )


def end_run(status: EndStatus = "finished") -> None:
    """End the open run. Raises NoActiveRun where none is."""
    run = active_run()
    if run is None:
        raise NoActiveRun("no run is open. Open one with trackbook.start_run().")
    run.end(status)


def active_run() -> Run | None:
    """Return the open run, or None."""
    return process.recorder.find_current() if process.recorder else None
