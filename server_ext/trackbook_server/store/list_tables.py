"""What lists of runs are found by: groups and columns. Only DDL, never edited."""

_PARAM_ORDER = (
    "case when sha256 is not null then value || sha256 "
    "when value glob '-[0-9]*' or value glob '[0-9]*' then cast(value as real) "
    "else value end"
)

LIST_TABLES = (
    # The number of the notebook's code that the run ran (`captures.number`): of the
    # document behind the execution that gave the main metric's last point, else behind
    # the last one, else that was found for the run.
    "alter table runs add column revision_number integer",
    """
    update runs as r set revision_number = coalesce(
        (
            select c.number from cell_executions e
            join capture_messages m on m.message_id = e.message_id
            join captures c on c.capture_id = m.capture_id
            left join metrics led
                on led.run_id = e.run_id and led.key = r.main_metric
            where e.run_id = r.run_id
            order by e.execution_id is led.execution_id desc,
                e.execution_order desc, m.moment = 'ended' desc limit 1
        ),
        (
            select number from captures where run_id = r.run_id
            order by moment = 'ended' desc, capture_id desc limit 1
        )
    )
    """,
    # Covers what the heads of groups say.
    "drop index runs_place",
    "create index runs_place on runs (place, started_at, run_id, main_metric, "
    "main_value, experiment_id)",
    "create index runs_by_notebook on runs (place, notebook_path, revision_number, "
    "started_at, run_id, main_metric, main_value, experiment_id)",
    "create index runs_by_status on runs (place, status, started_at, run_id)",
    f"create index params_by_value on params (key, {_PARAM_ORDER}, run_id)",
    "create index metrics_by_last on metrics (role, key, last, run_id)",
    "create index tags_by_value on tags (key, value, run_id)",
)
