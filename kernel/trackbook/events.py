"""The journal contract: what a kernel may tell the store, one frozen struct an event.

This module owns the vocabulary and nothing else: it opens no file and knows no
database. Kernel and server may be of different versions and live in different
environments; these structs, written as one JSON object a line, are all they share.
Therefore events and fields are only ever added. A reader ignores fields it does not
know and keeps events it does not know; an event that an older reader must not pass
over says so in `needs`.

Non-finite floats travel as the strings "NaN", "Infinity" and "-Infinity", because JSON
has no word for them (RFC 8259, section 6).
"""

from datetime import datetime
from typing import Any, Literal

import msgspec

JOURNAL_VERSION = 1
"""The reader version that understands everything in this module."""

MAX_LINE_BYTES = 256 * 1024
"""A longer line is skipped as bad without being decoded; larger payloads are blobs."""

MAX_BATCH_POINTS = 4096
"""The most points that one `points_logged` event carries."""

ParamOrigin = Literal["user", "auto", "estimator", "papermill", "widget", "autolog"]
MetricOrigin = Literal["user", "auto", "autolog", "value"]
EndStatus = Literal["finished", "failed", "interrupted", "lost"]
ExecutionStatus = Literal["ok", "error", "interrupted", "aborted"]
Boundary = Literal["auto", "explicit", "cell", "script"]
OutputKind = Literal["stream", "display_data", "execute_result"]
TableOrigin = Literal["loop", "search", "user"]
NameRule = Literal["ignore", "promote"]


class Param(msgspec.Struct, frozen=True):
    """One param: an input in force when it was journaled.

    `value` keeps its type (bool, int, float, str, None, list, dict); what has no JSON
    form is its `repr`. One that is too long for a line is kept whole as the blob
    `sha256` of `size_bytes` (its JSON in UTF-8), and `value` is a preview of it.
    """

    key: str
    value: Any
    origin: ParamOrigin = "user"
    sha256: str | None = None
    size_bytes: int | None = None


class CellError(msgspec.Struct, frozen=True):
    """What a cell raised: class name, message, and the traceback as plain text."""

    name: str
    message: str
    traceback: str = ""


class OutputBlob(msgspec.Struct, frozen=True):
    """What one mime type of an output holds, as a blob of the same home.

    Bytes of a binary type (what nbformat keeps in base64), else UTF-8: text as it is,
    anything else as JSON.
    """

    sha256: str
    size_bytes: int


class Output(msgspec.Struct, frozen=True, omit_defaults=True):
    """One output of an execution, in nbformat's words; what it raised is `CellError`.

    A `stream` has a `name` (stdout or stderr) and a `text` with its carriage returns
    folded; `omitted_bytes` of it were left out where `text` is `head_length` characters
    long (0: nothing was). Others have a mime bundle: small parts in `data`, large ones
    in `blobs`, each mime type in one of them. A widget's last state is the mime type
    application/vnd.jupyter.widget-state+json beside its view.
    """

    kind: OutputKind
    name: str = ""
    text: str = ""
    omitted_bytes: int = 0
    head_length: int = 0
    data: dict[str, Any] = {}
    blobs: dict[str, OutputBlob] = {}
    metadata: dict[str, Any] = {}


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every event says of itself.

    `seq` grows by one an event within a writer, from 0 at its first header, over all
    its segments. `at` is UTC. `needs` is the least JOURNAL_VERSION a reader must have.
    """

    seq: int
    at: datetime
    needs: int = 1


class JournalOpened(Event, frozen=True, kw_only=True, tag="journal_opened"):
    """The header: the first line of every segment, naming the writer process.

    `boot_id` and `pid_started_at` (seconds since the epoch) tell a process from a later
    one with the same pid; `boot_id` is empty where the system does not tell it.
    `pid_started_boot_ms` is the time from the boot to its start, which no change of the
    clock shifts; None where the system does not tell it.
    """

    writer_id: str
    segment: int
    host: str
    boot_id: str
    pid: int
    pid_started_at: float
    pid_started_boot_ms: int | None = None
    kernel_id: str | None = None
    user: str = ""
    trackbook_version: str = ""
    python_version: str = ""
    executable: str = ""


class RunStarted(Event, frozen=True, kw_only=True, tag="run_started"):
    """A run opens.

    `params` are those in force at its start, so that each run carries its own.
    `continues` names its predecessor in the same kernel. While `provisional` it is not
    listed; it is confirmed by `run_confirmed`, else folds into `continues` at its end.
    `adopts` names executions journaled before any run was open. `notebook_path` is what
    a headless runner said; in a server the path comes from the server's own sessions.
    """

    run_id: str
    name: str | None = None
    experiment: str | None = None
    boundary: Boundary = "auto"
    continues: str | None = None
    parent_run_id: str | None = None
    provisional: bool = False
    kernel_id: str | None = None
    notebook_path: str | None = None
    cwd: str = ""
    params: tuple[Param, ...] = ()
    tags: dict[str, str] = {}
    adopts: tuple[str, ...] = ()


class RunConfirmed(Event, frozen=True, kw_only=True, tag="run_confirmed"):
    """A provisional run has yielded a result, or a param in force differs."""

    run_id: str
    reason: Literal["result", "param"]


class RunEnded(Event, frozen=True, kw_only=True, tag="run_ended"):
    """A run is over. An end in a journal supersedes an inferred *lost*.

    `folds_into` names the run that took its place before it had anything of its own: an
    automatic one whose first cell opened another by hand. It is then never listed.
    """

    run_id: str
    status: EndStatus
    reason: str = ""
    folds_into: str | None = None


class RunEdited(Event, frozen=True, kw_only=True, tag="run_edited"):
    """A person changed what is said of a run; only the fields that are present change.

    A tag whose value is None is removed. `by` is the Jupyter or system user. A
    `notebook_path` attaches a run whose notebook was not known to one. `experiment_id`
    moves it to another experiment, where it stays whatever is recorded later; empty, it
    goes back to where it was recorded.
    """

    run_id: str
    by: str = ""
    name: str | None = None
    starred: bool | None = None
    note: str | None = None
    tags: dict[str, str | None] = {}
    trashed: bool | None = None
    notebook_path: str | None = None
    archived: bool | None = None
    pinned: bool | None = None
    experiment_id: str | None = None


class RunResumed(Event, frozen=True, kw_only=True, tag="run_resumed"):
    """A run that had ended goes on, perhaps in another kernel or from another notebook.

    What follows of this writer may belong to it; its earlier end counts no more.
    """

    run_id: str
    kernel_id: str | None = None
    notebook_path: str | None = None
    cwd: str = ""


class NamesRuled(Event, frozen=True, kw_only=True, tag="names_ruled"):
    """A person said of names in an experiment what they are; None takes a rule back.

    `ignore`: neither param, result nor value. `promote`: a value of it is a result. The
    experiment is that of `run_id`, unless `experiment_id` names it.
    """

    names: dict[str, NameRule | None]
    run_id: str | None = None
    experiment_id: str | None = None
    by: str = ""


class ExperimentCreated(Event, frozen=True, kw_only=True, tag="experiment_created"):
    """A person made an experiment, for runs that are to be moved or recorded there."""

    experiment_id: str
    name: str
    by: str = ""


class ExperimentEdited(Event, frozen=True, kw_only=True, tag="experiment_edited"):
    """A person renamed an experiment or chose its main metric or a direction.

    `merged_into` names the experiment that its runs, also those to come, belong to from
    now on; empty, they are its own again.
    """

    experiment_id: str
    by: str = ""
    name: str | None = None
    main_metric: str | None = None
    directions: dict[str, Literal["higher", "lower"]] = {}
    merged_into: str | None = None


class TrashEmptied(Event, frozen=True, kw_only=True, tag="trash_emptied"):
    """A person deleted runs that are in the trash for good: those of `run_ids`, else
    all that were put there before `before`, else all."""

    run_ids: tuple[str, ...] = ()
    before: datetime | None = None
    by: str = ""


class EmptyingStopped(Event, frozen=True, kw_only=True, tag="emptying_stopped"):
    """A person stopped deleting runs for good; those left stay in the trash."""

    by: str = ""


class TrashRuled(Event, frozen=True, kw_only=True, tag="trash_ruled"):
    """A person chose after how many days the trash lets go of a run; 0: never."""

    keep_days: int
    by: str = ""


class ParamsLogged(Event, frozen=True, kw_only=True, tag="params_logged"):
    """Params came into force; `removed` are none any more."""

    run_id: str
    params: tuple[Param, ...] = ()
    removed: tuple[str, ...] = ()
    execution_id: str | None = None


class PointsLogged(Event, frozen=True, kw_only=True, tag="points_logged"):
    """Points of one metric as columns of equal length, at most MAX_BATCH_POINTS.

    `times_ms` are milliseconds since the epoch (UTC). Origin `value` marks a number
    that a cell bound but that answers no "how good": never listed, never a boundary.
    """

    run_id: str
    key: str
    steps: tuple[int, ...]
    times_ms: tuple[int, ...]
    values: tuple[float | str, ...]
    origin: MetricOrigin = "user"
    execution_id: str | None = None


class FoldsLogged(Event, frozen=True, kw_only=True, tag="folds_logged"):
    """The last point of metric `key` is the mean of these, of cross-validation say."""

    run_id: str
    key: str
    values: tuple[float | str, ...]
    execution_id: str | None = None


class TableLogged(Event, frozen=True, kw_only=True, tag="table_logged"):
    """Rows of a table: a loop's iterations, the candidates of a search.

    `rows` stand at `first` and after; a row has a value a column, in its type as in
    `Param`. `first` 0 begins the table `name` of this run anew. `params` says which
    columns were tried, the others are what came out.
    """

    run_id: str
    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    first: int = 0
    params: tuple[str, ...] = ()
    origin: TableOrigin = "user"
    execution_id: str | None = None


class ExecutionStarted(Event, frozen=True, kw_only=True, tag="execution_started"):
    """The user's code of one cell is about to run.

    `run_id` is None before any run is open. `order` counts executions of this writer.
    `cell_id` is None where the front end sends none; then `source` stands for the cell.
    `before_recording` marks what was read from IPython's history afterwards. Where a
    source is too long for a line, `source_sha256` is a blob of all of it, of
    `source_size_bytes`.
    """

    execution_id: str
    run_id: str | None
    order: int
    source: str
    cell_id: str | None = None
    message_id: str | None = None
    before_recording: bool = False
    source_sha256: str | None = None
    source_size_bytes: int | None = None


class ExecutionEnded(Event, frozen=True, kw_only=True, tag="execution_ended"):
    """One execution is over; its `run_id` wins over that of its start.

    `duration_ms` is wall time by a monotonic clock.
    """

    execution_id: str
    run_id: str | None
    status: ExecutionStatus
    duration_ms: float | None = None
    execution_count: int | None = None
    error: CellError | None = None


class OutputsChanged(Event, frozen=True, kw_only=True, tag="outputs_changed"):
    """Outputs of an execution as they are now: each replaces what stood at its place.

    They stand at `first` and after. There are `count` outputs then; any behind them
    are gone (`clear_output`). Told while the cell runs, when it ends, and when a thread
    of it prints later. The execution's run is that of its start and end.
    """

    execution_id: str
    count: int
    first: int = 0
    outputs: tuple[Output, ...] = ()


class EnvironmentCaptured(Event, frozen=True, kw_only=True, tag="environment_captured"):
    """What a run ran in: interpreter, packages, machine, git; see capture/environment.

    `environment_id` is the SHA-256 of the canonical JSON of `environment`. The body is
    sent once a writer and omitted (None) when an earlier event of it carried the same.
    """

    run_id: str
    environment_id: str
    environment: dict[str, Any] | None = None
    git: dict[str, Any] | None = None


class ArtifactLogged(Event, frozen=True, kw_only=True, tag="artifact_logged"):
    """A named output of the run; its bytes are the blob `sha256` of the same home."""

    run_id: str
    name: str
    sha256: str
    size_bytes: int
    mime_type: str = ""
    execution_id: str | None = None


class InputLogged(Event, frozen=True, kw_only=True, tag="input_logged"):
    """Data that the run read, in the shape of MLflow's datasets.

    `digest` tells one content from another; empty where it is not known. `source` is
    where it came from: a path, a URL. `schema` has `columns` (name and type) or the
    type and shape of an array, `profile` counts (`num_rows`, `size_bytes`), `context`
    says what it was read for ("training"). The last of a name, digest and context
    counts.
    """

    run_id: str
    name: str
    digest: str = ""
    source: str = ""
    schema: dict[str, Any] = {}
    profile: dict[str, Any] = {}
    context: str = ""
    execution_id: str | None = None


class RevisionCaptured(Event, frozen=True, kw_only=True, tag="revision_captured"):
    """A whole notebook that the writer could resolve (headless), kept as blob `sha256`.

    `message_ids` are the execute requests it was sent for; empty means: as the run
    found it, or `kept` because someone asked for it. `run_id` None lets the server join
    it by message id alone.
    `redacted_count` values were replaced in it before it was kept.
    """

    sha256: str
    run_id: str | None = None
    notebook_path: str | None = None
    moment: Literal["scheduled", "ended", "file", "kept"] = "file"
    message_ids: tuple[str, ...] = ()
    cell_ids: tuple[str, ...] = ()
    redacted_count: int = 0


class ValuesRedacted(Event, frozen=True, kw_only=True, tag="values_redacted"):
    """So many values that looked like credentials were replaced, not written."""

    count: int
    run_id: str | None = None


class CaptureFailed(Event, frozen=True, kw_only=True, tag="capture_failed"):
    """A hook of ours failed; the user's cell did not notice."""

    where: str
    error: str
    run_id: str | None = None


class KernelPlaced(Event, frozen=True, kw_only=True, tag="kernel_placed"):
    """A server says which notebook a kernel of its own runs, in the store's form.

    Journaled by a server that does not own the home; so are the next two.
    """

    kernel_id: str
    notebook_path: str


class NotebookRenamed(Event, frozen=True, kw_only=True, tag="notebook_renamed"):
    """A notebook, or a folder of them, has another path now."""

    before: str
    after: str


class NotebookCopied(Event, frozen=True, kw_only=True, tag="notebook_copied"):
    """A notebook is a copy of another, also a restored one: they are one family."""

    source: str
    copy: str


class RecordingChosen(Event, frozen=True, kw_only=True, tag="recording_chosen"):
    """A person pressed Record for a notebook, or pressed it off."""

    notebook_path: str
    on: bool


class ImportRequested(Event, frozen=True, kw_only=True, tag="import_requested"):
    """A person imports the bundle `imports/{import_id}.tbk` of the same home.

    Journaled where another process owns the home. `import_id` is 32 hexadecimal digits,
    `name` what the bundle was called where it came from.
    """

    import_id: str
    name: str
    by: str = ""


class ImportStopped(Event, frozen=True, kw_only=True, tag="import_stopped"):
    """A person stopped an import; what was merged by then stays."""

    import_id: str


AnyEvent = (
    JournalOpened
    | RunStarted
    | RunConfirmed
    | RunEnded
    | RunEdited
    | RunResumed
    | NamesRuled
    | ExperimentCreated
    | ExperimentEdited
    | TrashEmptied
    | EmptyingStopped
    | TrashRuled
    | ParamsLogged
    | PointsLogged
    | FoldsLogged
    | TableLogged
    | ExecutionStarted
    | ExecutionEnded
    | OutputsChanged
    | EnvironmentCaptured
    | ArtifactLogged
    | InputLogged
    | RevisionCaptured
    | ValuesRedacted
    | CaptureFailed
    | KernelPlaced
    | NotebookRenamed
    | NotebookCopied
    | RecordingChosen
    | ImportRequested
    | ImportStopped
)
