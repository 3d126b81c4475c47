"""Which revisions a run has, and which one it restores. Only selects."""

from collections.abc import Sequence

import sqlite_utils

from trackbook.errors import RevisionNotFound, RunNotFound
from trackbook_server.contract import RevisionInfo
from trackbook_server.notebooks.document import digest
from trackbook_server.notebooks.executed import list_members, rebuild, signature
from trackbook_server.notebooks.revision import Pieces
from trackbook_server.store.rows import marks

_INFO = (
    "c.revision_id, c.number, c.moment, c.captured_at, c.notebook_path, "
    "v.cell_count, v.redacted_count, c.edited_count"
)

LATEST = "latest"
"""The name of the revision that a run restores."""

EXECUTED = "executed"
"""The name of the notebook rebuilt from a run's executions."""


def list_run_revisions(db: sqlite_utils.Database, run_id: str) -> list[RevisionInfo]:
    """Return the run's revisions; the first is what it restores.

    That is the document of the execution that gave the main metric's last point (the
    last execution where there is none): as it ended, else as it was scheduled, else
    the file that was found, else the notebook rebuilt from executions. The others
    follow, the latest first. Empty for a run that executed nothing.
    """
    found: dict[str, RevisionInfo] = {}
    messages = _messages(db, run_id)
    leading = _leading_message(db, run_id)
    if leading in messages:
        messages.remove(leading)
        messages.insert(0, leading)
    for message_id in messages:
        for info in _of_message(db, message_id):
            found.setdefault(info.revision_id, info)
    for info in _of_run(db, run_id):
        found.setdefault(info.revision_id, info)
    if not found:
        executed = _as_executed(db, run_id)
        return [executed] if executed else []
    return list(found.values())


def find_revision(
    db: sqlite_utils.Database, run_id: str, which: str | None = None
) -> RevisionInfo:
    """Return one of the run's revisions; `which` is an id, a prefix of it, `latest`, or
    `executed`, which every run has that executed something.

    Raises RevisionNotFound, RunNotFound.
    """
    known = db.execute("select name from runs where run_id = ?", (run_id,)).fetchone()
    if known is None:
        raise RunNotFound(f"there is no run {run_id!r}. `trackbook runs` lists them.")
    executed = _as_executed(db, run_id) if which == EXECUTED else None
    revisions = [executed] if executed else list_run_revisions(db, run_id)
    if not revisions:
        raise RevisionNotFound(
            f"run {known[0]!r} has no notebook: no cell was executed in it."
        )
    if which in (None, LATEST, EXECUTED):
        return revisions[0]
    matching = [info for info in revisions if info.revision_id.startswith(which or "")]
    if len(matching) != 1:
        raise RevisionNotFound(
            f"run {known[0]!r} has no notebook revision {which!r}; it has "
            + ", ".join(info.revision_id[:12] for info in revisions[:5])
            + ". Without one, the run's own is taken."
        )
    return matching[0]


def describe_revision(db: sqlite_utils.Database, revision_id: str) -> RevisionInfo:
    """Return what is known of a revision: as it was best, and last, captured.

    Raises RevisionNotFound.
    """
    row = db.execute(
        f"select {_INFO} from captures c join revisions v using (revision_id) "  # noqa: S608
        "where c.revision_id = ? order by c.moment != 'scheduled' desc, "
        "c.capture_id desc limit 1",
        (revision_id,),
    ).fetchone()
    if row is None:
        raise RevisionNotFound(
            f"there is no notebook revision {revision_id!r}. "
            "`trackbook show RUN` lists those of a run."
        )
    return _info(row)


def find_numbered(
    db: sqlite_utils.Database, path: str, number: int
) -> RevisionInfo | None:
    """Return a notebook's revision by its number: with its outputs if there is one."""
    row = db.execute(
        f"select {_INFO} from captures c join revisions v using (revision_id) "  # noqa: S608
        "where c.notebook_path = ? and c.number = ? "
        "order by c.moment != 'scheduled' desc, c.capture_id desc limit 1",
        (path, number),
    ).fetchone()
    return None if row is None else _info(row)


def find_paths(db: sqlite_utils.Database, ending: str) -> Sequence[str]:
    """Return the notebooks of which there are revisions whose path ends so."""
    rows = db.execute(
        "select distinct notebook_path from captures where notebook_path = ?1 "
        "or substr(notebook_path, -length(?1) - 1) = '/' || ?1 "
        "order by notebook_path",
        (ending,),
    )
    return [row[0] for row in rows]


def last_number(db: sqlite_utils.Database, path: str) -> int:
    """Return the number of a notebook's last revision; 0 where there is none."""
    found = db.execute(
        "select max(number) from captures where notebook_path = ?", (path,)
    ).fetchone()[0]
    return found or 0


def _messages(db: sqlite_utils.Database, run_id: str) -> list[str]:
    """Return the message ids of the run's executions, the last first."""
    members = list_members(db, run_id)
    rows = db.execute(
        "select message_id from cell_executions where message_id is not null "  # noqa: S608
        f"and run_id in ({marks(members)}) "
        "order by execution_order desc",
        tuple(members),
    )
    return [row[0] for row in rows]


def _leading_message(db: sqlite_utils.Database, run_id: str) -> str | None:
    """Return the message of the execution that gave the main metric's last point."""
    row = db.execute(
        "select e.message_id from runs r "
        "join metrics m on m.run_id = r.run_id and m.key = r.main_metric "
        "join cell_executions e on e.execution_id = m.execution_id "
        "where r.run_id = ?",
        (run_id,),
    ).fetchone()
    return None if row is None else row[0]


def _of_message(db: sqlite_utils.Database, message_id: str) -> list[RevisionInfo]:
    """Return the best revision for an execute request: ended, else scheduled."""
    rows = db.execute(
        f"select {_INFO} from capture_messages m join captures c using (capture_id) "  # noqa: S608
        "join revisions v using (revision_id) where m.message_id = ? "
        "order by m.moment = 'ended' desc, m.moment = 'scheduled' desc limit 1",
        (message_id,),
    )
    return [_info(row) for row in rows]


def _of_run(db: sqlite_utils.Database, run_id: str) -> list[RevisionInfo]:
    """Return the documents that a headless runner found for the run."""
    members = list_members(db, run_id)
    rows = db.execute(
        f"select {_INFO} from captures c join revisions v using (revision_id) "  # noqa: S608
        "where c.capture_id not in (select capture_id from capture_messages) "
        f"and c.run_id in ({marks(members)}) "
        "order by c.moment = 'ended' desc, c.moment = 'scheduled' desc, "
        "c.capture_id desc",
        tuple(members),
    )
    return [_info(row) for row in rows]


def _as_executed(db: sqlite_utils.Database, run_id: str) -> RevisionInfo | None:
    """Describe the notebook rebuilt from executions; it is not stored."""
    document = rebuild(db, run_id)
    if not document["cells"]:
        return None
    at, path = db.execute(
        "select last_at, notebook_path from runs where run_id = ?", (run_id,)
    ).fetchone()
    pieces = Pieces()
    revision_id = pieces.split(document).revision_id()
    outputs = signature(db, run_id)
    return RevisionInfo(
        revision_id=digest(f"{revision_id} {outputs}".encode())
        if outputs
        else revision_id,
        number=0,
        moment="executed",
        captured_at=at,
        notebook_path=path,
        cell_count=len(document["cells"]),
        redacted_count=sum(len(piece.redacted) for piece in pieces.found.values()),
        edited_count=None,
    )


def _info(row: tuple[object, ...]) -> RevisionInfo:
    names = (
        "revision_id",
        "number",
        "moment",
        "captured_at",
        "notebook_path",
        "cell_count",
        "redacted_count",
        "edited_count",
    )
    return RevisionInfo(**dict(zip(names, row, strict=True)))  # type: ignore[arg-type]
