"""The tables of what came out of a run, and of who is at it. Only DDL, never edited."""

OUTCOME_TABLES = (
    # One output of an execution at its place; `body` is the journal's struct as JSON.
    # The execution may not have started yet.
    """
    create table outputs (
        execution_id text not null,
        position integer not null,
        body text not null,
        primary key (execution_id, position)
    )
    """,
    """
    create table output_blobs (
        execution_id text not null,
        position integer not null,
        mime_type text not null,
        sha256 text not null,
        primary key (execution_id, position, mime_type)
    ) without rowid
    """,
    "create index output_blobs_blob on output_blobs (sha256)",
    # Blobs that an output named which is gone: to be removed, unless named elsewhere.
    "create table dropped_blobs (sha256 text primary key) without rowid",
    # What a metric's last point is the mean of: that of the same execution.
    """
    create table folds (
        run_id text not null references runs,
        key text not null,
        folds text not null,
        std real,
        execution_id text,
        primary key (run_id, key)
    ) without rowid
    """,
    """
    create table tables (
        table_id integer primary key,
        run_id text not null references runs,
        name text not null,
        columns text not null,
        params text not null,
        origin text not null,
        execution_id text,
        unique (run_id, name)
    )
    """,
    """
    create table table_rows (
        table_id integer not null references tables,
        position integer not null,
        body text not null,
        primary key (table_id, position)
    ) without rowid
    """,
    # Who is, or was, at a run: the writer that began it and those that resumed it.
    # Each ends its own part; the run has ended when all have. `seq` is that of the
    # writer's last word on it.
    """
    create table run_writers (
        run_id text not null references runs,
        writer_id text not null,
        seq integer not null,
        kernel_id text,
        notebook_path text,
        joined_at text not null,
        ended_at text,
        end_status text,
        end_reason text not null default '',
        inferred_at text,
        primary key (run_id, writer_id)
    ) without rowid
    """,
    "create index run_writers_open on run_writers (writer_id) where ended_at is null",
    "create index run_writers_kernel on run_writers (kernel_id)",
    "create index run_writers_notebook on run_writers (notebook_path)",
    "drop index runs_writer",
    """
    insert into run_writers (run_id, writer_id, seq, kernel_id, notebook_path,
        joined_at, ended_at, end_status, end_reason, inferred_at)
    select run_id, writer_id, -1, kernel_id, notebook_path,
        started_at, ended_at, end_status, end_reason, inferred_at
    from runs where experiment_id is not null
    """,
    # When the process started after the boot: no change of the clock shifts it.
    "alter table writers add column pid_started_boot_ms integer",
    # What people said that names are: {name: rule}.
    "alter table experiments add column names text not null default '{}'",
    # Runs that are to be derived again because a rule changed: some at a time.
    "create table ruled_runs (run_id text primary key) without rowid",
    # 'result', 'value' or 'ignored': derived from the origin and the rules.
    "alter table metrics add column role text not null default 'result'",
    "update metrics set role = 'value' where origin = 'value'",
    "alter table param_log add column sha256 text",
    "alter table param_log add column size_bytes integer",
    "create index param_log_blob on param_log (sha256) where sha256 is not null",
    "alter table params add column sha256 text",
    "alter table params add column size_bytes integer",
    "alter table cell_executions add column source_sha256 text",
    "alter table cell_executions add column source_size_bytes integer",
    "create index executions_source on cell_executions (source_sha256) "
    "where source_sha256 is not null",
)
