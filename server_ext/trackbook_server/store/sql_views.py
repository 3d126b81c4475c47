"""What raw SQL sees of a home: views whose columns stay, whatever the tables become.

`docs/sql.md` lists them; a test holds it to that. Runs in the trash, and those that are
folded into others or not confirmed yet, are in none of them.
"""

import json

from trackbook_server.store import series

_SEEN = "r.place in ('list', 'alike', 'quiet')"
_OF_RUN = f"join main.runs r using (run_id) where {_SEEN}"

VIEWS: dict[str, tuple[str, str]] = {
    "runs": (
        "run_id, name, status, experiment, experiment_id, number, notebook_path, "
        "revision, started_at, ended_at, duration_ms, main_metric, main_value, "
        "is_listed, starred, note, error, kernel_id, host, user, parent_run_id, "
        "continues",
        "select r.run_id, r.name, r.status, e.name, r.experiment_id, r.number, "
        "r.notebook_path, r.revision_number, r.started_at, r.ended_at, "
        "r.duration_ms, r.main_metric, r.main_value, r.place != 'quiet', r.starred, "
        "r.note, r.error, r.kernel_id, w.host, w.user, r.parent_run_id, r.continues "
        "from main.runs r join main.experiments e using (experiment_id) "
        f"left join main.writers w using (writer_id) where {_SEEN}",
    ),
    "params": (
        "run_id, key, value, json, origin",
        "select p.run_id, p.key, case when json_valid(p.value) "
        "then json_extract(p.value, '$') else p.value end, p.value, p.origin "
        f"from main.params p {_OF_RUN}",
    ),
    "metrics": (
        "run_id, key, last, min, max, first, count, last_step, last_at, role, origin",
        "select m.run_id, m.key, m.last, m.min, m.max, m.first, m.count, m.last_step, "
        "sql_moment(m.last_time_ms), m.role, m.origin "
        f"from main.metrics m {_OF_RUN} and m.role != 'ignored'",
    ),
    "points": (
        "run_id, key, step, at, value",
        "select m.run_id, m.key, p.value ->> 0, sql_moment(p.value ->> 1), "
        "p.value ->> 2 from main.metrics m join main.runs r using (run_id) "
        "join main.chunks c using (series_id) join json_each(sql_points(c.data)) p "
        f"where {_SEEN} and m.role != 'ignored'",
    ),
    "tags": (
        "run_id, key, value",
        f"select t.run_id, t.key, t.value from main.tags t {_OF_RUN} "
        "and t.value is not null",
    ),
    "executions": (
        "execution_id, run_id, position, cell_id, source, status, started_at, "
        "ended_at, duration_ms, execution_count, error_name, error_message",
        "select x.execution_id, r.run_id, x.execution_order, x.cell_id, x.source, "
        "x.status, x.started_at, x.ended_at, x.duration_ms, x.execution_count, "
        "x.error_name, x.error_message from main.cell_executions x "
        "join main.runs o on o.run_id = x.run_id "
        f"join main.runs r on r.run_id = coalesce(o.folded_into, o.run_id) "
        f"where {_SEEN}",
    ),
    "outputs": (
        "execution_id, run_id, position, kind, name, text",
        "select u.execution_id, r.run_id, u.position, u.body ->> '$.kind', "
        "coalesce(u.body ->> '$.name', ''), coalesce(u.body ->> '$.text', "
        "u.body ->> '$.data.\"text/plain\"') from main.outputs u "
        "join main.cell_executions x using (execution_id) "
        "join main.runs o on o.run_id = x.run_id "
        f"join main.runs r on r.run_id = coalesce(o.folded_into, o.run_id) "
        f"where {_SEEN}",
    ),
    "inputs": (
        "run_id, name, digest, context, source, schema, profile, logged_at",
        "select i.run_id, i.name, i.digest, i.context, i.source, i.schema, i.profile, "
        f"i.logged_at from main.inputs i {_OF_RUN}",
    ),
    "artifacts": (
        "run_id, name, size_bytes, mime_type, sha256, logged_at",
        "select a.run_id, a.name, a.size_bytes, a.mime_type, a.sha256, a.logged_at "
        f"from main.artifacts a {_OF_RUN}",
    ),
    "packages": (
        "run_id, name, version",
        "select r.run_id, p.key, p.value from main.runs r "
        "join main.environments v using (environment_id) "
        f"join json_each(v.body, '$.packages') p where {_SEEN}",
    ),
    "experiments": (
        "experiment_id, name, notebook_path, main_metric, run_count",
        "select e.experiment_id, e.name, e.notebook_path, e.main_metric, "
        "(select count(*) from main.runs r where r.experiment_id = e.experiment_id "
        f"and {_SEEN}) from main.experiments e",
    ),
    "revisions": (
        "revision_id, notebook_path, number, moment, captured_at, cell_count",
        "select c.revision_id, c.notebook_path, c.number, c.moment, c.captured_at, "
        "v.cell_count from main.captures c join main.revisions v using (revision_id)",
    ),
}
"""By name: the columns, and the select that gives them in this order."""


def list_columns(view: str) -> list[str]:
    """Return the columns of a view in their order."""
    return [name.strip() for name in VIEWS[view][0].split(",")]


def create_statements(prefix: str) -> list[str]:
    """Return what makes the views on one connection.

    Each stands on another one, of the same name behind `prefix`, that reads the tables.
    """
    return [
        statement
        for name, (columns, select) in VIEWS.items()
        for statement in (
            f"create temp view {prefix}{name} ({columns}) as {select}",
            f"create temp view {name} as select * from {prefix}{name}",
        )
    ]


def points_of(data: bytes) -> str:
    """Return the points of a chunk as JSON: `[[step, time in ms, value], …]`.

    NaN is null; an infinity is a number too large for a double, which SQLite reads as
    one.
    """
    points = series.unpack(data)
    return (
        json.dumps(
            list(
                zip(
                    points.steps.tolist(),
                    points.times_ms.tolist(),
                    points.values.tolist(),
                    strict=True,
                )
            ),
            separators=(",", ":"),
        )
        .replace("NaN", "null")
        .replace("Infinity", "9e999")
    )
