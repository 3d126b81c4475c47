"""What makes searches of very many runs quick. Only DDL, never edited once released."""

INDEX_TABLES = (
    # What a param is sorted and grouped by, kept, so that an index gives it alone: a
    # number by its size, else the JSON text. `params.rank_of` is the same.
    "alter table params add column ranked",
    """
    update params set ranked = case
        when sha256 is not null then value || sha256
        when value glob '-[0-9]*' or value glob '[0-9]*' then cast(value as real)
        else value end
    """,
    "drop index params_by_value",
    # With the text itself, so that a pattern is compared along the index.
    "create index params_by_value on params (key, ranked, run_id, value)",
    # What a run has of a metric, without its row.
    "create index metrics_of_run on metrics (run_id, key, role, last, min, max)",
)
