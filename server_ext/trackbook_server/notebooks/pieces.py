"""Revisions in the database: the only SQL that touches pieces and revisions.

A piece is kept once, compressed; one that stays large is a blob in the home and the row
holds its name. Functions take a `sqlite_utils.Database` and run within the caller's
transaction.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sqlite_utils
import zstandard

from trackbook.blobs import read_blob, write_blob
from trackbook_server.contract import LostPart
from trackbook_server.notebooks.compression import Damaged, squeeze, unfold
from trackbook_server.notebooks.damage import list_lost
from trackbook_server.notebooks.document import MAX_NOTEBOOK_BYTES, Document, digest
from trackbook_server.notebooks.manifests import pack_manifest, read_packed
from trackbook_server.notebooks.revision import (
    CellFacts,
    Manifest,
    Piece,
    Pieces,
)
from trackbook_server.notebooks.stored import (
    PieceRow,
    StoredDocument,
    stored_document,
    unpack,
)
from trackbook_server.notebooks.writing import join, write_revision

MAX_ROW_BYTES = 64 * 1024
"""A piece that is larger when compressed is a blob."""

_STORED = "sha256, size_bytes, data, blob_sha256"


@dataclass(frozen=True, slots=True)
class RawFile:
    """The bytes of an unmodified file that a revision came from.

    `is_older`: the document is only how it is shown (`older.py`), the bytes are it.
    """

    data: bytes
    is_older: bool = False


def add_pieces(
    db: sqlite_utils.Database, blobs_dir: Path, pieces: Iterable[Piece]
) -> dict[str, PieceRow]:
    """Store the pieces that are not there yet; return the rows of all of them."""
    by_name = {piece.sha256: piece for piece in pieces}
    found = read_rows(db, by_name)
    for name, piece in by_name.items():
        if name in found:
            continue
        packed = squeeze(piece.data)
        blob = write_blob(blobs_dir, packed) if len(packed) > MAX_ROW_BYTES else None
        cursor = db.execute(
            "insert into pieces (sha256, size_bytes, data, blob_sha256, cell_id, "
            "source_sha256, redacted) values (?, ?, ?, ?, ?, ?, ?)",
            (
                name,
                len(piece.data),
                None if blob else packed,
                blob,
                piece.cell_id,
                piece.source_sha256,
                json.dumps([asdict(span) for span in piece.redacted])
                if piece.redacted
                else None,
            ),
        )
        facts = CellFacts(piece.cell_id, piece.source_sha256 or "")
        found[name] = PieceRow(cursor.lastrowid or 0, facts, len(piece.redacted))
    return found


def read_rows(db: sqlite_utils.Database, names: Iterable[str]) -> dict[str, PieceRow]:
    """Return the rows of the pieces that are stored, by their names."""
    return {
        name: PieceRow(piece_id, CellFacts(cell_id, source or ""), redacted_count)
        for name, piece_id, cell_id, source, redacted_count in db.execute(
            "select sha256, piece_id, cell_id, source_sha256, "
            "coalesce(json_array_length(redacted), 0) from pieces "
            "where sha256 in (select value from json_each(?))",
            (_name_list(names),),
        )
    }


def read_stored(db: sqlite_utils.Database, manifest: Manifest) -> StoredDocument:
    """Return the document of a manifest whose pieces are stored."""
    return stored_document(manifest, read_rows(db, manifest.names()))


def add_revision(
    db: sqlite_utils.Database,
    blobs_dir: Path,
    document: StoredDocument,
    raw: RawFile | None = None,
    redacted_count: int = 0,
    near: str | None = None,
) -> str:
    """Store a revision whose pieces are stored, and return its id.

    `raw` are the bytes of the file that it came from; they are kept only as far as
    writing the document would not give the same, and then tell it from a revision of
    the same document in other bytes. `redacted_count` values were replaced before the
    document came here. `near` is a revision that it is probably much like.
    """
    kept = None if raw is None else _kept_raw(db, blobs_dir, document, raw)
    revision_id = document.revision_id()
    if raw is not None and kept is not None:
        revision_id = digest(f"{revision_id} {digest(raw.data)}".encode())
    count = document.redacted_count() + redacted_count
    known = db.execute(
        "select redacted_count from revisions where revision_id = ?", (revision_id,)
    ).fetchone()
    if known is not None:
        if known[0] < count:
            db.execute(
                "update revisions set redacted_count = ? where revision_id = ?",
                (count, revision_id),
            )
        return revision_id
    packed, base = pack_manifest(db, document.pack(), near)
    db.execute(
        "insert into revisions (revision_id, cell_count, code_sha256, "
        "redacted_count, raw, manifest, base) values (?, ?, ?, ?, ?, ?, ?)",
        (
            revision_id,
            len(document.cells),
            document.code_sha256(),
            count,
            kept,
            packed,
            base,
        ),
    )
    return revision_id


def take_apart(
    db: sqlite_utils.Database, blobs_dir: Path, document: Document
) -> StoredDocument:
    """Take a checked document apart and store its pieces."""
    pieces = Pieces()
    manifest = pieces.split(document)
    return stored_document(manifest, add_pieces(db, blobs_dir, pieces.found.values()))


def get_manifest(db: sqlite_utils.Database, revision_id: str) -> Manifest:
    """Return what the revision consists of. Raises RevisionNotFound."""

    def names(ids: list[int]) -> Mapping[int, str]:
        found = db.execute(
            "select piece_id, sha256 from pieces "
            "where piece_id in (select value from json_each(?))",
            (json.dumps(ids),),
        )
        return dict(found.fetchall())

    return unpack(json.loads(read_packed(db, revision_id)), names)


def read_whole(
    db: sqlite_utils.Database, blobs_dir: Path, revision_id: str
) -> tuple[Manifest, dict[str, bytes]]:
    """Return what the revision consists of, and those of its pieces that are sound.

    Raises RevisionNotFound.
    """
    pieces: dict[str, bytes] = {}

    def names(ids: list[int]) -> Mapping[int, str]:
        by_id: dict[int, str] = {}
        rows = db.execute(
            f"select piece_id, {_STORED} from pieces "  # noqa: S608
            "where piece_id in (select value from json_each(?))",
            (json.dumps(ids),),
        )
        pieces.update(_sound(blobs_dir, _without_ids(rows, by_id)))
        return by_id

    manifest = unpack(json.loads(read_packed(db, revision_id)), names)
    return manifest, pieces


def get_document(
    db: sqlite_utils.Database, blobs_dir: Path, revision_id: str
) -> Document:
    """Return the revision's document; parts that are damaged are marked in it.

    Raises RevisionNotFound.
    """
    return join(*read_whole(db, blobs_dir, revision_id))


def get_bytes(db: sqlite_utils.Database, blobs_dir: Path, revision_id: str) -> bytes:
    """Return the revision as a file: the raw bytes of an unmodified one if it was one.

    Parts that are damaged are marked in it. Raises RevisionNotFound.
    """
    return get_file(db, blobs_dir, revision_id)[0]


def get_file(
    db: sqlite_utils.Database, blobs_dir: Path, revision_id: str
) -> tuple[bytes, list[LostPart]]:
    """Return what `get_bytes` does, and which parts of it are damaged."""
    raw = _raw(db, blobs_dir, revision_id)
    if raw is not None:
        return raw, []
    manifest, pieces = read_whole(db, blobs_dir, revision_id)
    return write_revision(manifest, pieces), list_lost(manifest, pieces)


def load_readable(
    db: sqlite_utils.Database, blobs_dir: Path, names: Iterable[str]
) -> dict[str, bytes]:
    """Return the canonical JSON of pieces, without those that are gone or damaged."""
    rows = db.execute(
        f"select {_STORED} from pieces "  # noqa: S608
        "where sha256 in (select value from json_each(?))",
        (_name_list(names),),
    )
    return _sound(blobs_dir, rows)


def redacted_spans(
    db: sqlite_utils.Database, manifest: Manifest
) -> list[dict[str, Any]]:
    """Return what was replaced in the revision: cell, place in it, kind, start, length.

    `cell` is None for the frame.
    """
    rows = db.execute(
        "select sha256, redacted from pieces where redacted is not null "
        "and sha256 in (select value from json_each(?))",
        (_name_list(manifest.names()),),
    )
    by_name = {name: json.loads(spans) for name, spans in rows}
    if not by_name:
        return []
    places: list[tuple[int | None, list[Any], str]] = [(None, [], manifest.frame)]
    for index, cell in enumerate(manifest.cells):
        places.append((index, [], cell.sha256))
        for number, output in enumerate(cell.outputs or ()):
            places.append((index, ["outputs", number], output.sha256))
    return [
        {"cell": index, "place": [*before, *span["place"]], **span["span"]}
        for index, before, name in places
        for span in by_name.get(name, [])
    ]


def _kept_raw(
    db: sqlite_utils.Database, blobs_dir: Path, document: StoredDocument, raw: RawFile
) -> str | None:
    """Return the blob that keeps the raw bytes, or None if they can't or needn't.

    They needn't where writing the document gives the same. Bytes that hold a secret or
    a `trusted` mark are not kept: they are not what the revision says.
    """
    if raw.is_older:
        return write_blob(blobs_dir, squeeze(raw.data))
    if document.redacted_count() or b'"trusted"' in raw.data:
        return None
    manifest = document.manifest()
    pieces = load_readable(db, blobs_dir, manifest.names())
    written = write_revision(manifest, pieces)
    if written == raw.data:
        return None
    return write_blob(blobs_dir, squeeze(raw.data))


def _raw(db: sqlite_utils.Database, blobs_dir: Path, revision_id: str) -> bytes | None:
    """Return the bytes of the file that a revision was, where they are kept."""
    row = db.execute(
        "select raw from revisions where revision_id = ?", (revision_id,)
    ).fetchone()
    packed = None if row is None or row[0] is None else read_blob(blobs_dir, row[0])
    try:
        return None if packed is None else unfold(packed, MAX_NOTEBOOK_BYTES)
    except Damaged:
        return None


def _without_ids(
    rows: Iterable[tuple[Any, ...]], by_id: dict[int, str]
) -> Iterator[tuple[Any, ...]]:
    """Give the rows without the ids that they begin with; `by_id` gets their names."""
    for piece_id, *row in rows:
        by_id[piece_id] = row[0]
        yield tuple(row)


def _sound(blobs_dir: Path, rows: Iterable[tuple[Any, ...]]) -> dict[str, bytes]:
    """Return what the rows of pieces hold, without those that are damaged.

    What is compressed bears a checksum, so that no other content passes for it. Rows
    are taken one by one: no memory is asked for that all of them would fill.
    """
    using = zstandard.ZstdDecompressor()
    found = {}
    for name, size_bytes, data, blob in rows:
        packed = data if data is not None else read_blob(blobs_dir, blob)
        if packed is None:
            continue
        try:
            piece = unfold(packed, size_bytes, using=using)
        except Damaged:
            continue
        if len(piece) == size_bytes:
            found[name] = piece
    return found


def _name_list(names: Iterable[str]) -> str:
    """Return the names as one bound parameter, which SQL takes apart."""
    return json.dumps(list(names))
