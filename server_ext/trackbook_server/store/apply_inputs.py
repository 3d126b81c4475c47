"""What a run read becomes rows: one a name, digest and context. Only writes."""

from trackbook import events as ev
from trackbook_server.store.changes import Changes
from trackbook_server.store.naming import canonical
from trackbook_server.store.values import to_text


def input_logged(p: Changes, event: ev.InputLogged, writer_id: str) -> None:
    """Note what a run read; the last of a name, digest and context counts."""
    at = to_text(event.at)
    p.wake(event.run_id, writer_id, at)
    p.db.execute(
        "insert or replace into inputs (run_id, name, digest, context, source, schema, "
        "profile, execution_id, logged_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            event.run_id,
            event.name,
            event.digest,
            event.context,
            event.source,
            canonical(event.schema),
            canonical(event.profile),
            event.execution_id,
            at,
        ),
    )
