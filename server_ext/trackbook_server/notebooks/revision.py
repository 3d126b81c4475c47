"""A revision: a notebook document taken apart so that what repeats is kept once.

A document becomes pieces: its frame (all but the cells), each cell without its outputs,
each output. Execution counts stay outside the pieces, because running a cell again
changes them and nothing else. A piece is named by the SHA-256 of its canonical JSON,
a revision by that of the names of its pieces in their order. No database here.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from trackbook_server.notebooks.document import (
    Document,
    Json,
    canonical,
    digest,
)
from trackbook_server.notebooks.secrets import Redact, Span, redact_exact

ABSENT = "absent"
"""The execution count of what has none."""
_BINARY_TYPES = ("image/", "audio/", "video/", "application/pdf")


@dataclass(frozen=True, slots=True)
class PlacedSpan:
    """A replaced value and the way to the text that held it, within its piece."""

    place: tuple[str | int, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Piece:
    """Canonical JSON, its name, and what was replaced in it.

    `cell_id` and `source_sha256` are set for cells, so that revisions can be completed
    and counted without being read.
    """

    sha256: str
    data: bytes
    redacted: tuple[PlacedSpan, ...] = ()
    cell_id: str | None = None
    source_sha256: str | None = None


class OutputRef(msgspec.Struct, frozen=True):
    """An output: its piece and its execution count, or that it has none."""

    sha256: str
    count: Json = ABSENT


class CellRef(msgspec.Struct, frozen=True):
    """A cell: its piece, its outputs (None: it has no such field) and its count."""

    sha256: str
    count: Json = ABSENT
    outputs: tuple[OutputRef, ...] | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a revision consists of: pieces by name."""

    frame: str
    cells: tuple[CellRef, ...]

    def revision_id(self) -> str:
        """Return the revision's name: equal documents have the same."""
        return revision_name(self.frame, map(cell_name, self.cells))

    def names(self) -> set[str]:
        """Return the names of all its pieces."""
        outputs = {out.sha256 for cell in self.cells for out in cell.outputs or ()}
        return {self.frame} | {cell.sha256 for cell in self.cells} | outputs


def cell_name(ref: CellRef) -> str:
    """Return a cell's part of the JSON that names its revision."""
    outputs = (
        None
        if ref.outputs is None
        else [[out.sha256, out.count] for out in ref.outputs]
    )
    return json.dumps([ref.sha256, ref.count, outputs], separators=(",", ":"))


def revision_name(frame: str, cells: Iterable[str]) -> str:
    """Return the SHA-256 that names a revision of a frame and such cells."""
    return digest(f'{{"cells":[{",".join(cells)}],"frame":"{frame}"}}'.encode())


def count_redacted(manifest: Manifest, pieces: Mapping[str, Piece]) -> int:
    """Return how many values were replaced in the document, repeats included."""
    names = [manifest.frame]
    for cell in manifest.cells:
        names += [cell.sha256, *(out.sha256 for out in cell.outputs or ())]
    return sum(len(pieces[name].redacted) for name in names)


@dataclass(slots=True)
class Pieces:
    """Collects the pieces of what is taken apart, each once."""

    redact: Redact = redact_exact
    found: dict[str, Piece] = field(default_factory=dict)

    def data(self) -> dict[str, bytes]:
        """Return the pieces' canonical JSON by their names."""
        return {name: piece.data for name, piece in self.found.items()}

    def split(self, document: Document) -> Manifest:
        """Take a checked document apart."""
        frame = {key: value for key, value in document.items() if key != "cells"}
        return Manifest(
            self.add_frame(frame),
            tuple(self.add_cell(cell) for cell in document["cells"]),
        )

    def add_frame(self, frame: dict[str, Any]) -> str:
        """Take in the document without its cells; return its name."""
        return self._add(frame)[0].sha256

    def add_cell(self, cell: dict[str, Any]) -> CellRef:
        """Take a checked cell apart."""
        body = dict(cell)
        count = _take_count(body)
        outputs = body.pop("outputs", None)
        cell_id = body.get("id")
        piece, kept = self._add(body)
        source = kept.get("source", "")
        self.found[piece.sha256] = Piece(
            piece.sha256,
            piece.data,
            piece.redacted,
            cell_id if isinstance(cell_id, str) else None,
            digest(canonical([body["cell_type"], source])),
        )
        refs = None if outputs is None else tuple(map(self._add_output, outputs))
        return CellRef(piece.sha256, count, refs)

    def _add_output(self, output: dict[str, Any]) -> OutputRef:
        body = dict(output)
        count = _take_count(body)
        return OutputRef(self._add(body)[0].sha256, count)

    def _add(self, value: dict[str, Any]) -> tuple[Piece, dict[str, Any]]:
        """Take in a piece; return it, and the value that it holds."""
        spans: list[PlacedSpan] = []
        kept = _redacted(value, self.redact, (), spans)
        data = canonical(kept)
        piece = Piece(digest(data), data, tuple(spans))
        return self.found.setdefault(piece.sha256, piece), kept


@dataclass(frozen=True, slots=True)
class CellFacts:
    """What completing needs to know of a cell's piece."""

    cell_id: str | None
    source_sha256: str


def _take_count(body: dict[str, Any]) -> Json:
    """Take the execution count out of `body`; what is none is left where it is."""
    count = body.get("execution_count", ABSENT)
    if count is None or type(count) is int:
        del body["execution_count"]
        return count
    return ABSENT


def _redacted(
    value: Json, redact: Redact, place: tuple[str | int, ...], spans: list[PlacedSpan]
) -> Json:
    """Return `value` with the secrets in its texts replaced; notes where in `spans`.

    Pictures are left alone: base64 holds no credential that a person could read.
    """
    if isinstance(value, str):
        text, found = redact(value)
        spans += (PlacedSpan(place, span) for span in found)
        return text
    if isinstance(value, dict):
        return {
            key: inner
            if key.startswith(_BINARY_TYPES) and key != "image/svg+xml"
            else _redacted(inner, redact, (*place, key), spans)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [
            _redacted(inner, redact, (*place, index), spans)
            for index, inner in enumerate(value)
        ]
    return value
