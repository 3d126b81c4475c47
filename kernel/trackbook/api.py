"""The fluent API: what a notebook or a script calls on the process's recording.

Holds the one recorder of the process, and nothing else that lives on.
"""

import os
import threading
from collections.abc import Mapping
from typing import Any

from trackbook.errors import BadInput, NoActiveRun
from trackbook.events import EndStatus
from trackbook.paths import get_home
from trackbook.process import find_kernel_id
from trackbook.recorder import Recorder
from trackbook.run import Run


class Process:
    """What this process records with; one exists, since a process has one recording."""

    recorder: Recorder | None = None
    lock = threading.Lock()


process = Process()


def get_recorder() -> Recorder:
    """Return the process's recorder; begin recording a script where there is none."""
    recorder = process.recorder
    if recorder is None:
        with process.lock:
            recorder = process.recorder
            if recorder is None:
                recorder = Recorder(get_home(), kernel_id=find_kernel_id())
                process.recorder = recorder
    return recorder


def log_metric(key: str, value: Any, step: int | None = None) -> None:
    """Log one point of a metric: a number that answers "how good".

    `value` is an int, a float, or an array's single element (numpy, torch); NaN and
    infinities are kept. `step` is its x, a whole number; without it the point follows
    the one before (0, 1, 2 …). The time is noted in milliseconds. Costs about a
    microsecond; without an open run one is opened.

    Raises BadMetricValue, naming key and value, where it is not a number, and BadInput
    for a key or a step that is none.

        trackbook.log_metric("loss", 0.25, step=3)
    """
    recorder = process.recorder
    if recorder is None:
        recorder = get_recorder()
    recorder.by_hand.log_metric(key, value, step)


def log_metrics(metrics: Mapping[str, Any], step: int | None = None) -> None:
    """Log one point of each of several metrics, all at the same `step`.

    Raises what `log_metric` does, for the first that is wrong.

        trackbook.log_metrics({"loss": 0.25, "acc": 0.9}, step=3)
    """
    for key, value in metrics.items():
        log_metric(key, value, step)


def log_param(key: str, value: Any) -> None:
    """Log an input of the run.

    Its type is kept (bool, int, float, str, None, lists and dicts of them); anything
    else is kept as its `repr`. Logged again, the new value is the one in force.

        trackbook.log_param("learning_rate", 0.01)
    """
    get_run_to_log().log_param(key, value)


def log_params(params: Mapping[str, Any]) -> None:
    """Log several inputs of the run, as `log_param` does.

    trackbook.log_params({"learning_rate": 0.01, "layers": [64, 64]})
    """
    get_run_to_log().log_params(params)


def set_tag(key: str, value: Any) -> None:
    """Say something about the run, as text; it can be changed later.

    trackbook.set_tag("data", "v3")
    """
    get_run_to_log().set_tag(key, value)


def set_tags(tags: Mapping[str, Any]) -> None:
    """Say several things about the run, as text.

    trackbook.set_tags({"data": "v3", "team": "vision"})
    """
    get_run_to_log().set_tags(tags)


def log_artifact(
    path: str | os.PathLike[str],
    artifact_path: str | None = None,
    *,
    name: str | None = None,
) -> None:
    """Keep a file, or a folder with all that is in it, with the run.

    It is called as the file is, or `name`; `artifact_path` puts it below a folder of
    the run's artifacts. Files of a folder keep their relative names. Files of any size
    are copied in parts, never held in memory; the same bytes are stored once.

    Raises BadInput for what is missing or can't be read, for links, pipes and devices,
    and for a name that leads elsewhere; HomeNotWritable where the disk is full.

        trackbook.log_artifact("model.joblib", "models")   # models/model.joblib
    """
    get_run_to_log().log_artifact(path, artifact_path, name=name)


def log_artifacts(
    path: str | os.PathLike[str], artifact_path: str | None = None
) -> None:
    """Keep what is in a folder with the run, without the folder's own name.

    Raises what `log_artifact` does, and BadInput for a folder without files.

        trackbook.log_artifacts("outputs", "plots")   # plots/loss.png, …
    """
    get_run_to_log().log_artifacts(path, artifact_path)


def log_figure(figure: Any, artifact_file: str) -> None:
    """Keep a figure of matplotlib, Plotly or PIL with the run.

    The format is that of the name's suffix: .png, .svg, .pdf …, for Plotly also .html
    and .json. Raises BadInput for another object or format.

        trackbook.log_figure(plt.gcf(), "plots/loss.png")
    """
    get_run_to_log().log_figure(figure, artifact_file)


def log_table(data: Any, artifact_file: str) -> None:
    """Keep a table with the run: a DataFrame, a dict of columns or a list of dicts.

    The artifact is JSON in pandas' `split` orientation, as MLflow writes it; the run's
    page shows the first thousand rows. Logged again under its name, it is replaced.
    Raises BadInput for another object and for columns of different lengths.

        trackbook.log_table({"text": ["a", "b"], "score": [0.1, 0.9]}, "eval.json")
    """
    get_run_to_log().log_table(data, artifact_file)


def log_text(text: str, artifact_file: str) -> None:
    """Keep a text with the run, in UTF-8.

    trackbook.log_text(str(model), "model.txt")
    """
    get_run_to_log().log_text(text, artifact_file)


def log_dict(dictionary: Any, artifact_file: str) -> None:
    """Keep a dict or a list with the run: as YAML if the name ends so, else as JSON.

    Raises BadInput for YAML where the package pyyaml is missing.

        trackbook.log_dict({"classes": ["cat", "dog"]}, "classes.yaml")
    """
    get_run_to_log().log_dict(dictionary, artifact_file)


def log_input(
    data: Any,
    context: str | None = None,
    *,
    name: str | None = None,
    source: str | None = None,
    digest: str | None = None,
) -> None:
    """Say what data the run read: name, digest, where from, columns, rows.

    `data` is a path (file or folder), a URL, a DataFrame, an array, a list of dicts, or
    one of MLflow's datasets. `context` says what it is for ("training"), `source` where
    it came from. The digest, a SHA-256 of what it holds, is computed unless `digest`
    is given; files are read in parts. Only facts are kept, not the data.

    Raises BadInput for what can't be read or has no digest of its own.

        trackbook.log_input(train, "training", name="iris", source="data/iris.csv")
    """
    get_run_to_log().log_input(data, context, name=name, source=source, digest=digest)


def start_run(
    name: str | None = None,
    *,
    run_name: str | None = None,
    experiment: str | None = None,
    tags: Mapping[str, Any] | None = None,
    nested: bool = True,
    parent_run_id: str | None = None,
    run_id: str | None = None,
) -> Run:
    """Open a run; as a context manager it ends with the block.

    It ends as *finished*, *failed* if the block raised, or *interrupted*. Until it
    ends, no run begins or ends by itself. `run_name` is MLflow's word for `name`.

    Opened within another one it is its child, and the outer one is current again
    afterwards; `nested=False` opens one that is nobody's child, `parent_run_id` names a
    parent of elsewhere. Runs opened by `with` in several threads or tasks at once keep
    apart; a thread without one logs to the process's run, a child process to its
    parent's.

    `run_id` goes on with a run that has ended, here or elsewhere: its id, a unique
    prefix, its name, or `@last`. Steps are counted on; an open run here ends.

    Raises HomeError where the home can't be used, BadInput for a `run_id` with a name
    or a run that is open here, RunNotFound and AmbiguousName.

        with trackbook.start_run("baseline", experiment="digits") as run:
            trackbook.log_metric("acc", 0.9)
        print(run.run_id)
    """
    recorder = get_recorder()
    if run_id is not None:
        return _resume(recorder, run_id, name or run_name, experiment, tags)
    return recorder.runs.start(
        name if name is not None else run_name,
        experiment=experiment,
        tags=tags,
        boundary="explicit" if recorder.in_shell else "script",
        nested=True,
        is_child=nested,
        parent_run_id=parent_run_id,
    )


def _resume(
    recorder: Recorder,
    text: str,
    name: str | None,
    experiment: str | None,
    tags: Mapping[str, Any] | None,
) -> Run:
    from trackbook.reading import find_run

    if name is not None or experiment is not None:
        raise BadInput(
            f"the run {text!r} has its name and experiment already; leave them out, or "
            "leave out run_id to open a new run."
        )
    recorder.journal.flush()
    run = recorder.runs.resume(find_run(text, recorder.home))
    if tags:
        run.set_tags(tags)
    return run


def end_run(status: EndStatus = "finished") -> None:
    """End the open run, as finished, failed or interrupted.

    Raises NoActiveRun where none is. A child process doesn't end its parent's run.

        trackbook.end_run("failed")
    """
    run = active_run()
    if run is None:
        raise NoActiveRun("no run is open. Open one with trackbook.start_run().")
    run.end(status)


def active_run() -> Run | None:
    """Return the run that is logged to here, or None where none is open.

    That of this `with` block, else the process's, else its parent process's.

        trackbook.active_run().run_id
    """
    return process.recorder.runs.find_current() if process.recorder else None


def last_active_run() -> Run | None:
    """Return the run that is open, else the one that this process opened last.

    trackbook.last_active_run().run_id
    """
    return process.recorder.runs.find_last() if process.recorder else None


def set_experiment(name: str | None) -> None:
    """Let the runs that this process opens from now on belong to experiment `name`.

    It is created if it doesn't exist. None is the notebook's own experiment again. A
    run that is open stays where it is. Raises BadInput for an empty name.

        trackbook.set_experiment("digits")
    """
    if name is not None and not str(name).strip():
        raise BadInput("an experiment's name is not empty; None is the notebook's own.")
    get_recorder().runs.experiment = None if name is None else str(name)


def get_run_to_log() -> Run:
    """Return the run that is logged to; open one where none is."""
    return get_recorder().runs.get_current()
