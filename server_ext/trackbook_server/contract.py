"""The API contract: what REST and `--json` say, one frozen struct a thing.

Field names are the same in SQL, JSON, Python and TypeScript. Response structs have no
defaults: a field is always there, and what may be missing is `T | None`. `*_at` are UTC
in ISO 8601 with microseconds and a `Z`, so that they sort as text. Floats that JSON has
no word for are the strings "NaN", "Infinity" and "-Infinity".

`make contract` turns this module into contract/openapi.json and
labextension/src/contract.ts.
"""

from typing import Any, Literal

import msgspec

from trackbook.events import (
    ExecutionStatus,
    MetricOrigin,
    NameRule,
    OutputKind,
    ParamOrigin,
    TableOrigin,
)

Number = float | str
"""A float, or "NaN", "Infinity", "-Infinity"."""

RunStatus = Literal["running", "open", "finished", "failed", "interrupted", "lost"]
Direction = Literal["higher", "lower"]
RecordingState = Literal["off", "waiting", "recording", "cannot"]
RestoreChange = Literal["added", "removed", "changed", "moved", "same"]


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """The base of everything that is answered."""


# --- runs -------------------------------------------------------------------------


class BlobRef(Reply, frozen=True, kw_only=True):
    """Where the bytes are: `runs/{run_id}/blobs/{sha256}`."""

    sha256: str
    size_bytes: int


class MetricSummary(Reply, frozen=True, kw_only=True):
    """A series without its points; `last` by (step, time).

    `change` and `better` are against `previous`, the last value in the run before, like
    those of the main metric. `sparkline` holds at most 32 values of the series. `folds`
    are what `last` is the mean of, `std` their standard deviation (ddof 0); both are
    None for a single number.
    """

    key: str
    origin: MetricOrigin
    last: Number
    last_step: int
    min: Number
    max: Number
    count: int
    direction: Direction | None
    change: float | None
    better: bool | None
    previous: Number | None
    sparkline: list[float]
    folds: list[Number] | None
    std: Number | None
    execution_id: str | None


class ParamChange(Reply, frozen=True, kw_only=True):
    """A param came into force with this value, or (`removed`) was one no longer."""

    value: Any
    removed: bool
    execution_id: str | None


class RunParam(Reply, frozen=True, kw_only=True):
    """A param at the run's last result.

    `varies`: it has several values among the experiment's runs. `changed`: it differs
    from the run before, where it was `previous` (None and `is_new` if it was not set).
    Where a value is too long, `value` is a preview and `blob` holds its JSON whole.
    """

    key: str
    value: Any
    origin: ParamOrigin
    varies: bool
    changed: bool
    is_new: bool
    previous: Any
    blob: BlobRef | None
    execution_id: str | None


class MainMetric(Reply, frozen=True, kw_only=True):
    """The number a row leads with, and its change to the run before.

    `better` is None where the direction is not known or nothing changed.
    `sparkline` holds at most 32 values of the series. `std` is that of its folds.
    """

    key: str
    value: Number
    std: Number | None
    direction: Direction | None
    change: float | None
    better: bool | None
    sparkline: list[float]


class RunRow(Reply, frozen=True, kw_only=True):
    """A run in the list. `number` counts the experiment's runs and gives the colour.

    `params` are at most eight: the changed ones first, then those that vary.
    `alike_count` counts the runs before it of the same code, params and results that
    the list folds into this row (1: only itself); `runs?alike={run_id}` lists the
    others.
    """

    run_id: str
    number: int
    name: str
    is_named: bool
    status: RunStatus
    experiment_id: str
    experiment: str
    notebook_path: str | None
    started_at: str
    ended_at: str | None
    duration_ms: float
    starred: bool
    trashed_at: str | None
    main_metric: MainMetric | None
    params: list[RunParam]
    param_count: int
    error: str | None
    continues: str | None
    alike_count: int
    change: int


class RunList(Reply, frozen=True, kw_only=True):
    """A page of runs. `next_cursor` is opaque; None means this is the last page.

    `change` is the store's at the time of reading; ask again with `since=change` for
    what changed since then (`removed` are ids that left the list). `total` counts all
    runs of the list; `without_result_count` those folded away because they have none,
    which `runs?without_result=true` lists in pages of the same kind.
    """

    runs: list[RunRow]
    removed: list[str]
    total: int
    without_result_count: int
    next_cursor: str | None
    change: int


class CellExecution(Reply, frozen=True, kw_only=True):
    """One running of one cell, in the order of `order`.

    `source_blob` holds a source that is too long, `source` its beginning. What it put
    out, `runs/{run_id}/outputs` tells.
    """

    execution_id: str
    order: int
    cell_id: str | None
    source: str
    source_blob: BlobRef | None
    execution_count: int | None
    status: ExecutionStatus | Literal["running"]
    started_at: str
    duration_ms: float | None
    error_name: str | None
    error_message: str | None
    traceback: str | None
    output_count: int
    before_recording: bool


class CellOutput(Reply, frozen=True, kw_only=True):
    """One output, in nbformat's words: a stream's text, or a mime bundle.

    A stream's `text` lacks `omitted_bytes` after its first `head_length` characters.
    A mime type is either in `data` or, where it is large, in `blobs`.
    """

    index: int
    kind: OutputKind
    name: str
    text: str
    omitted_bytes: int
    head_length: int
    data: dict[str, Any]
    blobs: dict[str, BlobRef]
    metadata: dict[str, Any]


class ExecutionOutputs(Reply, frozen=True, kw_only=True):
    """What one execution put out; `count` outputs, of which `outputs` holds the first.

    Where less than `count` are there, ask for the execution alone.
    """

    execution_id: str
    count: int
    outputs: list[CellOutput]


class RunOutputs(Reply, frozen=True, kw_only=True):
    """What `runs/{run_id}/outputs` answers: executions in their order.

    `next_cursor` continues; None means that nothing follows. `execution_id=…` asks for
    one execution, whole.
    """

    run_id: str
    executions: list[ExecutionOutputs]
    next_cursor: str | None
    change: int


class RunTable(Reply, frozen=True, kw_only=True):
    """A table of the run: a loop's iterations, a search's candidates.

    `rows` are the first of `row_count`; `runs/{run_id}/tables/{name}` has them all.
    `params` are the columns that were tried.
    """

    name: str
    origin: TableOrigin
    columns: list[str]
    params: list[str]
    rows: list[list[Any]]
    row_count: int
    execution_id: str | None


class Environment(Reply, frozen=True, kw_only=True):
    """What the run ran in; `git` is None outside a repository."""

    environment_id: str
    python: str
    executable: str
    platform: str
    host: str
    packages: dict[str, str]
    git: dict[str, Any] | None
    machine: dict[str, Any]


class Artifact(Reply, frozen=True, kw_only=True):
    """A named output."""

    name: str
    sha256: str
    size_bytes: int
    mime_type: str
    logged_at: str


class RevisionInfo(Reply, frozen=True, kw_only=True):
    """A notebook revision of the run; the first of a run's list is what it restores.

    `number` counts the notebook's revisions ("r7"). `moment` says when it was captured:
    as an execution was scheduled, as it ended, from the file, or rebuilt from the
    executions.
    """

    revision_id: str
    number: int
    moment: Literal["scheduled", "ended", "file", "executed"]
    captured_at: str
    notebook_path: str | None
    cell_count: int
    redacted_count: int


class RunInput(Reply, frozen=True, kw_only=True):
    """Data that a run read, in the shape of MLflow's datasets; see `input_logged`."""

    name: str
    digest: str
    source: str
    schema: dict[str, Any]
    profile: dict[str, Any]
    context: str
    logged_at: str


class Run(Reply, frozen=True, kw_only=True):
    """A run whole: what `show --json` prints.

    The first twelve fields are the shape that scripts rely on; `metrics` and `params`
    are by key there and detailed in `metric_list` and `param_list`. `values` are
    numbers that cells bound and that are no results. `param_changes` holds, for the
    params that had more than one value in the run, all of them in their order. `names`
    are the experiment's rules of names. `sentence` says in plain words how the run
    differs from the one before.
    """

    run_id: str
    name: str
    status: RunStatus
    experiment: str
    notebook_path: str | None
    started_at: str
    ended_at: str | None
    params: dict[str, Any]
    metrics: dict[str, "MetricLast"]
    tags: dict[str, str]
    cell_executions: list[CellExecution]
    number: int
    is_named: bool
    experiment_id: str
    duration_ms: float
    starred: bool
    trashed_at: str | None
    note: str
    error: str | None
    continues: str | None
    previous_run_id: str | None
    previous_name: str | None
    host: str
    kernel_id: str | None
    user: str
    main_metric: MainMetric | None
    metric_list: list[MetricSummary]
    param_list: list[RunParam]
    param_changes: dict[str, list[ParamChange]]
    values: list[MetricSummary]
    tables: list[RunTable]
    names: dict[str, NameRule]
    environment: Environment | None
    artifacts: list[Artifact]
    inputs: list[RunInput]
    revisions: list[RevisionInfo]
    redacted_count: int
    capture_failures: list[str]
    sentence: str
    change: int


class MetricLast(Reply, frozen=True, kw_only=True):
    """A metric as scripts read it."""

    last: Number
    min: Number
    max: Number
    count: int


class RunRecord(Reply, frozen=True, kw_only=True):
    """One object of the array that `runs --json` prints."""

    run_id: str
    name: str
    status: RunStatus
    experiment: str
    notebook_path: str | None
    started_at: str
    ended_at: str | None
    params: dict[str, Any]
    metrics: dict[str, MetricLast]
    tags: dict[str, str]
    duration_ms: float
    starred: bool
    main_metric: str | None


class MetricHistory(Reply, frozen=True, kw_only=True):
    """The points of one metric, ordered by (step, time).

    `total` counts all points; where it exceeds `len(steps)`, `sampled` is true and the
    points are a sample that keeps each bucket's extremes.
    """

    run_id: str
    key: str
    steps: list[int]
    times_ms: list[int]
    values: list[Number]
    total: int
    sampled: bool
    change: int


class RunEdit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What PATCH runs/{run_id} takes; only the fields present change.

    An empty `name` gives the automatic name back. A tag of None is removed.
    `notebook_path` attaches a run of an untitled kernel session to a notebook.
    """

    name: str | None = None
    starred: bool | None = None
    note: str | None = None
    tags: dict[str, str | None] = {}
    trashed: bool | None = None
    notebook_path: str | None = None


# --- differences ------------------------------------------------------------------


class ValueDifference(Reply, frozen=True, kw_only=True):
    """One key's value in every run, in their order; `present` where it is set."""

    key: str
    values: list[Any]
    present: list[bool]
    differs: bool


class CellDifference(Reply, frozen=True, kw_only=True):
    """One cell in two runs, aligned by cell id, then by content.

    `before` and `after` are sources; None where the cell is only on the other side.
    `title` is its first line of code.
    """

    title: str
    cell_id: str | None
    change: RestoreChange
    before: str | None
    after: str | None


class ComparedRun(Reply, frozen=True, kw_only=True):
    """A run at the head of a column."""

    run_id: str
    number: int
    name: str
    status: RunStatus
    experiment_id: str
    main_metric: MainMetric | None
    started_at: str
    duration_ms: float


class Comparison(Reply, frozen=True, kw_only=True):
    """Runs side by side, against the first (`baseline_run_id`).

    `params`, `metrics` and `environment` hold every key, those that differ first.
    `cells` compares the cells as executed of the baseline with those of the last run
    in `runs` (the only other one when two are compared).
    """

    baseline_run_id: str
    runs: list[ComparedRun]
    params: list[ValueDifference]
    metrics: list[ValueDifference]
    environment: list[ValueDifference]
    cells: list[CellDifference]
    sentence: str


# --- experiments ------------------------------------------------------------------


class Experiment(Reply, frozen=True, kw_only=True):
    """A named group of runs; by default a notebook, followed through renames."""

    experiment_id: str
    name: str
    notebook_path: str | None
    run_count: int
    last_started_at: str | None
    main_metric: str | None
    directions: dict[str, Direction]
    names: dict[str, NameRule]


class ExperimentList(Reply, frozen=True, kw_only=True):
    """All experiments, the most recently used first."""

    experiments: list[Experiment]
    change: int


class ExperimentEdit(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """What PATCH experiments/{experiment_id} takes; an empty main_metric unsets it.

    A rule of None in `names` is taken back.
    """

    name: str | None = None
    main_metric: str | None = None
    directions: dict[str, Direction] = {}
    names: dict[str, NameRule | None] = {}


# --- recording --------------------------------------------------------------------


class Recording(Reply, frozen=True, kw_only=True):
    """Whether a notebook's session records, why not, and the line that mends it.

    `cure` is a line for a cell of this notebook, `terminal_cure` the same for a
    terminal. `run_id` and `run_name` name the run that is open now. The event bus
    carries one whenever it changes (schema recording-changed/v1).
    """

    kernel_id: str
    notebook_path: str | None
    state: RecordingState
    reason: str | None
    cure: str | None
    terminal_cure: str | None
    run_id: str | None
    run_name: str | None


class RecordingEdit(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """What PUT recordings/{kernel_id} takes."""

    on: bool


# --- revisions --------------------------------------------------------------------


class Capture(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What POST captures takes: the document at one moment, cell by cell.

    `cell_keys` name the cells in their order: opaque to the server, made anew by the
    client whenever a cell changed, unique within `client_id`. `cells` holds the bodies
    of the keys that the client has not sent before. `frame` is the notebook without
    its cells (metadata, nbformat, nbformat_minor and unknown fields). `messages` maps
    each execute request's message id to its cell id. `notebook_path` is that of the
    client's session, where several notebooks may share the kernel.
    """

    kernel_id: str
    client_id: str
    moment: Literal["scheduled", "ended"]
    messages: dict[str, str]
    frame: dict[str, Any]
    cell_keys: list[str]
    cells: dict[str, dict[str, Any]]
    notebook_path: str | None = None


class Captured(Reply, frozen=True, kw_only=True):
    """The revision, or the keys whose bodies the server lacks (send again)."""

    revision_id: str | None
    missing: list[str]


class RestoreRequest(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """What POST runs/{run_id}/copies takes: open its notebook as a copy.

    Without `revision_id` the run's own; without `path` beside its notebook under a
    name that is free.
    """

    revision_id: str | None = None
    path: str | None = None


class RestoredCopy(Reply, frozen=True, kw_only=True):
    """Where the copy was written, in the contents manager's paths."""

    path: str
    revision_id: str


# --- the server -------------------------------------------------------------------


class Status(Reply, frozen=True, kw_only=True):
    """What GET status says.

    `writes` is false where another process holds the home; then `owner` says which.
    """

    version: str
    home: str
    writes: bool
    owner: str | None
    network_home: bool
    change: int
    run_count: int
    bad_line_count: int
    problem: str | None


class Problem(Reply, frozen=True, kw_only=True):
    """The one shape of every error: what is wrong and what mends it."""

    error: str
    message: str


class RunChanged(Reply, frozen=True, kw_only=True):
    """What the event bus carries: these runs changed, the store is at `change`.

    At most 100 ids; `truncated` means: read the list again.
    """

    change: int
    run_ids: list[str]
    truncated: bool
