"""What a bundle may hold: the columns that are read of it, and what each may be.

These are facts and what people said; what is derived of them is derived anew where they
arrive. A bundle may come from anywhere, so nothing else of it is ever looked at.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, TypeVar

import msgspec
import sqlite_utils
from msgspec import Meta

from trackbook import events as ev
from trackbook_server.store.naming import canonical

_MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$"
Id = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+\Z")]
Key = Annotated[str, Meta(max_length=100_000)]
Moment = Annotated[str, Meta(pattern=_MOMENT)]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Count = Annotated[int, Meta(ge=0)]
Flag = Literal[0, 1]
Duration = Annotated[float, Meta(ge=0, le=1e15)]
EditMoment = Annotated[str, Meta(pattern=rf"^\Z|{_MOMENT}")]


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a table; the fields are its columns."""


class Writer(Kind, frozen=True):
    """Who wrote a run's journal."""

    writer_id: Id
    host: Key
    boot_id: Key
    pid: int | None
    pid_started_at: float
    pid_started_boot_ms: int | None
    kernel_id: Id | None
    user: Key
    trackbook_version: Key
    python_version: Key
    executable: Key


class Experiment(Kind, frozen=True):
    """A named group of runs, with what people said of it (JSON)."""

    experiment_id: Id
    name: Key
    is_named: Flag
    notebook_path: Key | None
    kernel_id: str | None
    main_metric: Key | None
    directions: str
    edited_at: str
    names: str


class RunRow(Kind, frozen=True):
    """A run; without an experiment it is only named by others, as a predecessor."""

    run_id: Id
    writer_id: Id
    experiment_id: Id | None
    experiment_given: Key | None
    number: Count
    kernel_id: Id | None
    notebook_path: Key | None
    cwd: Key
    boundary: ev.Boundary
    continues: Id | None
    parent_run_id: Id | None
    provisional: Flag
    folded_into: Id | None
    given_name: Key | None
    edited_name: Key | None
    starred: Flag
    pinned: Flag
    note: str
    trashed_at: Moment | None
    archived_at: Moment | None
    edited_at: str
    started_at: Moment
    last_at: Moment
    last_result_order: int | None
    redacted_count: Count
    environment_id: Id | None
    git: str | None
    name: Key
    previous_run_id: Id | None


class RunWriter(Kind, frozen=True):
    """A writer that is, or was, at a run."""

    run_id: Id
    writer_id: Id
    seq: int
    kernel_id: Id | None
    notebook_path: Key | None
    joined_at: Moment
    ended_at: Moment | None
    end_status: ev.EndStatus | None
    end_reason: Key
    inferred_at: Moment | None


class Cursor(Kind, frozen=True):
    """How far a segment of a journal was read."""

    writer_id: Id
    segment: Count
    offset: Count


class LoggedParam(Kind, frozen=True):
    """A param coming into force, or going."""

    run_id: Id
    key: Key
    value: str | None
    origin: ev.ParamOrigin
    execution_id: Id | None
    removed: Flag
    sha256: Sha256 | None
    size_bytes: Count | None


class Series(Kind, frozen=True):
    """A metric's series; its points are in chunks."""

    series_id: int
    run_id: Id
    key: Key
    origin: ev.MetricOrigin
    count: Count
    execution_id: Id | None


class Chunk(Kind, frozen=True):
    """Some points of a series."""

    first_point: Count
    count: Annotated[int, Meta(ge=1, le=65_536)]
    data: bytes


class Tag(Kind, frozen=True):
    """A tag; without a value one that was removed."""

    run_id: Id
    key: Key
    value: str | None
    edited_at: EditMoment


class Execution(Kind, frozen=True):
    """One execution of one cell."""

    execution_id: Id
    run_id: Id | None
    writer_id: Id
    execution_order: int
    source: str
    cell_id: Key | None
    message_id: Key | None
    before_recording: Flag
    started_at: Moment
    ended_at: Moment | None
    status: Literal["running", "ok", "error", "interrupted", "aborted"]
    duration_ms: Duration | None
    execution_count: int | None
    error_name: Key | None
    error_message: str | None
    traceback: str | None
    source_sha256: Sha256 | None
    source_size_bytes: Count | None


class OutputRow(Kind, frozen=True):
    """One output; `body` is the journal's `Output` as JSON."""

    execution_id: Id
    position: Count
    body: str


class Environment(Kind, frozen=True):
    """What runs ran in (JSON)."""

    environment_id: Id
    body: str | None


class Artifact(Kind, frozen=True):
    """A named output of a run."""

    run_id: Id
    name: Key
    sha256: Sha256
    size_bytes: Count
    mime_type: Key
    execution_id: Id | None
    logged_at: Moment


class Input(Kind, frozen=True):
    """Data that a run read."""

    run_id: Id
    name: Key
    digest: Key
    context: Key
    source: str
    schema: str
    profile: str
    execution_id: Id | None
    logged_at: Moment


class Folds(Kind, frozen=True):
    """What a metric's last point is the mean of."""

    run_id: Id
    key: Key
    folds: str
    std: float | None
    execution_id: Id | None


class Table(Kind, frozen=True):
    """A table of a run; its rows are apart."""

    table_id: int
    run_id: Id
    name: Key
    columns: str
    params: str
    origin: ev.TableOrigin
    execution_id: Id | None


class TableRow(Kind, frozen=True):
    """A row of a table (JSON)."""

    position: Count
    body: str


class Failure(Kind, frozen=True):
    """What a capture hook could not do."""

    run_id: Id | None
    place: Key
    error: str


class Capture(Kind, frozen=True):
    """When a revision was seen."""

    capture_id: int
    revision_id: Sha256 | None
    number: Count
    moment: Literal["scheduled", "ended", "file", "kept"]
    captured_at: Moment
    notebook_path: Key | None
    kernel_id: Id | None
    run_id: Id | None
    edited_count: Count | None


class CaptureMessage(Kind, frozen=True):
    """The execute request that a capture was made for."""

    message_id: Key
    moment: Literal["scheduled", "ended", "file", "kept"]
    cell_id: Key | None


class PieceData(Kind, frozen=True):
    """A part of notebooks, compressed."""

    sha256: Sha256
    size_bytes: Annotated[int, Meta(ge=0, le=512 * 1024 * 1024)]
    data: bytes | None
    blob_sha256: Sha256 | None
    redacted: str | None


class RevisionRow(Kind, frozen=True):
    """A whole document; its manifest is read by `manifests.py`."""

    revision_id: Sha256
    redacted_count: Count
    raw: Sha256 | None


class Copy(Kind, frozen=True):
    """A notebook that is a copy of another."""

    notebook_path: Key
    copied_from: Key


TABLES: dict[type[Kind], str] = {
    Writer: "writers",
    Experiment: "experiments",
    RunRow: "runs",
    RunWriter: "run_writers",
    Cursor: "cursors",
    LoggedParam: "param_log",
    Series: "metrics",
    Chunk: "chunks",
    Tag: "tags",
    Execution: "cell_executions",
    OutputRow: "outputs",
    Environment: "environments",
    Artifact: "artifacts",
    Input: "inputs",
    Folds: "folds",
    Table: "tables",
    TableRow: "table_rows",
    Failure: "capture_failures",
    Capture: "captures",
    CaptureMessage: "capture_messages",
    PieceData: "pieces",
    RevisionRow: "revisions",
    Copy: "notebook_copies",
}

K = TypeVar("K", bound=Kind)


class BadRow(ValueError):
    """A row of a bundle that holds what can't be; the message says which and why."""


def select(
    db: sqlite_utils.Database, sql: str, parameters: Sequence[Any] = ()
) -> Iterator[tuple[Any, ...]]:
    """Yield what a select of a source gives. Raises BadRow where it can't be read."""
    try:
        yield from db.conn.execute(sql, parameters)
    except sqlite3.DatabaseError as error:
        raise BadRow(f"it can't be read: {error}") from error


def read(
    db: sqlite_utils.Database,
    kind: type[K],
    where: str,
    parameters: Sequence[Any] = (),
) -> Iterator[K]:
    """Yield checked rows of a kind. Raises BadRow.

    `where` is what stands behind `where` in the select, its order included.
    """
    table = TABLES[kind]
    names = kind.__struct_fields__
    columns = ", ".join(f'"{name}"' for name in names)
    for row in select(db, f"select {columns} from {table} where {where}", parameters):
        try:
            yield msgspec.convert(dict(zip(names, row, strict=True)), kind)
        except msgspec.ValidationError as error:
            raise BadRow(f"a row of {table}: {error}") from error


def checked_json(text: str, type_: Any) -> str:
    """Return JSON as the store writes it. Raises BadRow for another type than that."""
    try:
        return canonical(msgspec.json.decode(text, type=type_))
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise BadRow(f"what should be JSON is not: {error}") from error


def insert(db: sqlite_utils.Database, row: Kind, verb: str = "insert") -> int:
    """Write a row as it is; return how many rows that changed."""
    names = row.__struct_fields__
    columns = ", ".join(f'"{name}"' for name in names)
    cursor = db.conn.execute(
        f"{verb} into {TABLES[type(row)]} ({columns}) "
        f"values ({', '.join('?' for _ in names)})",
        [getattr(row, name) for name in names],
    )
    return cursor.rowcount
