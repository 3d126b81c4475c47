"""Captures: documents as the browser or a headless runner saw them become revisions.

`CaptureMemory` keeps what each client's cell keys stand for, so that an unchanged cell
is sent once; it may forget at any time, because the answer then asks again. Joining
with executions is by message id when reading, so either may come first.
"""

import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import sqlite_utils

from trackbook.blobs import read_blob
from trackbook.errors import BadInput, NotANotebook
from trackbook_server.contract import Capture, Captured
from trackbook_server.notebooks.document import check_cell, check_frame, parse_notebook
from trackbook_server.notebooks.older import read_older
from trackbook_server.notebooks.pieces import (
    RawFile,
    add_pieces,
    add_revision,
    get_manifest,
    read_rows,
    read_stored,
    take_apart,
)
from trackbook_server.notebooks.revision import Pieces
from trackbook_server.notebooks.secrets import Redact, redact_exact
from trackbook_server.notebooks.stored import (
    PieceRow,
    StoredCell,
    StoredDocument,
    complete,
    count_edited,
    stored_cell,
)
from trackbook_server.store.placement import follow_captures, touch_runs
from trackbook_server.store.rows import marks

MAX_CLIENTS = 64
MAX_KEYS = 20_000
"""So many keys are remembered for a client, and never fewer than its document has."""
MAX_DOCUMENTS = 32
"""So many documents wait in memory for their executions to end."""


@dataclass(slots=True)
class CaptureMemory:
    """What the cell keys of each client stand for; used by one thread.

    What is remembered in a transaction that is then rolled back is stored nowhere:
    `unsure` are the pieces of the last one, which the next looks for.
    """

    max_clients: int = MAX_CLIENTS
    max_keys: int = MAX_KEYS
    _clients: OrderedDict[str, OrderedDict[str, StoredCell]] = field(
        default_factory=OrderedDict
    )
    _documents: OrderedDict[str, StoredDocument] = field(default_factory=OrderedDict)
    _unsure: dict[str, PieceRow] = field(default_factory=dict)
    _removals: int = 0

    def begin(self, db: sqlite_utils.Database) -> None:
        """Forget everything if the last transaction was rolled back, or pieces were
        removed meanwhile."""
        removals: int = db.execute("select piece_removals from store").fetchone()[0]
        is_lost = self._unsure and read_rows(db, self._unsure) != self._unsure
        if is_lost or removals != self._removals:
            self._clients.clear()
            self._documents.clear()
        self._unsure.clear()
        self._removals = removals

    def learn(self, rows: Mapping[str, PieceRow]) -> None:
        """Note pieces that this transaction stored."""
        self._unsure.update(rows)

    def known(self, client_id: str) -> OrderedDict[str, StoredCell]:
        """Return the client's keys, the least recently used first."""
        keys = self._clients.setdefault(client_id, OrderedDict())
        self._clients.move_to_end(client_id)
        while len(self._clients) > self.max_clients:
            self._clients.popitem(last=False)
        return keys

    def use(self, client_id: str, keys: list[str]) -> None:
        """Note that the client's document has these keys now; forget old ones."""
        known = self.known(client_id)
        if len(known) <= max(self.max_keys, len(keys)):
            return
        for key in keys:
            if key in known:
                known.move_to_end(key)
        while len(known) > max(self.max_keys, len(keys)):
            known.popitem(last=False)

    def await_end(self, revision_id: str, document: StoredDocument) -> None:
        """Keep a document at hand whose execution has begun."""
        self._documents[revision_id] = document
        self._documents.move_to_end(revision_id)
        while len(self._documents) > MAX_DOCUMENTS:
            self._documents.popitem(last=False)

    def document(self, db: sqlite_utils.Database, revision_id: str) -> StoredDocument:
        """Return the document of a revision that is stored."""
        found = self._documents.get(revision_id)
        return found or read_stored(db, get_manifest(db, revision_id))


@dataclass(frozen=True, slots=True)
class Seen:
    """The circumstances of a capture. `at` is as the API writes times."""

    moment: str
    at: str
    notebook_path: str | None
    kernel_id: str | None = None
    run_id: str | None = None
    journal_position: int | None = None
    redacted_count: int = 0


def take_capture(
    db: sqlite_utils.Database,
    blobs_dir: Path,
    memory: CaptureMemory,
    capture: Capture,
    at: str,
    redact: Redact = redact_exact,
) -> Captured:
    """Store what a client sent, and answer the revision or the keys that are lacking.

    Raises BadInput (NotANotebook) for cells that are none.
    """
    check_capture(capture)
    memory.begin(db)
    pieces = Pieces(redact)
    refs = {
        key: pieces.add_cell(check_cell(cell, f"cell {key!r}"))
        for key, cell in capture.cells.items()
    }
    frame = pieces.add_frame(check_frame(capture.frame))
    rows = add_pieces(db, blobs_dir, pieces.found.values())
    memory.learn(rows)
    known = memory.known(capture.client_id)
    known.update((key, stored_cell(ref, rows)) for key, ref in refs.items())
    memory.use(capture.client_id, capture.cell_keys)
    try:
        cells = tuple([known[key] for key in capture.cell_keys])
    except KeyError:
        return lacking([key for key in capture.cell_keys if key not in known])
    document = StoredDocument(frame, rows[frame], cells)
    path = capture.notebook_path or path_of_kernel(db, capture.kernel_id)
    seen = Seen(capture.moment, at, path, capture.kernel_id)
    capture_id = record(db, blobs_dir, memory, document, seen, capture.messages)
    revision_id, number, redacted_count = db.execute(
        "select revision_id, number, redacted_count from captures "
        "join revisions using (revision_id) where capture_id = ?",
        (capture_id,),
    ).fetchone()
    return Captured(
        revision_id=revision_id,
        number=number,
        redacted_count=redacted_count,
        missing=[],
    )


def check_capture(capture: Capture) -> None:
    """Raise BadInput for a capture that contradicts itself."""
    if len(set(capture.cell_keys)) != len(capture.cell_keys):
        raise BadInput("cell_keys names a cell twice; keys are unique in a document")
    if capture.moment == "kept":
        if capture.messages:
            raise BadInput("a document that is kept is of no execution: no messages")
        if capture.kernel_id is None and capture.notebook_path is None:
            raise BadInput(
                "whose document is it? Send its notebook_path or its kernel_id"
            )
    elif capture.kernel_id is None:
        raise BadInput(f"a document that was {capture.moment} has a kernel_id")


def lacking(keys: list[str]) -> Captured:
    """Return the answer that asks for the bodies of `keys`."""
    return Captured(revision_id=None, number=None, redacted_count=0, missing=keys)


def record(
    db: sqlite_utils.Database,
    blobs_dir: Path,
    memory: CaptureMemory,
    document: StoredDocument,
    seen: Seen,
    messages: Mapping[str, str | None],
    raw: RawFile | None = None,
) -> int:
    """Note that a document was seen for `messages` (message id to cell id).

    One that was seen when they ended completes those that were seen when they were
    scheduled; the pieces are stored. Returns the (last) capture's id.
    """
    groups: dict[str | None, list[str]] = {}
    for message_id in messages:
        scheduled = _scheduled(db, message_id) if seen.moment == "ended" else None
        groups.setdefault(scheduled, []).append(message_id)
    capture_id = 0
    for scheduled, message_ids in (groups or {None: []}).items():
        whole, edited_count = document, None
        if scheduled is not None:
            begun = memory.document(db, scheduled)
            edited_count = count_edited(begun.cells, document.cells)
            cells = complete(begun.cells, document.cells)
            whole = replace(begun, cells=cells)
        revision_id = add_revision(
            db, blobs_dir, whole, raw, seen.redacted_count, _last_revision(db, seen)
        )
        if seen.moment == "scheduled":
            memory.await_end(revision_id, whole)
        capture_id = _add_capture(db, revision_id, seen, edited_count)
        for message_id in message_ids:
            db.execute(
                "insert into capture_messages values (?, ?, ?, ?) on conflict "
                "(message_id, moment) do update set capture_id = excluded.capture_id",
                (message_id, seen.moment, capture_id, messages[message_id]),
            )
    if seen.notebook_path is not None:
        follow_captures(db, messages)
    if seen.moment != "scheduled":
        _announce(db, seen.run_id, messages)
    return capture_id


def split_waiting(db: sqlite_utils.Database, blobs_dir: Path) -> int:
    """Make revisions of the notebooks that journals brought as blobs.

    Returns how many there were. One that can't be read is noted as a failed capture of
    its run and not tried again; the blob stays.
    """
    waiting = db.execute(
        "select position, run_id, sha256, notebook_path, moment, message_ids, "
        "cell_ids, captured_at, redacted_count from captured_revisions "
        "where position not in (select journal_position from captures "
        "where journal_position is not null) "
        "order by position"
    ).fetchall()
    for position, run_id, sha256, path, moment, messages, cells, at, count in waiting:
        seen = Seen(moment, at, path, None, run_id, position, count)
        ids = json.loads(messages)
        cell_ids: list[str | None] = [*json.loads(cells), *[None] * len(ids)]
        try:
            _split_blob(
                db, blobs_dir, sha256, seen, dict(zip(ids, cell_ids, strict=False))
            )
        except NotANotebook as error:
            _add_capture(db, None, seen)
            db.execute(
                "insert into capture_failures (run_id, place, error) values (?, ?, ?)",
                (run_id, "revision", str(error)),
            )
    return len(waiting)


def _split_blob(
    db: sqlite_utils.Database,
    blobs_dir: Path,
    sha256: str,
    seen: Seen,
    messages: dict[str, str | None],
) -> None:
    data = read_blob(blobs_dir, sha256)
    if data is None:
        raise NotANotebook(f"the notebook's blob {sha256} is not in {blobs_dir}")
    what = seen.notebook_path or "the captured notebook"
    raw = RawFile(data) if seen.moment == "file" else None
    try:
        document = parse_notebook(data, what)
    except NotANotebook:
        older = read_older(data, what)
        document, raw = older.document, RawFile(older.data, is_older=True)
        count = seen.redacted_count + older.redacted_count
        seen = replace(seen, redacted_count=count)
    stored = take_apart(db, blobs_dir, document)
    record(db, blobs_dir, CaptureMemory(), stored, seen, messages, raw)


def path_of_kernel(db: sqlite_utils.Database, kernel_id: str | None) -> str | None:
    """Return the notebook that the server says the kernel runs."""
    row = db.execute(
        "select notebook_path from kernels where kernel_id = ?", (kernel_id,)
    ).fetchone()
    return None if row is None else row[0]


def _announce(
    db: sqlite_utils.Database, run_id: str | None, messages: Iterable[str]
) -> None:
    """Say that the revisions of the runs behind the messages changed."""
    ids = list(messages)
    found = db.execute(
        "select distinct coalesce(r.folded_into, r.run_id) from cell_executions e "  # noqa: S608
        f"join runs r using (run_id) where e.message_id in ({marks(ids)})",
        ids,
    ).fetchall()
    touch_runs(db, {row[0] for row in found} | ({run_id} if run_id else set()))


def _scheduled(db: sqlite_utils.Database, message_id: str) -> str | None:
    """Return the revision that was sent for an execute request."""
    row = db.execute(
        "select revision_id from capture_messages join captures using (capture_id) "
        "where message_id = ? and capture_messages.moment = 'scheduled'",
        (message_id,),
    ).fetchone()
    return None if row is None else row[0]


def _last_revision(db: sqlite_utils.Database, seen: Seen) -> str | None:
    """Return the revision that was captured last of the same notebook."""
    scope, name = _scope(seen)
    row = db.execute(
        "select revision_id from captures "  # noqa: S608
        f"where {scope} and revision_id is not null order by capture_id desc limit 1",
        (name,),
    ).fetchone()
    return None if row is None else row[0]


def _scope(seen: Seen) -> tuple[str, str | None]:
    """Return what a capture is counted by: its notebook, else its kernel."""
    if seen.notebook_path is not None:
        return "notebook_path = ?", seen.notebook_path
    return "notebook_path is null and kernel_id is ?", seen.kernel_id


def _add_capture(
    db: sqlite_utils.Database,
    revision_id: str | None,
    seen: Seen,
    edited_count: int | None = None,
) -> int:
    code, number = (None, 0) if revision_id is None else _count(db, revision_id, seen)
    cursor = db.execute(
        "insert into captures (revision_id, code_sha256, number, moment, captured_at, "
        "notebook_path, kernel_id, run_id, journal_position, edited_count) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            revision_id,
            code,
            number,
            seen.moment,
            seen.at,
            seen.notebook_path,
            seen.kernel_id,
            seen.run_id,
            seen.journal_position,
            edited_count,
        ),
    )
    return cursor.lastrowid or 0


def _count(db: sqlite_utils.Database, revision_id: str, seen: Seen) -> tuple[str, int]:
    """Return the revision's code and its number among those of the notebook.

    A notebook whose path is not known is counted by its kernel.
    """
    code: str = db.execute(
        "select code_sha256 from revisions where revision_id = ?", (revision_id,)
    ).fetchone()[0]
    scope, name = _scope(seen)
    same = db.execute(
        f"select max(number) from captures where {scope} and code_sha256 = ?",  # noqa: S608
        (name, code),
    ).fetchone()[0]
    if same is not None:
        return code, same
    last = db.execute(
        f"select max(number) from captures where {scope}",  # noqa: S608
        (name,),
    ).fetchone()[0]
    return code, (last or 0) + 1
