"""Parts of a revision that can't be read any more: marked in their place, and listed.

The rest of the notebook comes back all the same. No database here.
"""

from collections.abc import Mapping
from typing import Any

from trackbook_server.contract import LostPart
from trackbook_server.notebooks.revision import CellRef, Manifest

LOST = "trackbook_lost"
"""The metadata that marks a cell that is lost, and lists a notebook's lost parts."""

_CURE = "The rest is as it was. A backup of trackbook's home may still have it."


def list_lost(manifest: Manifest, pieces: Mapping[str, bytes]) -> list[LostPart]:
    """Return what of the revision is not among `pieces`."""
    lost = []
    if manifest.frame not in pieces:
        lost.append(LostPart(cell=None, output=None, piece=manifest.frame))
    for place, cell in enumerate(manifest.cells):
        if cell.sha256 not in pieces:
            lost.append(LostPart(cell=place, output=None, piece=cell.sha256))
        lost += [
            LostPart(cell=place, output=number, piece=output.sha256)
            for number, output in enumerate(cell.outputs or ())
            if output.sha256 not in pieces
        ]
    return lost


def describe_lost(lost: list[LostPart]) -> str:
    """Return one sentence that says which parts are lost; empty where none is."""
    if not lost:
        return ""
    said = [_place(part) for part in lost[:5]]
    more = f" and {len(lost) - 5:,} more" if len(lost) > 5 else ""
    return f"Damaged in the store, and marked in their place: {', '.join(said)}{more}."


def lost_frame(manifest: Manifest) -> dict[str, Any]:
    """Return a frame in place of one that is lost."""
    return {"metadata": {}, "nbformat": 4, "nbformat_minor": 5 if manifest.cells else 4}


def lost_cell(ref: CellRef, place: int) -> dict[str, Any]:
    """Return a cell in place of one that is lost; its outputs may still be there."""
    said = f"This cell of the revision is damaged in trackbook's store. {_CURE}"
    cell: dict[str, Any] = {"id": f"lost-{place}", "metadata": {LOST: ref.sha256}}
    if ref.outputs is None:
        return cell | {"cell_type": "markdown", "source": f"*{said}*"}
    return cell | {"cell_type": "code", "source": f"# {said}"}


def lost_output(sha256: str) -> dict[str, Any]:
    """Return an output in place of one that is lost."""
    said = f"This output is damaged in trackbook's store ({sha256[:12]}). {_CURE}\n"
    return {"output_type": "stream", "name": "stderr", "text": said}


def _place(part: LostPart) -> str:
    if part.cell is None:
        return "the notebook's metadata"
    cell = f"cell {part.cell + 1}"
    return cell if part.output is None else f"output {part.output + 1} of {cell}"
