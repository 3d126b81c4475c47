"""One run whole, and runs as scripts read them. Only selects."""

import json
from typing import Any

import sqlite_utils

from trackbook.errors import RunNotFound
from trackbook_server import contract as c
from trackbook_server.store.name_rules import load_rules
from trackbook_server.store.nested import find_parent, list_children
from trackbook_server.store.outcomes import list_param_changes, list_tables
from trackbook_server.store.rows import Row, marks, rows
from trackbook_server.store.run_inputs import list_inputs
from trackbook_server.store.run_rows import (
    blob_of,
    compare_last,
    get_direction,
    load_experiments,
    load_main_metrics,
    load_params,
    number,
    sparkline_of,
    std_of,
)
from trackbook_server.store.sentence import make_sentence
from trackbook_server.store.standing import IN_ORDER, IS_LEFT

_STARTED = "experiment_id is not null"


def get_run(db: sqlite_utils.Database, run_id: str) -> c.Run:
    """Return a run with everything that it holds. Raises RunNotFound.

    `revisions` are left empty: what they are, `notebooks/` knows.
    """
    found = rows(
        db,
        f"select * from runs where run_id = ? and {_STARTED}",
        (run_id,),
    )
    if not found:
        raise RunNotFound(f"there is no run {run_id}; `trackbook runs` lists them")
    [row] = found
    experiments = load_experiments(db, [row["experiment_id"]])
    experiment = experiments[row["experiment_id"]]
    rules = load_rules(db, row["experiment_id"])
    params = load_params(db, [row])[run_id]
    main = load_main_metrics(db, [row], experiments)[run_id]
    summaries = _list_metrics(db, row, experiment)
    results = [metric for role, metric in summaries if role == "result"]
    writer = _get_writer(db, row["writer_id"])
    previous = _get_name(db, row["previous_run_id"])
    children, child_count = list_children(db, run_id)
    return c.Run(
        run_id=run_id,
        name=row["name"],
        status=row["status"],
        experiment=experiment["name"],
        notebook_path=row["notebook_path"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        params={param.key: param.value for param in params},
        metrics={
            metric.key: c.MetricLast(
                last=metric.last, min=metric.min, max=metric.max, count=metric.count
            )
            for metric in results
        },
        tags=_load_tags(db, [run_id])[run_id],
        cell_executions=list_executions(db, run_id),
        number=row["number"],
        is_named=bool(row["edited_name"] or row["given_name"]),
        experiment_id=row["experiment_id"],
        duration_ms=row["duration_ms"],
        starred=bool(row["starred"]),
        pinned=bool(row["pinned"]),
        archived_at=row["archived_at"],
        trashed_at=row["trashed_at"],
        note=row["note"],
        error=row["error"],
        continues=row["continues"],
        previous_run_id=row["previous_run_id"],
        previous_name=previous,
        parent=find_parent(db, row["parent_run_id"]),
        children=children,
        child_count=child_count,
        host=writer.get("host", ""),
        kernel_id=row["kernel_id"],
        user=writer.get("user", ""),
        main_metric=main,
        metric_list=results,
        param_list=params,
        param_changes=list_param_changes(db, run_id, rules),
        values=[metric for role, metric in summaries if role == "value"],
        environment=_get_environment(db, row, writer),
        tables=list_tables(db, run_id),
        names=rules,
        artifacts=_list_artifacts(db, run_id),
        inputs=list_inputs(db, run_id),
        revisions=[],
        redacted_count=row["redacted_count"],
        capture_failures=_list_failures(db, run_id),
        sentence=make_sentence(params, main, previous),
        change=row["change"],
    )


def list_executions(db: sqlite_utils.Database, run_id: str) -> list[c.CellExecution]:
    """Return what a run executed, with what folded into it, in order."""
    found = rows(
        db,
        f"select e.*, {IS_LEFT} as is_left, (select count(*) from outputs o "
        "where o.execution_id = e.execution_id) as output_count "
        "from cell_executions e "
        "join runs r using (run_id) where r.run_id = ? or r.folded_into = ? "
        f"order by {IN_ORDER}",
        (run_id, run_id),
    )
    return [
        c.CellExecution(
            execution_id=row["execution_id"],
            order=row["execution_order"],
            cell_id=row["cell_id"],
            source=row["source"],
            source_blob=blob_of(row["source_sha256"], row["source_size_bytes"]),
            execution_count=row["execution_count"],
            # Its writer is done with the run, so it can't be: the kernel died.
            status="interrupted"
            if row["status"] == "running" and row["is_left"]
            else row["status"],
            started_at=row["started_at"],
            duration_ms=row["duration_ms"],
            error_name=row["error_name"],
            error_message=row["error_message"],
            traceback=row["traceback"],
            output_count=row["output_count"],
            before_recording=bool(row["before_recording"]),
        )
        for row in found
    ]


def list_records(db: sqlite_utils.Database, run_ids: list[str]) -> list[c.RunRecord]:
    """Return runs in the shape that scripts rely on, in the order asked for."""
    found = {
        row["run_id"]: row
        for row in rows(
            db,
            f"select * from runs where run_id in ({marks(run_ids)}) and {_STARTED}",
            run_ids,
        )
    }
    experiments = load_experiments(db, [row["experiment_id"] for row in found.values()])
    tags = _load_tags(db, run_ids)
    params: dict[str, dict[str, Any]] = {run_id: {} for run_id in run_ids}
    for run_id, key, value in db.execute(
        f"select run_id, key, value from params where run_id in ({marks(run_ids)}) "
        "order by run_id, position",
        run_ids,
    ):
        params[run_id][key] = json.loads(value)
    metrics: dict[str, dict[str, c.MetricLast]] = {run_id: {} for run_id in run_ids}
    for row in rows(
        db,
        f"select * from metrics where run_id in ({marks(run_ids)}) "
        "and role = 'result' order by series_id",
        run_ids,
    ):
        metrics[row["run_id"]][row["key"]] = _make_last(row)
    return [
        c.RunRecord(
            run_id=run_id,
            name=found[run_id]["name"],
            status=found[run_id]["status"],
            experiment=experiments[found[run_id]["experiment_id"]]["name"],
            notebook_path=found[run_id]["notebook_path"],
            started_at=found[run_id]["started_at"],
            ended_at=found[run_id]["ended_at"],
            params=params[run_id],
            metrics=metrics[run_id],
            tags=tags[run_id],
            duration_ms=found[run_id]["duration_ms"],
            starred=bool(found[run_id]["starred"]),
            main_metric=found[run_id]["main_metric"],
        )
        for run_id in run_ids
        if run_id in found
    ]


def _make_last(row: Row) -> c.MetricLast:
    return c.MetricLast(
        last=number(row["last"]),
        min=number(row["min"]),
        max=number(row["max"]),
        count=row["count"],
    )


def _list_metrics(
    db: sqlite_utils.Database, run: Row, experiment: Row
) -> list[tuple[str, c.MetricSummary]]:
    """Return the run's metrics that are not ignored, each with its role."""
    before = {
        row["key"]: row
        for row in rows(
            db,
            "select key, last from metrics where run_id = ?",
            (run["previous_run_id"],),
        )
    }
    return [
        (
            row["role"],
            _make_summary(
                row, before.get(row["key"]), get_direction(experiment, row["key"])
            ),
        )
        for row in rows(
            db,
            "select m.*, f.folds, f.std, f.run_id as folded from metrics m "
            "left join folds f on f.run_id = m.run_id and f.key = m.key "
            "and f.execution_id is m.execution_id "
            "where m.run_id = ? and m.role != 'ignored' order by m.series_id",
            (run["run_id"],),
        )
    ]


def _make_summary(
    row: Row, before: Row | None, direction: c.Direction | None
) -> c.MetricSummary:
    change, better = compare_last(row, before, direction)
    return c.MetricSummary(
        key=row["key"],
        # A value that was promoted is a result that nobody logged.
        origin="auto"
        if row["origin"] == "value" and row["role"] == "result"
        else row["origin"],
        last=number(row["last"]),
        last_step=row["last_step"],
        min=number(row["min"]),
        max=number(row["max"]),
        count=row["count"],
        direction=direction,
        change=change,
        better=better,
        previous=None if before is None else number(before["last"]),
        sparkline=sparkline_of(row),
        folds=None if row["folds"] is None else json.loads(row["folds"]),
        std=std_of(row),
        execution_id=row["execution_id"],
    )


def _load_tags(
    db: sqlite_utils.Database, run_ids: list[str]
) -> dict[str, dict[str, str]]:
    tags: dict[str, dict[str, str]] = {run_id: {} for run_id in run_ids}
    for run_id, key, value in db.execute(
        f"select run_id, key, value from tags where run_id in ({marks(run_ids)}) "
        "and value is not null order by run_id, key",
        run_ids,
    ):
        tags[run_id][key] = value
    return tags


def _get_writer(db: sqlite_utils.Database, writer_id: str) -> Row:
    found = rows(db, "select * from writers where writer_id = ?", (writer_id,))
    return found[0] if found else {}


def _get_name(db: sqlite_utils.Database, run_id: str | None) -> str | None:
    row = db.execute("select name from runs where run_id = ?", (run_id,)).fetchone()
    return row[0] if row else None


def _get_environment(
    db: sqlite_utils.Database, run: Row, writer: Row
) -> c.Environment | None:
    row = db.execute(
        "select body from environments where environment_id = ?",
        (run["environment_id"],),
    ).fetchone()
    if row is None:
        return None
    body: dict[str, Any] = json.loads(row[0]) if row[0] else {}
    packages = body.get("packages")
    machine = body.get("machine")
    return c.Environment(
        environment_id=run["environment_id"],
        python=str(body.get("python", writer.get("python_version", ""))),
        executable=str(body.get("executable", writer.get("executable", ""))),
        platform=str(body.get("platform", "")),
        host=str(body.get("host", writer.get("host", ""))),
        packages={
            str(name): str(version)
            for name, version in (
                packages.items() if isinstance(packages, dict) else ()
            )
        },
        git=json.loads(run["git"]) if run["git"] else None,
        machine=machine if isinstance(machine, dict) else {},
    )


def find_kernel_environment(
    db: sqlite_utils.Database, kernel_id: str
) -> c.Environment | None:
    """Return the environment that a kernel's latest run ran in."""
    found = rows(
        db,
        "select * from runs where kernel_id = ? and environment_id is not null "
        "order by run_id desc limit 1",
        (kernel_id,),
    )
    if not found:
        return None
    return _get_environment(db, found[0], _get_writer(db, found[0]["writer_id"]))


def _list_artifacts(db: sqlite_utils.Database, run_id: str) -> list[c.Artifact]:
    return [
        c.Artifact(
            name=row["name"],
            sha256=row["sha256"],
            size_bytes=row["size_bytes"],
            mime_type=row["mime_type"],
            logged_at=row["logged_at"],
        )
        for row in rows(
            db, "select * from artifacts where run_id = ? order by name", (run_id,)
        )
    ]


def _list_failures(db: sqlite_utils.Database, run_id: str) -> list[str]:
    return [
        f"{place}: {error}"
        for place, error in db.execute(
            "select place, error from capture_failures where run_id = ? "
            "order by position limit 100",
            (run_id,),
        )
    ]
