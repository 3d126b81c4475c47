"""The tables of the life of runs: moved, archived, deleted for good. Only DDL, never
edited once released."""

LIFE_TABLES = (
    # Which experiment the facts put the run in, and which a person did (null: none).
    # `experiment_id` is derived: what either was merged into.
    "alter table runs add column recorded_in text",
    "alter table runs add column moved_to text",
    "update runs set recorded_in = experiment_id",
    "alter table runs add column archived_at text",
    "alter table runs add column pinned integer not null default 0",
    "create index runs_pinned on runs (started_at) where pinned",
    "create index runs_parent on runs (parent_run_id) where parent_run_id is not null",
    "create index runs_recorded on runs (recorded_in)",
    "create index runs_moved on runs (moved_to) where moved_to is not null",
    # The number that a run has in an experiment that it is, was or will be in.
    """
    create table run_numbers (
        run_id text not null references runs,
        experiment_id text not null,
        number integer not null,
        primary key (run_id, experiment_id)
    ) without rowid
    """,
    "alter table experiments add column merged_into text",
    "create index experiments_merged on experiments (merged_into) "
    "where merged_into is not null",
    # Runs in the trash that are being deleted for good; `begun`: parts are gone.
    """
    create table purging (
        run_id text primary key,
        begun integer not null default 0
    ) without rowid
    """,
    # The emptying that is under way, or the last one. `phase` is what is done now:
    # 'runs', 'revisions', 'blobs', 'pages', 'done'. `file_bytes` is how large the
    # database's file was when it began, `blob_bytes` what files beside it are gone.
    """
    create table emptyings (
        emptying_id integer primary key,
        phase text not null,
        started_at text not null,
        ended_at text,
        run_count integer not null,
        done_count integer not null default 0,
        file_bytes integer not null,
        blob_bytes integer not null default 0,
        later_bytes integer not null default 0,
        freed_bytes integer not null default 0,
        blobs_after text not null default ''
    )
    """,
    # Late events of what is gone for good are dropped; so many were of a run.
    "alter table tombstones add column dropped_count integer not null default 0",
    "create table execution_tombstones (execution_id text primary key) without rowid",
    # Parts of notebooks that only runs named which are gone: perhaps no others do.
    "create table loose_pieces (piece_id integer primary key)",
    # How often parts of notebooks were removed: who remembers some looks at this.
    "alter table store add column piece_removals integer not null default 0",
    # After so many days the trash lets go of a run; 0: never.
    "alter table store add column keep_days integer not null default 0",
)
