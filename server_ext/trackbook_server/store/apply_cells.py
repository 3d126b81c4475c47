"""What is known of a run's cells and surroundings: executions, environment, files."""

from trackbook import events as ev
from trackbook_server.store.changes import Changes
from trackbook_server.store.naming import canonical
from trackbook_server.store.values import BadEvent, check_sha256, to_text


def execution_started(p: Changes, event: ev.ExecutionStarted, writer_id: str) -> None:
    """Note that a cell executes; a second start of the same is none."""
    check_sha256(event.source_sha256)
    at = to_text(event.at)
    p.know(event.execution_id)
    if event.run_id is not None:
        p.wake(event.run_id, writer_id, at)
    p.db.execute(
        "insert into cell_executions (execution_id, run_id, writer_id, "
        "execution_order, source, cell_id, message_id, before_recording, started_at, "
        "source_sha256, source_size_bytes) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "on conflict (execution_id) do nothing",
        (
            event.execution_id,
            event.run_id,
            writer_id,
            event.order,
            event.source,
            event.cell_id,
            event.message_id,
            event.before_recording,
            at,
            event.source_sha256,
            event.source_size_bytes,
        ),
    )


def execution_ended(p: Changes, event: ev.ExecutionEnded, writer_id: str) -> None:
    """Note how an execution ended. Raises BadEvent for one that never began."""
    p.know(event.execution_id)
    row = p.db.execute(
        "select run_id, message_id from cell_executions where execution_id = ?",
        (event.execution_id,),
    ).fetchone()
    if row is None:
        raise BadEvent(f"execution {event.execution_id} ended but never started")
    at = to_text(event.at)
    if row[0] is not None and row[0] != event.run_id:
        p.touched.add(row[0])
    run_id = event.run_id or row[0]
    if run_id is not None:
        p.wake(run_id, writer_id, at)
    if row[1] is not None:
        p.messages.append(row[1])
    error = event.error
    p.db.execute(
        "update cell_executions set run_id = ?, status = ?, ended_at = ?, "
        "duration_ms = ?, execution_count = ?, error_name = ?, error_message = ?, "
        "traceback = ? where execution_id = ?",
        (
            run_id,
            event.status,
            at,
            event.duration_ms,
            event.execution_count,
            error.name if error else None,
            error.message if error else None,
            error.traceback if error else None,
            event.execution_id,
        ),
    )


def environment(p: Changes, event: ev.EnvironmentCaptured, writer_id: str) -> None:
    """Keep what the run ran in; equal environments are one row."""
    p.wake(event.run_id, writer_id, to_text(event.at))
    body = None if event.environment is None else canonical(event.environment)
    p.db.execute(
        "insert into environments values (?, ?) on conflict (environment_id) "
        "do update set body = coalesce(body, excluded.body)",
        (event.environment_id, body),
    )
    p.db.execute(
        "update runs set environment_id = ?, git = ? where run_id = ?",
        (
            event.environment_id,
            None if event.git is None else canonical(event.git),
            event.run_id,
        ),
    )


def artifact_logged(p: Changes, event: ev.ArtifactLogged, writer_id: str) -> None:
    """Note a named output; the last of a name counts."""
    check_sha256(event.sha256)
    at = to_text(event.at)
    p.wake(event.run_id, writer_id, at)
    p.db.execute(
        "insert or replace into artifacts values (?, ?, ?, ?, ?, ?, ?)",
        (
            event.run_id,
            event.name,
            event.sha256,
            event.size_bytes,
            event.mime_type,
            event.execution_id,
            at,
        ),
    )


def revision_captured(p: Changes, event: ev.RevisionCaptured, writer_id: str) -> None:
    """Keep that a document waits to be split into a revision."""
    check_sha256(event.sha256)
    at = to_text(event.at)
    if event.run_id is not None:
        p.wake(event.run_id, writer_id, at)
    p.db.execute(
        "insert into captured_revisions (writer_id, run_id, sha256, notebook_path, "
        "moment, message_ids, cell_ids, captured_at, redacted_count) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            writer_id,
            event.run_id,
            event.sha256,
            event.notebook_path,
            event.moment,
            canonical(event.message_ids),
            canonical(event.cell_ids),
            at,
            max(event.redacted_count, 0),
        ),
    )


def values_redacted(p: Changes, event: ev.ValuesRedacted, writer_id: str) -> None:
    """Count what was replaced in the run."""
    if event.run_id is None:
        return
    p.touch(event.run_id, writer_id, to_text(event.at))
    p.db.execute(
        "update runs set redacted_count = redacted_count + ? where run_id = ?",
        (event.count, event.run_id),
    )


def capture_failed(p: Changes, event: ev.CaptureFailed, writer_id: str) -> None:
    """Keep what a capture hook could not do."""
    if event.run_id is not None:
        p.touch(event.run_id, writer_id, to_text(event.at))
    p.db.execute(
        "insert into capture_failures (run_id, place, error) values (?, ?, ?)",
        (event.run_id, event.where, event.error),
    )
