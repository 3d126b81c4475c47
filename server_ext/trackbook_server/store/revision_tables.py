"""The database contract of revisions: only DDL, applied by `migrations.py`."""

REVISION_TABLES = (
    # Parts of notebooks, each once, by the SHA-256 of their canonical JSON. Compressed
    # in `data`, or, if that is large, in the blob `blob_sha256`. `redacted` lists what
    # was replaced in it (JSON), null: nothing.
    """
    create table pieces (
        piece_id integer primary key,
        sha256 text not null unique,
        size_bytes integer not null,
        data blob,
        blob_sha256 text,
        cell_id text,
        source_sha256 text,
        redacted text,
        check ((data is null) != (blob_sha256 is null))
    )
    """,
    # Documents: `manifest` lists pieces by their id; `code_sha256` is equal for
    # documents of equal sources. `raw` is the blob with the bytes of an unmodified
    # file; null where writing the document gives the same, or they are not kept.
    """
    create table revisions (
        revision_id text primary key,
        cell_count integer not null,
        code_sha256 text not null,
        redacted_count integer not null,
        raw text,
        manifest blob not null
    ) without rowid
    """,
    # When a revision was seen, of which notebook. `number` counts the different codes
    # of a notebook, by `code_sha256`. `journal_position` is the row of
    # captured_revisions it came from; then a null `revision_id` says that it could
    # not be read.
    """
    create table captures (
        capture_id integer primary key,
        revision_id text references revisions,
        code_sha256 text,
        number integer not null,
        moment text not null check (moment in ('scheduled', 'ended', 'file')),
        captured_at text not null,
        notebook_path text,
        kernel_id text,
        run_id text,
        journal_position integer unique
    )
    """,
    "create index captures_number on captures (notebook_path, number)",
    "create index captures_code on captures (notebook_path, code_sha256)",
    "create index captures_kernel on captures (kernel_id)",
    "create index captures_run on captures (run_id) where run_id is not null",
    # Which execute request a capture was made for.
    """
    create table capture_messages (
        message_id text not null,
        moment text not null,
        capture_id integer not null references captures,
        cell_id text,
        primary key (message_id, moment)
    ) without rowid
    """,
    "create index capture_messages_capture on capture_messages (capture_id)",
)

_CAPTURE_COLUMNS = (
    "capture_id, revision_id, code_sha256, number, moment, captured_at, notebook_path, "
    "kernel_id, run_id, journal_position"
)

KEPT_CAPTURES = (
    # A capture may be of the moment 'kept'. A check is changed by making the table
    # anew; what refers to it is put aside meanwhile.
    "create temp table old_captures as select * from captures",
    "create temp table old_messages as select * from capture_messages",
    "drop table capture_messages",
    "drop table captures",
    """
    create table captures (
        capture_id integer primary key,
        revision_id text references revisions,
        code_sha256 text,
        number integer not null,
        moment text not null
            check (moment in ('scheduled', 'ended', 'file', 'kept')),
        captured_at text not null,
        notebook_path text,
        kernel_id text,
        run_id text,
        journal_position integer unique
    )
    """,
    REVISION_TABLES[-2],
    f"insert into captures ({_CAPTURE_COLUMNS}) "
    f"select {_CAPTURE_COLUMNS} from old_captures",
    "insert into capture_messages (message_id, moment, capture_id, cell_id) "
    "select message_id, moment, capture_id, cell_id from old_messages",
    "drop table old_captures",
    "drop table old_messages",
    "create index captures_number on captures (notebook_path, number)",
    "create index captures_code on captures (notebook_path, code_sha256)",
    "create index captures_kernel on captures (kernel_id)",
    "create index captures_run on captures (run_id) where run_id is not null",
    # By notebook in the order of their making.
    "create index captures_notebook on captures (notebook_path)",
    "create index captures_revision on captures (revision_id)",
    "create index capture_messages_capture on capture_messages (capture_id)",
)

MANIFESTS_BESIDE_OTHERS = (
    # `base`: the revision whose manifest is needed to read this one's; null: none.
    "alter table revisions add column base text references revisions",
    "create index revisions_base on revisions (base) where base is not null",
    # How many cells were edited, added or removed while the execution ran that the
    # capture completes; null where that is not known.
    "alter table captures add column edited_count integer",
    # The number of a notebook's code is found without reading its captures.
    "drop index captures_code",
    "create index captures_code on captures (notebook_path, code_sha256, number)",
)
