"""What the events of a run change: begin, end, resumption, params, points, edits."""

import sqlite_utils

from trackbook import events as ev
from trackbook_server.store import experiments, placement
from trackbook_server.store.changes import Changes
from trackbook_server.store.edits import edit_run, exists, set_tag
from trackbook_server.store.moves import root_of, take_number
from trackbook_server.store.name_rules import mark_ruled_runs, rule_names
from trackbook_server.store.naming import canonical
from trackbook_server.store.points import note_result, to_points
from trackbook_server.store.run_writers import join_run, leave_run
from trackbook_server.store.values import BadEvent, check_sha256, to_text


def run_started(p: Changes, event: ev.RunStarted, writer_id: str) -> None:
    """Begin a run in its experiment, with its params and tags, once."""
    at = to_text(event.at)
    kernel_id = event.kernel_id or _kernel_of(p.db, writer_id)
    p.wake(event.run_id, writer_id, at)
    place, attached, moved_to = p.db.execute(
        "select place, notebook_path, moved_to from runs where run_id = ?",
        (event.run_id,),
    ).fetchone()
    if place != "unknown":
        raise BadEvent(f"run {event.run_id} has started already")
    path = event.notebook_path or _path_of(p.db, kernel_id) or attached
    recorded_in = experiments.find_or_create(
        p.db,
        event.run_id,
        given=event.experiment,
        notebook_path=path,
        kernel_id=kernel_id,
    )
    experiment_id = root_of(p.db, moved_to or recorded_in)
    p.experiments.add(experiment_id)
    p.db.execute(
        "update runs set writer_id = ?, recorded_in = ?, experiment_id = ?, "
        "experiment_given = ?, "
        "kernel_id = ?, notebook_path = ?, cwd = ?, boundary = ?, continues = ?, "
        "parent_run_id = ?, provisional = ?, given_name = ?, started_at = ?, "
        "place = 'provisional' where run_id = ?",
        (
            writer_id,
            recorded_in,
            experiment_id,
            event.experiment,
            kernel_id,
            path,
            event.cwd,
            event.boundary,
            event.continues,
            event.parent_run_id,
            event.provisional,
            event.name,
            at,
            event.run_id,
        ),
    )
    join_run(
        p.db,
        event.run_id,
        writer_id,
        event.seq,
        at,
        kernel_id=kernel_id,
        notebook_path=path,
    )
    if not event.provisional:
        _give_number(p.db, event.run_id, experiment_id)
    _log_params(p.db, event.run_id, event.params, None)
    for key, value in event.tags.items():
        set_tag(p.db, event.run_id, key, value, "")
    p.executions.update(event.adopts)
    for execution_id in event.adopts:
        p.db.execute(
            "update cell_executions set run_id = ? where execution_id = ? "
            "and run_id is null",
            (event.run_id, execution_id),
        )


def run_confirmed(p: Changes, event: ev.RunConfirmed, writer_id: str) -> None:
    """Count a provisional run as one of its own."""
    p.wake(event.run_id, writer_id, to_text(event.at))
    placement.settle_run(p.db, event.run_id)
    row = p.db.execute(
        "select experiment_id, number from runs where run_id = ?", (event.run_id,)
    ).fetchone()
    p.db.execute("update runs set provisional = 0 where run_id = ?", (event.run_id,))
    if row[0] is not None and row[1] == 0:
        _give_number(p.db, event.run_id, row[0])


def run_ended(p: Changes, event: ev.RunEnded, writer_id: str) -> None:
    """End a run as its writer says; that supersedes what was inferred."""
    at = to_text(event.at)
    p.touch(event.run_id, writer_id, at)
    leave_run(p.db, event.run_id, writer_id, event.seq, at, event.status, event.reason)
    if event.folds_into is not None:
        p.db.execute(
            "update runs set provisional = 1, continues = ? where run_id = ?",
            (event.folds_into, event.run_id),
        )


def run_resumed(p: Changes, event: ev.RunResumed, writer_id: str) -> None:
    """Let a run go on, perhaps in another kernel and from another notebook."""
    at = to_text(event.at)
    p.wake(event.run_id, writer_id, at)
    kernel_id = event.kernel_id or _kernel_of(p.db, writer_id)
    join_run(
        p.db,
        event.run_id,
        writer_id,
        event.seq,
        at,
        kernel_id=kernel_id,
        notebook_path=event.notebook_path or _path_of(p.db, kernel_id),
    )


def run_edited(p: Changes, event: ev.RunEdited, writer_id: str) -> None:
    """Change what people say of a run, which may not have started yet."""
    if not exists(p.db, "runs", "run_id", event.run_id):
        p.touch(event.run_id, writer_id, to_text(event.at))
    p.touched.add(event.run_id)
    edit_run(p.db, event)
    if event.notebook_path:
        placement.attach_run(p.db, event.run_id, event.notebook_path)


def names_ruled(p: Changes, event: ev.NamesRuled, writer_id: str) -> None:
    """Let names of an experiment be ignored or promoted, in all its runs.

    Raises BadEvent where it can't be told which experiment is meant.
    """
    if event.run_id is not None:
        placement.settle_run(p.db, event.run_id)
    experiment_id = event.experiment_id or _experiment_of(p.db, event.run_id, writer_id)
    if experiment_id is None or not exists(
        p.db, "experiments", "experiment_id", experiment_id
    ):
        raise BadEvent(f"there is no experiment {experiment_id or event.run_id}")
    changed = rule_names(p.db, experiment_id, event.names, to_text(event.at))
    p.experiments.add(experiment_id)
    p.redrawn.add(experiment_id)
    mark_ruled_runs(p.db, experiment_id, changed)


def params_logged(p: Changes, event: ev.ParamsLogged, writer_id: str) -> None:
    """Add to the log of the run's params."""
    p.wake(event.run_id, writer_id, to_text(event.at))
    _log_params(p.db, event.run_id, event.params, event.execution_id)
    for key in event.removed:
        p.db.execute(
            "insert into param_log (run_id, key, origin, execution_id, removed) "
            "values (?, ?, 'auto', ?, 1)",
            (event.run_id, key, event.execution_id),
        )


def points_logged(p: Changes, event: ev.PointsLogged, writer_id: str) -> None:
    """Gather a metric's points. Raises BadEvent for columns that make none."""
    if not len(event.steps) == len(event.times_ms) == len(event.values):
        raise BadEvent("steps, times_ms and values are not of equal length")
    if not event.steps:
        return
    points = to_points(event)
    p.wake(event.run_id, writer_id, to_text(event.at))
    result = (event.run_id, event.execution_id)
    if event.origin != "value" and p.noted != result:
        note_result(p.db, event)
        p.noted = result
    p.gather(event, points)


def _give_number(db: sqlite_utils.Database, run_id: str, experiment_id: str) -> None:
    db.execute(
        "update runs set number = ? where run_id = ?",
        (take_number(db, experiment_id), run_id),
    )


def _log_params(
    db: sqlite_utils.Database,
    run_id: str,
    params: tuple[ev.Param, ...],
    execution_id: str | None,
) -> None:
    check_sha256(*(param.sha256 for param in params))
    db.conn.executemany(
        "insert into param_log (run_id, key, value, origin, execution_id, sha256, "
        "size_bytes) values (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                run_id,
                param.key,
                canonical(param.value),
                param.origin,
                execution_id,
                param.sha256,
                param.size_bytes if param.sha256 else None,
            )
            for param in params
        ],
    )


def _experiment_of(
    db: sqlite_utils.Database, run_id: str | None, writer_id: str
) -> str | None:
    """Return the experiment of a run; without one, of the writer's latest run."""
    row = db.execute(
        "select experiment_id from runs where run_id = ?1 or (?1 is null and run_id in "
        "(select run_id from run_writers where writer_id = ?2)) "
        "order by started_at desc limit 1",
        (run_id, writer_id),
    ).fetchone()
    if row is not None or run_id is not None:
        return row[0] if row else None
    path = _path_of(db, _kernel_of(db, writer_id))
    row = db.execute(
        "select experiment_id from experiments where notebook_path = ?", (path,)
    ).fetchone()
    return row[0] if row else None


def _kernel_of(db: sqlite_utils.Database, writer_id: str) -> str | None:
    row = db.execute(
        "select kernel_id from writers where writer_id = ?", (writer_id,)
    ).fetchone()
    return row[0] if row else None


def _path_of(db: sqlite_utils.Database, kernel_id: str | None) -> str | None:
    row = db.execute(
        "select notebook_path from kernels where kernel_id = ?", (kernel_id,)
    ).fetchone()
    return row[0] if row else None
