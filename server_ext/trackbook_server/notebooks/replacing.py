"""Putting a run's notebook, or some of its cells, into a file that is there already.

What the file holds is kept first, as a revision and as a file beside it, so that
nothing is lost: secrets are only in the file.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from trackbook.errors import BadInput
from trackbook_server.contract import Captured
from trackbook_server.notebooks.align import Cell, align_cells
from trackbook_server.notebooks.document import Document, read_notebook, render
from trackbook_server.notebooks.keeping import keep_document
from trackbook_server.notebooks.names import MAX_NAME_BYTES
from trackbook_server.notebooks.refill import refill_cells
from trackbook_server.notebooks.restore import Restored, write_beside
from trackbook_server.notebooks.secrets import redact_exact
from trackbook_server.store.home import Home

_RANGE = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")


@dataclass(frozen=True, slots=True)
class Replaced:
    """What was written: the file, what it held before, and what is left to do."""

    path: Path
    kept: Captured
    backup: Path
    left_titles: list[str]
    """Cells in which a value that was replaced could not be put back."""


def replace_file(
    home: Home, path: Path, restored: Restored, cells: str | None = None
) -> Replaced:
    """Replace the notebook in `path`, or only `cells` of it (`2,5-7`, or cell ids).

    The file is replaced in one step, keeping its permissions; a link stays one.
    Raises NotANotebook where it holds none, BadInput where it can't be written.
    """
    path = path.resolve()
    present, raw = read_notebook(path)
    document = restored.document
    places = _same_cells(present, document)
    sources = {
        after + 1: present["cells"][before].get("source", "")
        for after, before in places.items()
    }
    refilled = refill_cells(document, sources)
    for one in refilled:
        document["cells"][one.place - 1]["source"] = one.source
    if cells is None:
        picked = list(range(len(document["cells"])))
        data = render(document) if refilled else restored.data
    else:
        picked = read_cells(cells, document)
        data = render(take_cells(present, document, picked, places))
    kept = keep_document(home, present, path)
    backup = write_beside(path.parent, _backup_name(path), raw)
    _write_over(path, data)
    left = [one.title for one in refilled if one.left_count and one.place - 1 in picked]
    return Replaced(path, kept, backup, left)


def _backup_name(path: Path) -> str:
    """Return what the present is called beside it; a long name is cut."""
    stem = path.stem.encode()[:MAX_NAME_BYTES].decode(errors="ignore")
    return f"{stem} (before restore){path.suffix}"


def read_cells(text: str, document: Document) -> list[int]:
    """Return the indexes of the cells that `text` names: places, ranges, ids."""
    count = len(document["cells"])
    ids = {cell.get("id"): index for index, cell in enumerate(document["cells"])}
    found: set[int] = set()
    for part in filter(None, map(str.strip, text.split(","))):
        if part in ids:
            found.add(ids[part])
            continue
        match = _RANGE.fullmatch(part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= count:
            raise BadInput(
                f"the notebook has no cell {part!r}; it has the cells 1 to {count}. "
                "Name them like this: --cells 2,5-7"
            )
        found.update(range(first - 1, last))
    if not found:
        raise BadInput("no cell was named; name some like this: --cells 2,5-7")
    return sorted(found)


def take_cells(
    present: Document, source: Document, picked: Sequence[int], same: dict[int, int]
) -> Document:
    """Return `present` with some cells of `source`, each in its place.

    A cell that is there still (`same` says which, by index) is changed; another comes
    behind the nearest one before it that is there.
    """
    cells = list(present["cells"])
    where: dict[int, object] = {after: cells[b] for after, b in same.items()}
    for index in picked:
        cell = source["cells"][index]
        at = next(
            (
                place
                for place, one in enumerate(cells)
                if index in where and one is where[index]
            ),
            None,
        )
        if at is not None:
            cells[at] = cell
        else:
            before = [where[i] for i in range(index - 1, -1, -1) if i in where]
            at = 0
            if before:
                at = next(p for p, one in enumerate(cells) if one is before[0]) + 1
            cells.insert(at, cell)
        where[index] = cell
    return present | {"cells": cells}


def _same_cells(present: Document, source: Document) -> dict[int, int]:
    """Return which cell of `present` each of `source` is, by index."""
    before, after = (
        [
            Cell(cell.get("id"), redact_exact(cell["source"])[0], cell["cell_type"])
            for cell in document["cells"]
        ]
        for document in (present, source)
    )
    return {
        pair.after: pair.before
        for pair in align_cells(before, after).cells
        if pair.after is not None and pair.before is not None
    }


def _write_over(path: Path, data: bytes) -> None:
    """Replace a file in one step."""
    name = None
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".trackbook-")
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, name)
        Path(name).replace(path)
    except OSError as error:
        if name is not None:
            Path(name).unlink(missing_ok=True)
        raise BadInput(
            f"can't write {path}: {error.strerror or error}. It is as it was."
        ) from error
