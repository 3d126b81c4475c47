"""The notebooks of a run: documents, and when each was seen.

A document from elsewhere goes through the same door as one from a browser: its cells
are checked and taken apart here, and it counts only if that gives its name again.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import sqlite_utils
from zstandard import ZstdError, frame_content_size

from trackbook.errors import NotANotebook, RevisionNotFound
from trackbook_server.moving.ends import End, Problems
from trackbook_server.moving.kinds import (
    BadRow,
    Capture,
    CaptureMessage,
    PieceData,
    RevisionRow,
    read,
    select,
)
from trackbook_server.notebooks.compression import Damaged, unfold
from trackbook_server.notebooks.document import (
    MAX_NOTEBOOK_BYTES,
    Json,
    check_cell,
    check_frame,
    digest,
    from_canonical,
    parse_notebook,
)
from trackbook_server.notebooks.older import read_older
from trackbook_server.notebooks.pieces import (
    RawFile,
    add_pieces,
    add_revision,
    get_manifest,
    read_rows,
)
from trackbook_server.notebooks.revision import (
    ABSENT,
    CellRef,
    Manifest,
    Pieces,
    PlacedSpan,
)
from trackbook_server.notebooks.secrets import Span
from trackbook_server.notebooks.stored import stored_document

_OF_RUN = (
    "run_id = ?1 or capture_id in (select capture_id from capture_messages "
    "join cell_executions using (message_id) where cell_executions.run_id = ?1) "
    "order by capture_id"
)
_BAD = (
    BadRow,
    Damaged,
    NotANotebook,
    RevisionNotFound,
    ZstdError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    RecursionError,
)
"""What a document that is damaged, or made to be, can raise while it is read."""


_MAX_MANIFEST_BYTES = 64 * 1024 * 1024


def merge_captures(
    source: End,
    target: End,
    run_id: str,
    path_of: Callable[[str | None], str | None],
    problems: Problems,
) -> None:
    """Merge the documents that were captured for a run, with their revisions."""
    near: str | None = None
    for there in read(source.db, Capture, _OF_RUN, (run_id,)):
        path = path_of(there.notebook_path)
        if there.revision_id is None:
            continue
        if _find(target.db, there) is None:
            try:
                merge_revision(source, target, there.revision_id, near)
            except _BAD as error:
                problems.note(
                    f"the notebook {there.revision_id[:12]} of run {run_id} was left "
                    f"out: {error}"
                )
                continue
            _add(target.db, there, path)
        near = there.revision_id
        capture_id = _find(target.db, there)
        for message in read(
            source.db,
            CaptureMessage,
            "capture_id = ? order by message_id, moment",
            (there.capture_id,),
        ):
            target.db.execute(
                "insert or ignore into capture_messages (message_id, moment, "
                "capture_id, cell_id) values (?, ?, ?, ?)",
                (message.message_id, message.moment, capture_id, message.cell_id),
            )


def merge_revision(
    source: End, target: End, revision_id: str, near: str | None = None
) -> None:
    """Bring a revision and the pieces of it that are not there yet.

    Raises one of `_BAD` where it is not what its name says.
    """
    known = target.db.execute(
        "select 1 from revisions where revision_id = ?", (revision_id,)
    ).fetchone()
    if known is not None:
        return
    [row] = read(source.db, RevisionRow, "revision_id = ?", (revision_id,))
    try:
        _check_manifest(source.db, revision_id)
        manifest = get_manifest(source.db, revision_id)
    except sqlite3.DatabaseError as error:
        raise BadRow(f"it can't be read: {error}") from error
    folder = target.blobs.folder
    _bring_pieces(source, target.db, folder, manifest)
    document = stored_document(manifest, read_rows(target.db, manifest.names()))
    raw = None if row.raw is None else _raw(source, row.raw, manifest)
    count = max(row.redacted_count - document.redacted_count(), 0)
    named = add_revision(target.db, folder, document, raw, count, near)
    if named != revision_id:
        target.db.execute("delete from revisions where revision_id = ?", (named,))
        raise BadRow("it is not what its name says")
    target.blobs.settle()


def _check_manifest(db: sqlite_utils.Database, revision_id: str) -> None:
    """Raise BadRow for a manifest that would unfold into more than any notebook's."""
    for (packed,) in select(
        db,
        "select manifest from revisions where revision_id = ?1 or revision_id = "
        "(select base from revisions where revision_id = ?1)",
        (revision_id,),
    ):
        if (
            not isinstance(packed, bytes)
            or not 0 <= frame_content_size(packed) <= _MAX_MANIFEST_BYTES
        ):
            raise BadRow("the list of what it consists of is damaged")


def _bring_pieces(
    source: End, db: sqlite_utils.Database, blobs_dir: Path, manifest: Manifest
) -> None:
    """Store the pieces of a manifest that are not there yet, checked."""
    lacking = manifest.names() - read_rows(db, manifest.names()).keys()
    if not lacking:
        return
    wanted = {manifest.frame} & lacking
    cells = [
        cell
        for cell in dict.fromkeys(manifest.cells)
        if {cell.sha256, *(out.sha256 for out in cell.outputs or ())} & lacking
    ]
    for cell in cells:
        wanted |= {cell.sha256, *(out.sha256 for out in cell.outputs or ())}
    found = dict(_read_pieces(source, wanted))
    if found.keys() != wanted:
        raise BadRow("a part of it is missing")
    pieces = Pieces(_as_it_is)
    if manifest.frame in found:
        frame = check_frame(found[manifest.frame][0])
        if pieces.add_frame(frame) != manifest.frame:
            raise BadRow("its metadata is not what its name says")
    for cell in cells:
        body = check_cell(_joined(cell, {n: value for n, (value, _) in found.items()}))
        if pieces.add_cell(body) != cell:
            raise BadRow("a cell of it is not what its name says")
    add_pieces(
        db,
        blobs_dir,
        [
            replace(piece, redacted=found[piece.sha256][1])
            for piece in pieces.found.values()
            if piece.sha256 in lacking
        ],
    )


def _read_pieces(
    source: End, names: Iterable[str]
) -> Iterable[tuple[str, tuple[Json, tuple[PlacedSpan, ...]]]]:
    """Yield pieces by their names: what they hold, and what was replaced in them."""
    for row in read(
        source.db,
        PieceData,
        "sha256 in (select value from json_each(?))",
        (json.dumps(sorted(names)),),
    ):
        packed = row.data
        if packed is None:
            packed = b"".join(source.blobs.read(row.blob_sha256 or ""))
        data = unfold(packed, row.size_bytes)
        if digest(data) != row.sha256:
            raise BadRow(f"a part of it ({row.sha256[:12]}) is damaged")
        yield row.sha256, (from_canonical(data), _spans(row.redacted))


def _joined(cell: CellRef, found: dict[str, Json]) -> dict[str, Any]:
    """Return a cell put together from its pieces."""
    body = dict(found[cell.sha256])
    if cell.count != ABSENT:
        body["execution_count"] = cell.count
    if cell.outputs is not None:
        body["outputs"] = [
            found[out.sha256]
            if out.count == ABSENT
            else {**found[out.sha256], "execution_count": out.count}
            for out in cell.outputs
        ]
    return body


def _spans(text: str | None) -> tuple[PlacedSpan, ...]:
    if text is None:
        return ()
    return tuple(msgspec.json.decode(text, type=list[PlacedSpan]))


def _as_it_is(text: str) -> tuple[str, list[Span]]:
    """Secrets were replaced where the document was captured."""
    return text, []


def _raw(source: End, sha256: str, manifest: Manifest) -> RawFile:
    """Return the bytes of the file that a revision was, if they are that document."""
    packed = b"".join(source.blobs.read(sha256))
    if digest(packed) != sha256:
        raise BadRow("the bytes of its file are missing or damaged")
    data = unfold(packed, MAX_NOTEBOOK_BYTES)
    try:
        document = parse_notebook(data)
        if b'"trusted"' in data:
            raise BadRow("its file says of itself that it is to be trusted")
    except NotANotebook:
        document = read_older(data).document
    if Pieces(_as_it_is).split(document) != manifest:
        raise BadRow("its file holds another document")
    return RawFile(data, is_older=True)


def _find(db: sqlite_utils.Database, there: Capture) -> int | None:
    row = db.execute(
        "select capture_id from captures where revision_id = ? and moment = ? "
        "and captured_at = ? and run_id is ? and kernel_id is ?",
        (
            there.revision_id,
            there.moment,
            there.captured_at,
            there.run_id,
            there.kernel_id,
        ),
    ).fetchone()
    return None if row is None else row[0]


def _add(db: sqlite_utils.Database, there: Capture, path: str | None) -> None:
    """Note when a revision was seen; its number is kept where it is free here."""
    code: str = db.execute(
        "select code_sha256 from revisions where revision_id = ?", (there.revision_id,)
    ).fetchone()[0]
    scope = (
        "notebook_path = ?1" if path else "notebook_path is null and kernel_id is ?1"
    )
    name = path or there.kernel_id
    [same, taken, last] = db.execute(
        "select max(number) filter (where code_sha256 = ?2), "
        f"max(number = ?3), max(number) from captures where {scope}",
        (name, code, there.number),
    ).fetchone()
    number = same or (there.number if not taken else (last or 0) + 1)
    db.execute(
        "insert into captures (revision_id, code_sha256, number, moment, captured_at, "
        "notebook_path, kernel_id, run_id, edited_count) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            there.revision_id,
            code,
            number,
            there.moment,
            there.captured_at,
            path,
            there.kernel_id,
            there.run_id,
            there.edited_count,
        ),
    )
