"""The executions of a run, what they put out, and what its kernel did before them."""

import msgspec

from trackbook.events import Output
from trackbook_server.moving.ends import End, Problems
from trackbook_server.moving.kinds import BadRow, Execution, OutputRow, insert, read
from trackbook_server.store.apply_outcomes import put_outputs
from trackbook_server.store.edits import exists
from trackbook_server.store.rows import rows
from trackbook_server.store.values import BadEvent

_decoder = msgspec.json.Decoder(Output)


def merge_executions(
    source: End,
    target: End,
    run_id: str,
    done: dict[str, int],
    problems: Problems,
) -> set[str]:
    """Merge the executions of a run, and those before them in its kernels, which say
    how its result came about; return those that changed.

    `done` is up to where the executions of each writer were merged.
    """
    own = list(
        read(
            source.db,
            Execution,
            "run_id = ? order by writer_id, execution_order, execution_id",
            (run_id,),
        )
    )
    upto: dict[str, int] = {}
    for one in own:
        last = upto.get(one.writer_id, one.execution_order)
        upto[one.writer_id] = max(last, one.execution_order)
    changed = {one.execution_id for one in own if _merge(source, target, one)}
    for writer_id, last in upto.items():
        try:
            for one in read(
                source.db,
                Execution,
                "writer_id = ? and run_id is not ? and execution_order <= ? "
                "and execution_order > ? order by execution_order, execution_id",
                (writer_id, run_id, last, done.get(writer_id, -(2**62))),
            ):
                if _merge(source, target, one):
                    changed.add(one.execution_id)
        except BadRow as error:
            problems.note(f"what was executed before run {run_id}: {error}")
        done[writer_id] = max(last, done.get(writer_id, last))
    return changed


def _merge(source: End, target: End, there: Execution) -> bool:
    """Merge one execution; return whether that changed anything."""
    db = target.db
    found = rows(
        db,
        "select ended_at, run_id from cell_executions where execution_id = ?",
        (there.execution_id,),
    )
    here = found[0] if found else None
    is_new = here is None or (here["ended_at"] is None and there.ended_at is not None)
    if is_new:
        insert(db, there, "insert or replace")
    elif here is not None and here["run_id"] is None and there.run_id is not None:
        db.execute(
            "update cell_executions set run_id = ? where execution_id = ?",
            (there.run_id, there.execution_id),
        )
    if there.run_id is None or not exists(db, "runs", "run_id", there.run_id):
        return is_new
    outputs = _outputs(source, there.execution_id)
    [count] = db.execute(
        "select count(*) from outputs where execution_id = ?", (there.execution_id,)
    ).fetchone()
    if not outputs or not (is_new or len(outputs) > count):
        return is_new
    try:
        put_outputs(db, there.execution_id, outputs, 0, len(outputs))
    except BadEvent as error:
        raise BadRow(f"an output of it: {error}") from error
    return True


def _outputs(source: End, execution_id: str) -> list[Output]:
    found = []
    for row in read(
        source.db, OutputRow, "execution_id = ? order by position", (execution_id,)
    ):
        try:
            found.append(_decoder.decode(row.body))
        except (msgspec.MsgspecError, RecursionError, ValueError) as error:
            raise BadRow(f"an output of it can't be read: {error}") from error
    return found
