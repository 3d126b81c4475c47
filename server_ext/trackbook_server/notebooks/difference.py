"""What differs between two notebooks that are kept as pieces.

Pieces of the same name are equal without being read, so the size of pictures hardly
counts. No database here: a notebook brings the function that loads its pieces.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import msgspec

from trackbook_server.contract import (
    CellChange,
    CellDifference,
    CellPart,
    CellSide,
    ChangeCounts,
    NotebookDifference,
    NotebookSide,
    OutputPart,
    OutputRef,
)
from trackbook_server.notebooks.align import Cell, align_cells, title_of
from trackbook_server.notebooks.document import Json, canonical, from_canonical
from trackbook_server.notebooks.revision import CellRef, Manifest

LoadPieces = Callable[[Iterable[str]], Mapping[str, bytes]]
"""Gives the canonical JSON of pieces by their names, without those that are damaged."""

_READ_TOGETHER = 32
_BODY_PARTS: Sequence[tuple[str, CellPart]] = (
    ("source", "source"),
    ("cell_type", "type"),
    ("metadata", "metadata"),
    ("attachments", "attachments"),
    ("id", "id"),
)
_WRITTEN: frozenset[CellPart] = frozenset(
    ("source", "type", "metadata", "attachments", "other")
)


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook taken apart: what it is, its pieces, and how these are read."""

    side: NotebookSide
    manifest: Manifest
    load: LoadPieces


def compare_notebooks(before: Notebook, after: Notebook) -> NotebookDifference:
    """Return what differs between two notebooks, every cell of either once."""
    found, cut_short = _compare_cells(before, after)
    described = _describe_outputs(before, after, found)
    cells = [_finish(cell, described) for cell in found]
    counts = Counter(cell.change for cell in cells)
    return NotebookDifference(
        before=before.side,
        after=after.side,
        equal=before.manifest == after.manifest,
        counts=ChangeCounts(**{kind: counts[kind] for kind in get_args(CellChange)}),
        frame=_compare_frames(before, after),
        cells=cells,
        cut_short=cut_short,
    )


def list_cells(before: Notebook, after: Notebook) -> list[CellDifference]:
    """Return the cells of `compare_notebooks`, without a word of their outputs: none is
    read."""
    found, _ = _compare_cells(before, after)
    return [cell.difference for cell in found]


def read_frame(manifest: Manifest, load: LoadPieces) -> dict[str, Any]:
    """Return the notebook without its cells; empty where it can't be read."""
    data = load([manifest.frame]).get(manifest.frame)
    frame = None if data is None else from_canonical(data)
    return frame if isinstance(frame, dict) else {}


def language_of(frame: Mapping[str, Any]) -> str:
    """Return the language of a notebook's code as its metadata say it."""
    metadata = frame.get("metadata")
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        found = metadata.get(key) if isinstance(metadata, dict) else None
        if isinstance(found, dict) and isinstance(found.get(name), str) and found[name]:
            return str(found[name])
    return "python"


class _Bodies:
    """The cells' pieces, each read once."""

    def __init__(self, before: Notebook, after: Notebook) -> None:
        self._read: dict[str, dict[str, Any] | None] = {}
        self._known: dict[str, tuple[str | None, str, str]] = {}
        for notebook in (before, after):
            names = {ref.sha256 for ref in notebook.manifest.cells} - set(self._read)
            data = notebook.load(names)
            self._read |= {
                name: from_canonical(data[name]) if name in data else None
                for name in names
            }

    def get(self, name: str) -> dict[str, Any] | None:
        """Return a cell without outputs and count; None where it is damaged."""
        return self._read[name]

    def known_as(self, ref: CellRef) -> Cell:
        """Return what aligning knows of the cell; of a damaged one, its name."""
        known = self._known.get(ref.sha256)
        if known is None:
            known = self._known[ref.sha256] = self._tell(ref.sha256)
        return Cell(*known, whole=ref)

    def _tell(self, name: str) -> tuple[str | None, str, str]:
        body = self._read[name]
        if body is None:
            return None, name, "damaged"
        cell_id = body.get("id")
        cell_id = cell_id if isinstance(cell_id, str) else None
        return cell_id, body.get("source", ""), body["cell_type"]


@dataclass(frozen=True, slots=True)
class _Found:
    """A cell's difference before its outputs are described."""

    difference: CellDifference
    outputs: tuple[Sequence[str], Sequence[str]]


_Placed = tuple[Notebook, int]


def _compare_cells(before: Notebook, after: Notebook) -> tuple[list[_Found], bool]:
    """Return every cell of either once, and whether aligning was cut short."""
    bodies = _Bodies(before, after)
    sides = [
        [bodies.known_as(ref) for ref in notebook.manifest.cells]
        for notebook in (before, after)
    ]
    alignment = align_cells(*sides)
    found = [
        _compare(
            None if pair.before is None else (before, pair.before),
            None if pair.after is None else (after, pair.after),
            pair.moved,
            bodies,
        )
        for pair in alignment.cells
    ]
    return found, alignment.cut_short


def _compare(
    before: _Placed | None, after: _Placed | None, moved: bool, bodies: _Bodies
) -> _Found:
    sides = [None if at is None else _side(at, bodies) for at in (before, after)]
    differs: list[CellPart] = []
    change: CellChange
    if before is None or after is None:
        change = "added" if before is None else "removed"
        told = True
    else:
        differs = list(_differing(_ref(before), _ref(after), bodies))
        change = _change_of(differs, moved)
        told = "outputs" in differs
    shown = sides[1] or sides[0]
    assert shown is not None
    outputs = [_outputs(_ref(at)) if told and at else () for at in (before, after)]
    return _Found(
        CellDifference(
            title=title_of(shown.source, shown.cell_type),
            change=change,
            moved=moved,
            differs=differs,
            before=sides[0],
            after=sides[1],
        ),
        (outputs[0], outputs[1]),
    )


def _change_of(differs: Iterable[CellPart], moved: bool) -> CellChange:
    parts = set(differs)
    if parts & _WRITTEN:
        return "edited"
    if parts & {"outputs", "count"}:
        return "rerun"
    return "moved" if moved else "same"


def _differing(one: CellRef, other: CellRef, bodies: _Bodies) -> Iterator[CellPart]:
    if one.sha256 != other.sha256:
        yield from _differing_bodies(bodies.get(one.sha256), bodies.get(other.sha256))
    if (one.outputs is None) != (other.outputs is None) or (
        _outputs(one) != _outputs(other)
    ):
        yield "outputs"
    elif [out.count for out in one.outputs or ()] != [
        out.count for out in other.outputs or ()
    ]:
        yield "count"
        return
    if one.count != other.count:
        yield "count"


def _differing_bodies(
    one: dict[str, Any] | None, other: dict[str, Any] | None
) -> Iterator[CellPart]:
    if one is None or other is None:
        yield "other"
        return
    named = {key for key, _ in _BODY_PARTS}
    for key, part in _BODY_PARTS:
        if _has_other(one, other, key):
            yield part
    if any(_has_other(one, other, key) for key in (one.keys() | other.keys()) - named):
        yield "other"


def _has_other(one: Mapping[str, Any], other: Mapping[str, Any], key: str) -> bool:
    if (key in one) != (key in other):
        return True
    return key in one and canonical(one[key]) != canonical(other[key])


def _side(at: _Placed, bodies: _Bodies) -> CellSide:
    ref, cell = _ref(at), bodies.known_as(_ref(at))
    damaged = bodies.get(ref.sha256) is None
    return CellSide(
        sha256=ref.sha256,
        place=at[1] + 1,
        cell_id=cell.cell_id,
        cell_type="code" if damaged else cell.cell_type,
        source="" if damaged else cell.source,
        execution_count=ref.count if isinstance(ref.count, int) else None,
        output_count=len(ref.outputs or ()),
        outputs=[],
        damaged=damaged,
    )


def _ref(at: _Placed) -> CellRef:
    notebook, index = at
    return notebook.manifest.cells[index]


def _outputs(ref: CellRef) -> Sequence[str]:
    return [out.sha256 for out in ref.outputs or ()]


def _describe_outputs(
    before: Notebook, after: Notebook, found: Iterable[_Found]
) -> dict[str, OutputRef]:
    """Return what the outputs that cells have on one side only are; a few at a time."""
    described: dict[str, OutputRef] = {}
    cells = list(found)
    for notebook, index in ((before, 0), (after, 1)):
        names = dict.fromkeys(name for cell in cells for name in cell.outputs[index])
        wanted = [name for name in names if name not in described]
        for start in range(0, len(wanted), _READ_TOGETHER):
            some = wanted[start : start + _READ_TOGETHER]
            data = notebook.load(some)
            described |= {name: describe_output(name, data.get(name)) for name in some}
    return described


def describe_output(name: str, data: bytes | None) -> OutputRef:
    """Return what an output is, without its body."""
    output = None if data is None else from_canonical(data)
    if data is None or not isinstance(output, dict):
        return OutputRef(
            sha256=name, kind="", name=None, size_bytes=0, parts=[], damaged=True
        )
    kind, bundle = output.get("output_type"), output.get("data")
    called = output.get("name", output.get("ename"))
    return OutputRef(
        sha256=name,
        kind=kind if isinstance(kind, str) else "",
        name=called if isinstance(called, str) else None,
        size_bytes=len(data),
        parts=[
            OutputPart(mime_type=mime, size_bytes=_size(value))
            for mime, value in (bundle.items() if isinstance(bundle, dict) else ())
        ],
        damaged=False,
    )


def _size(value: Json) -> int:
    return len(value) if isinstance(value, str) else len(canonical(value))


def _finish(found: _Found, described: Mapping[str, OutputRef]) -> CellDifference:
    """Return the difference with its outputs told."""
    if not any(found.outputs):
        return found.difference
    sides = {
        name: msgspec.structs.replace(side, outputs=[described[out] for out in outputs])
        for name, side, outputs in (
            ("before", found.difference.before, found.outputs[0]),
            ("after", found.difference.after, found.outputs[1]),
        )
        if side is not None and outputs
    }
    return msgspec.structs.replace(found.difference, **sides)


def _compare_frames(before: Notebook, after: Notebook) -> list[str]:
    """Name what differs outside the cells."""
    if before.manifest.frame == after.manifest.frame:
        return []
    one = read_frame(before.manifest, before.load)
    other = read_frame(after.manifest, after.load)
    differing = [
        key
        for key in sorted(one.keys() | other.keys())
        if key != "metadata" and _has_other(one, other, key)
    ]
    inner = [frame.get("metadata", {}) for frame in (one, other)]
    keys = [
        f"metadata.{key}"
        for key in sorted(inner[0].keys() | inner[1].keys())
        if _has_other(inner[0], inner[1], key)
    ]
    return differing + (keys or ([] if differing else ["metadata"]))
