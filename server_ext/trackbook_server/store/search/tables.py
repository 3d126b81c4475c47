"""The tables of search. Only DDL, never edited once released."""

SEARCH_TABLES = (
    # A param's value as a number where it is one, so that it compares as one.
    "alter table params add column number real",
    "update params set number = param_number(value)",
    "create index params_number on params (key, number) where number is not null",
    # The least and the greatest of a metric are found in this alone.
    "create index metrics_extremes on metrics (role, key, min, max, run_id)",
    "create index inputs_name on inputs (name)",
    "create index inputs_digest on inputs (digest)",
    # What is said of a run, a row a run, for full text.
    """
    create table search_runs (
        document_id integer primary key,
        run_id text not null unique,
        name text not null,
        params text not null,
        tags text not null,
        note text not null,
        error text not null
    )
    """,
    """
    create virtual table search_runs_words using fts5 (
        name, params, tags, note, error,
        content = 'search_runs', content_rowid = 'document_id',
        tokenize = 'unicode61 remove_diacritics 2'
    )
    """,
    # Sources and outputs, each text once. `parts` are the words in its long words
    # (StandardScaler); `is_head` says that the text goes on behind what is kept here.
    """
    create table search_texts (
        text_id integer primary key,
        sha256 blob not null unique,
        body text not null,
        parts text not null,
        is_head integer not null
    )
    """,
    "create index search_texts_head on search_texts (text_id) where is_head",
    """
    create virtual table search_texts_words using fts5 (
        body, parts,
        content = 'search_texts', content_rowid = 'text_id',
        tokenize = 'unicode61 remove_diacritics 2'
    )
    """,
    # Where a text stands: the source, or all outputs, of an execution.
    """
    create table search_places (
        execution_id text not null,
        kind text not null check (kind in ('code', 'output')),
        text_id integer not null references search_texts,
        run_id text not null,
        primary key (execution_id, kind)
    ) without rowid
    """,
    "create index search_places_text on search_places (text_id, kind, run_id)",
    "create index search_places_run on search_places (run_id, text_id)",
    # Runs whose texts are still to be taken in: some at a time.
    "create table search_waiting (run_id text primary key) without rowid",
    "insert into search_waiting select run_id from runs "
    "where experiment_id is not null",
)
