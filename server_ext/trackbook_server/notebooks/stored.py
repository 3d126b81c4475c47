"""A document whose pieces are stored, as what its revision's row says of it.

What is said of a cell is made once and kept with its key for as long as the client has
it, so that a capture of a large notebook costs what changed, and a few passes over a
list for the rest. No database here.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trackbook_server.notebooks.document import digest
from trackbook_server.notebooks.revision import (
    ABSENT,
    CellFacts,
    CellRef,
    Manifest,
    OutputRef,
    cell_name,
    revision_name,
)


@dataclass(frozen=True, slots=True)
class PieceRow:
    """What the store says of a piece without reading it."""

    piece_id: int
    facts: CellFacts
    redacted_count: int


Rows = Mapping[str, PieceRow]


@dataclass(frozen=True, slots=True)
class StoredCell:
    """A cell, its part of the revision's name and of the packed manifest."""

    ref: CellRef
    row: PieceRow
    name: str
    packed: str
    outputs_packed: str
    outputs_redacted_count: int

    @property
    def redacted_count(self) -> int:
        """How many values were replaced in it."""
        return self.row.redacted_count + self.outputs_redacted_count


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document's frame and cells, all of them stored."""

    frame: str
    frame_row: PieceRow
    cells: tuple[StoredCell, ...]

    def manifest(self) -> Manifest:
        """Return what the document consists of."""
        return Manifest(self.frame, tuple(cell.ref for cell in self.cells))

    def revision_id(self) -> str:
        """Return the revision's name; that of its manifest."""
        return revision_name(self.frame, [cell.name for cell in self.cells])

    def code_sha256(self) -> str:
        """Return what is equal for documents of equal sources."""
        sources = [cell.row.facts.source_sha256 for cell in self.cells]
        return digest("".join(sources).encode())

    def redacted_count(self) -> int:
        """Return how many values were replaced in it."""
        return self.frame_row.redacted_count + sum(
            [c.row.redacted_count + c.outputs_redacted_count for c in self.cells]
        )

    def pack(self) -> bytes:
        """Return the manifest with the store's short ids in place of names."""
        cells = ",".join([cell.packed for cell in self.cells])
        return f"[{self.frame_row.piece_id},[{cells}]]".encode()


def stored_document(manifest: Manifest, rows: Rows) -> StoredDocument:
    """Return the document of a manifest whose pieces' rows are known."""
    return StoredDocument(
        manifest.frame,
        rows[manifest.frame],
        tuple(stored_cell(ref, rows) for ref in manifest.cells),
    )


def stored_cell(ref: CellRef, rows: Rows) -> StoredCell:
    """Return a cell whose pieces' rows are known."""
    outputs = ref.outputs
    if outputs is None:
        packed, redacted_count = "null", 0
    else:
        packed = json.dumps(
            [_counted(rows[out.sha256].piece_id, out.count) for out in outputs],
            separators=(",", ":"),
        )
        redacted_count = sum(rows[out.sha256].redacted_count for out in outputs)
    return _cell(ref, rows[ref.sha256], packed, redacted_count)


def complete(
    scheduled: Sequence[StoredCell], ended: Sequence[StoredCell]
) -> tuple[StoredCell, ...]:
    """Return the scheduled cells with the outputs of those that ended.

    Each cell takes outputs and execution count from the cell of the same id, where the
    source is still the same; cells without an id from the one at the same place.
    """
    by_id: dict[str, StoredCell] = {}
    for cell in reversed(ended):
        if cell.row.facts.cell_id is not None:
            by_id[cell.row.facts.cell_id] = cell

    def completed(place: int, cell: StoredCell) -> StoredCell:
        there = ended[place] if place < len(ended) else None
        if there is cell:
            return cell
        facts = cell.row.facts
        other = there if facts.cell_id is None else by_id.get(facts.cell_id)
        if other is None or other.row.facts != facts:
            return cell
        if other.ref.sha256 == cell.ref.sha256:
            return other
        ref = CellRef(cell.ref.sha256, other.ref.count, other.ref.outputs)
        return _cell(ref, cell.row, other.outputs_packed, other.outputs_redacted_count)

    return tuple([completed(place, cell) for place, cell in enumerate(scheduled)])


def count_edited(before: Sequence[StoredCell], after: Sequence[StoredCell]) -> int:
    """Return how many cells were edited, added or removed from one to the other.

    Cells are known by their ids; those without one by their place.
    """
    if [c.row.facts for c in before] == [c.row.facts for c in after]:
        return 0

    def sources(cells: Sequence[StoredCell]) -> dict[object, str]:
        return {
            place if c.row.facts.cell_id is None else c.row.facts.cell_id: (
                c.row.facts.source_sha256
            )
            for place, c in enumerate(cells)
        }

    old, new = sources(before), sources(after)
    return sum(old.get(key) != new.get(key) for key in old.keys() | new.keys())


def unpack(packed: Any, names: Callable[[list[int]], Mapping[int, str]]) -> Manifest:
    """Return the manifest that was packed; `names` gives the names of ids.

    An id without a name gives an empty one: a piece that is gone.
    """
    frame, cells = packed
    by_id = names(list(list_ids(packed)))
    return Manifest(
        by_id.get(frame, ""),
        tuple(
            CellRef(
                by_id.get(cell[0], ""),
                cell[1] if len(cell) > 1 else ABSENT,
                None
                if outputs is None
                else tuple(
                    OutputRef(by_id.get(out[0], ""), out[1] if len(out) > 1 else ABSENT)
                    for out in outputs
                ),
            )
            for cell, outputs in cells
        ),
    )


def list_ids(packed: Any) -> Iterable[int]:
    """Return the short ids of the pieces that a packed manifest lists."""
    frame, cells = packed
    yield frame
    for cell, outputs in cells:
        yield cell[0]
        for out in outputs or ():
            yield out[0]


def _cell(ref: CellRef, row: PieceRow, outputs: str, redacted_count: int) -> StoredCell:
    cell = json.dumps(_counted(row.piece_id, ref.count), separators=(",", ":"))
    return StoredCell(
        ref, row, cell_name(ref), f"[{cell},{outputs}]", outputs, redacted_count
    )


def _counted(piece_id: int, count: Any) -> list[Any]:
    return [piece_id] if count == ABSENT else [piece_id, count]
