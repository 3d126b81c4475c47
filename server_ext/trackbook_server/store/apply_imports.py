"""What is said of bundles to import; the merging is `moving/importing.py`'s."""

from trackbook import events as ev
from trackbook_server.store.changes import Changes
from trackbook_server.store.values import BadEvent, to_text

_ID_LENGTH = 32


def import_requested(p: Changes, event: ev.ImportRequested, writer_id: str) -> None:
    """Keep that a bundle waits; asking again is nothing new.

    Raises BadEvent for an id that names no file.
    """
    if len(event.import_id) != _ID_LENGTH or not event.import_id.isalnum():
        raise BadEvent(f"{event.import_id[:100]!r} is no id of an import")
    p.db.execute(
        "insert or ignore into imports (import_id, name, by, requested_at, state) "
        "values (?, ?, ?, ?, 'waiting')",
        (event.import_id, event.name, event.by, to_text(event.at)),
    )


def import_stopped(p: Changes, event: ev.ImportStopped, writer_id: str) -> None:
    """Merge no more of a bundle; what was merged stays."""
    p.db.execute(
        "update imports set state = 'stopped' where import_id = ? "
        "and state in ('waiting', 'running')",
        (event.import_id,),
    )
