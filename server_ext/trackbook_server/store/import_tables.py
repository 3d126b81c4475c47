"""The bundles that are imported, or were. Only DDL, never edited."""

IMPORT_TABLES = (
    # A bundle in the home's `imports/`, named by its id, until all of it is merged:
    # `done_count` of its runs are. `problems` is what could not be, as a JSON list.
    """
    create table imports (
        import_id text primary key,
        name text not null,
        by text not null,
        requested_at text not null,
        state text not null
            check (state in ('waiting', 'running', 'done', 'failed', 'stopped')),
        run_count integer,
        done_count integer not null default 0,
        new_count integer not null default 0,
        changed_count integer not null default 0,
        problem_count integer not null default 0,
        problems text not null default '[]'
    ) without rowid
    """,
    # Up to where a writer's journal is in what was imported of a run: should that
    # journal come, too, these lines of it count no second time.
    """
    create table imported_until (
        writer_id text not null,
        run_id text not null,
        segment integer not null,
        offset integer not null,
        primary key (writer_id, run_id)
    ) without rowid
    """,
    "create index imports_open on imports (requested_at) "
    "where state in ('waiting', 'running')",
)
