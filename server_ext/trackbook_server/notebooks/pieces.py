"""Revisions in the database: the only SQL that touches pieces and revisions.

A piece is kept once, compressed; one that stays large is a blob in the home and the row
holds its name. Functions take a `sqlite_utils.Database` and run within the caller's
transaction.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sqlite_utils
import zstandard

from trackbook.blobs import read_blob, write_blob
from trackbook.errors import RevisionNotFound
from trackbook_server.notebooks.document import Document, digest, render
from trackbook_server.notebooks.revision import (
    CellFacts,
    Manifest,
    Piece,
    Pieces,
    join,
    pack,
    unpack,
)

MAX_ROW_BYTES = 64 * 1024
"""A piece that is larger when compressed is a blob."""

_LEVEL = 3


@dataclass(frozen=True, slots=True)
class RawFile:
    """The bytes of an unmodified file that a revision came from."""

    data: bytes


def add_pieces(
    db: sqlite_utils.Database, blobs_dir: Path, pieces: Iterable[Piece]
) -> None:
    """Store the pieces that are not there yet."""
    by_name = {piece.sha256: piece for piece in pieces}
    known = _ids(db, by_name)
    for name, piece in by_name.items():
        if name in known:
            continue
        packed = zstandard.compress(piece.data, _LEVEL)
        blob = write_blob(blobs_dir, packed) if len(packed) > MAX_ROW_BYTES else None
        db.execute(
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


def missing_pieces(db: sqlite_utils.Database, names: set[str]) -> set[str]:
    """Return which of the pieces are not stored."""
    return names - set(_ids(db, names))


def cell_facts(
    db: sqlite_utils.Database, manifests: Iterable[Manifest]
) -> dict[str, CellFacts]:
    """Return what completing needs to know of the manifests' cells."""
    names = {cell.sha256 for manifest in manifests for cell in manifest.cells}
    rows = db.execute(
        "select sha256, cell_id, source_sha256 from pieces "
        "where sha256 in (select value from json_each(?))",
        (_name_list(names),),
    )
    return {name: CellFacts(cell_id, source) for name, cell_id, source in rows}


def add_revision(
    db: sqlite_utils.Database,
    blobs_dir: Path,
    manifest: Manifest,
    raw: RawFile | None = None,
    redacted_count: int = 0,
) -> str:
    """Store the revision, whose pieces are stored, and return its id.

    `raw` are the bytes of the file that it came from; they are kept only as far as
    writing the document would not give the same, and then tell it from a revision of
    the same document in other bytes. `redacted_count` values were replaced before the
    document came here.
    """
    kept = None if raw is None else _kept_raw(db, blobs_dir, manifest, raw)
    revision_id = manifest.revision_id()
    if raw is not None and kept is not None:
        revision_id = digest(f"{revision_id} {digest(raw.data)}".encode())
    count = len(redacted_spans(db, manifest)) + redacted_count
    db.execute(
        "update revisions set redacted_count = max(redacted_count, ?) "
        "where revision_id = ?",
        (count, revision_id),
    )
    if db.execute(
        "select 1 from revisions where revision_id = ?", (revision_id,)
    ).fetchone():
        return revision_id
    facts = cell_facts(db, [manifest])
    code = digest(
        "".join(facts[c.sha256].source_sha256 for c in manifest.cells).encode()
    )
    packed = json.dumps(pack(manifest, _ids(db, manifest.names())))
    db.execute(
        "insert into revisions (revision_id, cell_count, code_sha256, "
        "redacted_count, raw, manifest) values (?, ?, ?, ?, ?, ?)",
        (
            revision_id,
            len(manifest.cells),
            code,
            count,
            kept,
            zstandard.compress(packed.encode(), _LEVEL),
        ),
    )
    return revision_id


def take_apart(
    db: sqlite_utils.Database, blobs_dir: Path, document: Document
) -> Manifest:
    """Take a checked document apart, store its pieces, and return its manifest."""
    pieces = Pieces()
    manifest = pieces.split(document)
    add_pieces(db, blobs_dir, pieces.found.values())
    return manifest


def get_manifest(db: sqlite_utils.Database, revision_id: str) -> Manifest:
    """Return what the revision consists of. Raises RevisionNotFound."""
    row = db.execute(
        "select manifest from revisions where revision_id = ?", (revision_id,)
    ).fetchone()
    if row is None:
        raise RevisionNotFound(
            f"there is no notebook revision {revision_id!r}. "
            "`trackbook show RUN` lists those of a run."
        )

    def names(ids: list[int]) -> Mapping[int, str]:
        found = db.execute(
            "select piece_id, sha256 from pieces "
            "where piece_id in (select value from json_each(?))",
            (json.dumps(ids),),
        )
        return dict(found.fetchall())

    return unpack(json.loads(zstandard.decompress(row[0])), names)


def get_document(
    db: sqlite_utils.Database, blobs_dir: Path, revision_id: str
) -> Document:
    """Return the revision's document. Raises RevisionNotFound."""
    manifest = get_manifest(db, revision_id)
    return join(manifest, lambda names: _load(db, blobs_dir, names))


def get_bytes(db: sqlite_utils.Database, blobs_dir: Path, revision_id: str) -> bytes:
    """Return the revision as a file: the raw bytes of an unmodified one if it was one.

    Raises RevisionNotFound.
    """
    row = db.execute(
        "select raw from revisions where revision_id = ?", (revision_id,)
    ).fetchone()
    if row is not None and row[0] is not None:
        raw = read_blob(blobs_dir, row[0])
        if raw is not None:
            return zstandard.decompress(raw)
    return render(get_document(db, blobs_dir, revision_id))


def load_readable(
    db: sqlite_utils.Database, blobs_dir: Path, names: Iterable[str]
) -> dict[str, bytes]:
    """Return the canonical JSON of pieces, without those that are gone or damaged."""
    found = {}
    for name, data, blob in db.execute(
        "select sha256, data, blob_sha256 from pieces "
        "where sha256 in (select value from json_each(?))",
        (_name_list(names),),
    ).fetchall():
        packed = data if data is not None else read_blob(blobs_dir, blob)
        try:
            piece = b"" if packed is None else zstandard.decompress(packed)
        except zstandard.ZstdError:
            continue
        if digest(piece) == name:
            found[name] = piece
    return found


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
    db: sqlite_utils.Database, blobs_dir: Path, manifest: Manifest, raw: RawFile
) -> str | None:
    """Return the blob that keeps the raw bytes, or None if they can't or needn't.

    They needn't where writing the document gives the same. Bytes that hold a secret or
    a `trusted` mark are not kept: they are not what the revision says.
    """
    if redacted_spans(db, manifest) or b'"trusted"' in raw.data:
        return None
    document = join(manifest, lambda names: _load(db, blobs_dir, names))
    if render(document) == raw.data:
        return None
    return write_blob(blobs_dir, zstandard.compress(raw.data, _LEVEL))


def _load(
    db: sqlite_utils.Database, blobs_dir: Path, names: set[str]
) -> dict[str, bytes]:
    """Return the pieces' canonical JSON."""
    loaded = {}
    for name, data, blob in db.execute(
        "select sha256, data, blob_sha256 from pieces "
        "where sha256 in (select value from json_each(?))",
        (_name_list(names),),
    ).fetchall():
        packed = data if data is not None else read_blob(blobs_dir, blob)
        if packed is None:
            raise RevisionNotFound(
                f"the blob {blob} of this revision is gone from {blobs_dir}. "
                "Restore it from a backup of the home."
            )
        loaded[name] = zstandard.decompress(packed)
    return loaded


def _ids(db: sqlite_utils.Database, names: Iterable[str]) -> dict[str, int]:
    """Return the short ids of the pieces that are stored."""
    rows = db.execute(
        "select sha256, piece_id from pieces "
        "where sha256 in (select value from json_each(?))",
        (_name_list(names),),
    )
    return dict(rows.fetchall())


def _name_list(names: Iterable[str]) -> str:
    """Return the names as one bound parameter, which SQL takes apart."""
    return json.dumps(list(names))
