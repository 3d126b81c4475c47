"""The database contract: only DDL, one function a version, never edited once released.

Where a new column tells of what is there already, its migration fills it.

What the tables mean is said here; who writes them is `projection.py` and `ingest.py`.
"""

from functools import cache

import sqlite_utils
from sqlite_utils.migrations import Migrations

from trackbook_server.store import series
from trackbook_server.store.import_tables import IMPORT_TABLES
from trackbook_server.store.life_tables import LIFE_TABLES
from trackbook_server.store.lineage import TABLES as LINEAGE_TABLES
from trackbook_server.store.list_tables import LIST_TABLES
from trackbook_server.store.outcome_tables import OUTCOME_TABLES
from trackbook_server.store.revision_tables import (
    KEPT_CAPTURES,
    MANIFESTS_BESIDE_OTHERS,
    REVISION_TABLES,
)
from trackbook_server.store.search.index_tables import INDEX_TABLES
from trackbook_server.store.search.tables import SEARCH_TABLES
from trackbook_server.store.search.values import number_of

migrations = Migrations("trackbook")

_FIRST_TABLES = (
    # One row: grows with every transaction that commits a change, by more than one
    # where that changes very many runs.
    "create table store (change integer not null)",
    "insert into store values (0)",
    # Who writes journals, as their headers say.
    """
    create table writers (
        writer_id text primary key,
        host text not null default '',
        boot_id text not null default '',
        pid integer,
        pid_started_at real not null default 0,
        kernel_id text,
        user text not null default '',
        trackbook_version text not null default '',
        python_version text not null default '',
        executable text not null default ''
    ) without rowid
    """,
    # How far each segment is read; kept forever, so that a file that comes back
    # counts nothing twice.
    """
    create table cursors (
        writer_id text not null,
        segment integer not null,
        offset integer not null default 0,
        bad_count integer not null default 0,
        removed_at text,
        primary key (writer_id, segment)
    ) without rowid
    """,
    # Lines that were not applied, kept so that a later version can apply them.
    """
    create table bad_lines (
        writer_id text not null,
        segment integer not null,
        start integer not null,
        size_bytes integer not null,
        kind text not null check (kind in ('bad', 'unknown', 'too_new', 'torn')),
        reason text not null,
        text blob not null,
        primary key (writer_id, segment, start)
    ) without rowid
    """,
    # Where a kernel's notebook lies, as the server resolved it.
    """
    create table kernels (
        kernel_id text primary key,
        notebook_path text not null
    ) without rowid
    """,
    """
    create table experiments (
        experiment_id text primary key,
        name text not null,
        is_named integer not null default 0,
        notebook_path text unique,
        kernel_id text,
        main_metric text,
        directions text not null default '{}',
        edited_at text not null default '{}',
        next_number integer not null default 1,
        change integer not null default 0
    ) without rowid
    """,
    # A run: first what was said of it, then what is derived from that. `place` is
    # the list that it is in: none yet ('unknown': named by an event, not started),
    # 'list', 'alike' (folded into a later run of the same), 'quiet' (no result),
    # 'provisional', 'folded' (into its predecessor), 'trash'.
    """
    create table runs (
        run_id text primary key,
        writer_id text not null,
        experiment_id text references experiments,
        experiment_given text,
        number integer not null default 0,
        kernel_id text,
        notebook_path text,
        cwd text not null default '',
        boundary text not null default 'auto',
        continues text,
        parent_run_id text,
        provisional integer not null default 0,
        folded_into text,
        given_name text,
        edited_name text,
        starred integer not null default 0,
        note text not null default '',
        trashed_at text,
        edited_at text not null default '{}',
        started_at text not null,
        last_at text not null,
        ended_at text,
        end_status text,
        end_reason text not null default '',
        inferred_at text,
        last_result_order integer,
        redacted_count integer not null default 0,
        environment_id text,
        git text,
        name text not null default '',
        status text not null default 'open',
        place text not null default 'unknown',
        duration_ms real not null default 0,
        error text,
        result_count integer not null default 0,
        main_metric text,
        main_value real,
        param_count integer not null default 0,
        fingerprint text,
        alike_count integer not null default 1,
        previous_run_id text,
        change integer not null default 0
    )
    """,
    "create index runs_change on runs (change)",
    "create index runs_kernel on runs (kernel_id)",
    "create index runs_writer on runs (writer_id) where ended_at is null",
    "create index runs_continues on runs (continues)",
    "create index runs_folded on runs (folded_into)",
    "create index runs_previous on runs (previous_run_id)",
    "create index runs_number on runs (experiment_id, number)",
    "create index runs_alike on runs (experiment_id, fingerprint, place, number)",
    "create index runs_place on runs (place, started_at, run_id)",
    "create index runs_listed on runs (experiment_id, place, started_at, run_id)",
    "create index runs_by_name on runs (place, name, run_id)",
    "create index runs_by_duration on runs (place, duration_ms, run_id)",
    "create index runs_by_main on runs (place, main_value, run_id)",
    "create index runs_by_star on runs (place, starred, run_id)",
    # Runs that are gone for good.
    """
    create table tombstones (
        run_id text primary key,
        change integer not null
    ) without rowid
    """,
    # Every param in the order it came into force; `removed` ends one.
    """
    create table param_log (
        position integer primary key,
        run_id text not null references runs,
        key text not null,
        value text,
        origin text not null,
        execution_id text,
        removed integer not null default 0
    )
    """,
    "create index param_log_run on param_log (run_id)",
    # The params at a run's last result, derived from the log.
    """
    create table params (
        run_id text not null references runs,
        key text not null,
        value text not null,
        origin text not null,
        execution_id text,
        position integer not null,
        primary key (run_id, key)
    ) without rowid
    """,
    # How many listed runs of an experiment have a value: two rows mean it varies.
    """
    create table param_values (
        experiment_id text not null,
        key text not null,
        value text not null,
        run_count integer not null,
        primary key (experiment_id, key, value)
    ) without rowid
    """,
    # A row a series, so that listing runs never touches the points. Null in `last`
    # is NaN; null in `min` and `max` means that every point is. `sample` holds every
    # `stride`-th value, at most 32 of them.
    """
    create table metrics (
        series_id integer primary key,
        run_id text not null references runs,
        key text not null,
        origin text not null,
        count integer not null default 0,
        first real,
        last real,
        last_step integer not null default 0,
        last_time_ms integer not null default 0,
        min real,
        max real,
        execution_id text,
        sample text not null default '[]',
        stride integer not null default 1,
        unique (run_id, key)
    )
    """,
    # Immutable: points first_point … first_point + count - 1 of a series as sent.
    """
    create table chunks (
        series_id integer not null references metrics,
        first_point integer not null,
        tier integer not null,
        count integer not null,
        data blob not null,
        primary key (series_id, first_point)
    )
    """,
    """
    create table tags (
        run_id text not null references runs,
        key text not null,
        value text,
        edited_at text not null default '',
        primary key (run_id, key)
    ) without rowid
    """,
    # `position` orders executions of one run over all its writers.
    """
    create table cell_executions (
        execution_id text primary key,
        run_id text,
        writer_id text not null,
        execution_order integer not null,
        source text not null,
        cell_id text,
        message_id text,
        before_recording integer not null default 0,
        started_at text not null,
        ended_at text,
        status text not null default 'running',
        duration_ms real,
        execution_count integer,
        error_name text,
        error_message text,
        traceback text
    ) without rowid
    """,
    "create index executions_run on cell_executions (run_id, execution_order)",
    "create index executions_message on cell_executions (message_id)",
    """
    create table environments (
        environment_id text primary key,
        body text
    ) without rowid
    """,
    """
    create table artifacts (
        run_id text not null references runs,
        name text not null,
        sha256 text not null,
        size_bytes integer not null,
        mime_type text not null default '',
        execution_id text,
        logged_at text not null,
        primary key (run_id, name)
    ) without rowid
    """,
    """
    create table capture_failures (
        position integer primary key,
        run_id text,
        place text not null,
        error text not null
    )
    """,
    "create index capture_failures_run on capture_failures (run_id)",
    # Notebooks that a writer found and kept as a blob, to be split into a revision.
    """
    create table captured_revisions (
        position integer primary key,
        writer_id text not null,
        run_id text,
        sha256 text not null,
        notebook_path text,
        moment text not null,
        message_ids text not null,
        cell_ids text not null,
        captured_at text not null
    )
    """,
    "create index captured_revisions_run on captured_revisions (run_id)",
)


@migrations()
def m001_runs_and_journals(db: sqlite_utils.Database) -> None:
    """Create what ingest, lists and charts need."""
    for statement in _FIRST_TABLES:
        db.execute(statement)


@migrations()
def m002_revisions(db: sqlite_utils.Database) -> None:
    """Create what notebooks and their revisions need."""
    for statement in REVISION_TABLES:
        db.execute(statement)


@migrations()
def m003_recordings(db: sqlite_utils.Database) -> None:
    """Keep which notebooks record: an intent that outlives kernels and servers."""
    db.execute("create table recordings (notebook_path text primary key) without rowid")


@migrations()
def m004_journaled_documents(db: sqlite_utils.Database) -> None:
    """Keep what was replaced in a journaled document, and whether its blob is gone."""
    db.execute(
        "alter table captured_revisions add column redacted_count integer "
        "not null default 0"
    )
    db.execute(
        "alter table captured_revisions add column blob_removed integer "
        "not null default 0"
    )
    for index in (
        "captured_revisions_blob on captured_revisions (sha256)",
        "captured_revisions_kept on captured_revisions (blob_removed) "
        "where blob_removed = 0",
        "artifacts_blob on artifacts (sha256)",
        "pieces_blob on pieces (blob_sha256) where blob_sha256 is not null",
        "revisions_raw on revisions (raw) where raw is not null",
    ):
        db.execute(f"create index {index}")


@migrations()
def m005_outcomes(db: sqlite_utils.Database) -> None:
    """Create what outputs, tables, folds, rules of names and resumed runs need."""
    for statement in OUTCOME_TABLES:
        db.execute(statement)


@migrations()
def m006_inputs(db: sqlite_utils.Database) -> None:
    """Keep what runs read."""
    db.execute(
        """
        create table inputs (
            run_id text not null references runs,
            name text not null,
            digest text not null,
            context text not null,
            source text not null,
            schema text not null,
            profile text not null,
            execution_id text,
            logged_at text not null,
            primary key (run_id, name, digest, context)
        ) without rowid
        """
    )


@migrations()
def m007_kept_captures(db: sqlite_utils.Database) -> None:
    """Let documents be kept without an execution, and a notebook's be listed."""
    for statement in KEPT_CAPTURES:
        db.execute(statement)


@migrations()
def m008_manifests_beside_others(db: sqlite_utils.Database) -> None:
    """Keep of a manifest what is new in it, and how much was edited meanwhile."""
    for statement in MANIFESTS_BESIDE_OTHERS:
        db.execute(statement)


@migrations()
def m009_lineage(db: sqlite_utils.Database) -> None:
    """Keep which notebooks are copies of which, and which file each is."""
    for statement in LINEAGE_TABLES:
        db.execute(statement)


@migrations()
def m010_history_of_cells(db: sqlite_utils.Database) -> None:
    """Find the executions of a cell without reading those of others."""
    for index in (
        "executions_cell on cell_executions (cell_id) where cell_id is not null",
        "capture_messages_cell on capture_messages (cell_id) where cell_id is not null",
    ):
        db.execute(f"create index {index}")


@migrations()
def m011_lists(db: sqlite_utils.Database) -> None:
    """Find runs by notebook, revision, and by what their columns hold."""
    for statement in LIST_TABLES:
        db.execute(statement)


@migrations()
def m012_bounds_of_chunks(db: sqlite_utils.Database) -> None:
    """Say between which steps and times each chunk's points lie."""
    for column in ("min_step", "max_step", "min_time_ms", "max_time_ms"):
        db.execute(f"alter table chunks add column {column} integer not null default 0")
    places = db.execute("select series_id, first_point from chunks").fetchall()
    for series_id, first_point in places:
        [(data,)] = db.execute(
            "select data from chunks where series_id = ? and first_point = ?",
            (series_id, first_point),
        )
        db.execute(
            "update chunks set min_step = ?, max_step = ?, min_time_ms = ?, "
            "max_time_ms = ? where series_id = ? and first_point = ?",
            (*series.bounds_of(series.unpack(data)), series_id, first_point),
        )


@migrations()
def m013_search(db: sqlite_utils.Database) -> None:
    """Find runs by params and metrics along indexes, and by words; see `search/`."""
    db.conn.create_function("param_number", 1, number_of, deterministic=True)
    for statement in SEARCH_TABLES:
        db.execute(statement)


@migrations()
def m014_imports(db: sqlite_utils.Database) -> None:
    """Keep which bundles are imported, so that whoever owns the home goes on."""
    for statement in IMPORT_TABLES:
        db.execute(statement)


@migrations()
def m015_indexes_that_are_enough(db: sqlite_utils.Database) -> None:
    """Find runs by params and metrics in indexes alone."""
    for statement in INDEX_TABLES:
        db.execute(statement)


@migrations()
def m016_life_of_runs(db: sqlite_utils.Database) -> None:
    """Let runs be moved, archived, pinned and deleted for good, experiments merged."""
    for statement in LIFE_TABLES:
        db.execute(statement)


@cache
def schema_version() -> int:
    """Return the version that this trackbook writes: one a migration."""
    return len(migrations.pending(sqlite_utils.Database(memory=True)))
