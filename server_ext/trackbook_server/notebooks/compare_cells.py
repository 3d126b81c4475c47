"""Which cells differ among many runs: each run's notebook against the baseline's."""

from collections.abc import Sequence

import sqlite_utils

from trackbook_server.contract import (
    CellChange,
    CellDifference,
    CellTable,
    ComparedCell,
)
from trackbook_server.notebooks.compare import check_run_ids
from trackbook_server.notebooks.difference import Notebook, list_cells
from trackbook_server.notebooks.references import Places, find_run_notebook


def read_cell_table(
    db: sqlite_utils.Database, places: Places, run_ids: Sequence[str]
) -> CellTable:
    """Return the cells of the runs' notebooks against the first run's. Raises BadInput.

    A run that does not exist has no notebook.
    """
    check_run_ids(run_ids)
    notebooks = [find_run_notebook(db, places, run_id) for run_id in run_ids]
    labels = [None if found is None else found.side.label for found in notebooks]
    baseline = notebooks[0]
    if baseline is None:
        return CellTable(run_ids=list(run_ids), labels=labels, cells=[])
    return CellTable(
        run_ids=list(run_ids), labels=labels, cells=_rows(baseline, notebooks)
    )


class _Row:
    """One cell in every run."""

    def __init__(self, cell: CellDifference, count: int) -> None:
        shown = cell.before or cell.after
        self.title = cell.title
        self.cell_id = None if shown is None else shown.cell_id
        self.changes: list[CellChange | None] = [None] * count

    def told(self) -> ComparedCell:
        return ComparedCell(
            title=self.title,
            cell_id=self.cell_id,
            changes=self.changes,
            differs=any(
                change not in (None, "same", "rerun") for change in self.changes
            ),
        )


def _rows(
    baseline: Notebook, notebooks: Sequence[Notebook | None]
) -> list[ComparedCell]:
    count = len(notebooks)
    same = list_cells(baseline, baseline)
    own = [_Row(cell, count) for cell in same]
    # What others have beside the baseline's cells, by the cell that it stands after.
    added: dict[int, dict[str, _Row]] = {}
    known = {baseline.side.revision.revision_id: same}
    for index, notebook in enumerate(notebooks):
        if notebook is None:
            continue
        revision = notebook.side.revision.revision_id
        if revision not in known:
            known[revision] = list_cells(baseline, notebook)
        place = 0
        for cell in known[revision]:
            if cell.before is not None:
                place = cell.before.place
                row = own[place - 1]
            else:
                beside = added.setdefault(place, {})
                row = beside.setdefault(_name_of(cell), _Row(cell, count))
            row.changes[index] = cell.change
    ordered = list(added.get(0, {}).values())
    for number, row in enumerate(own, 1):
        ordered += [row, *added.get(number, {}).values()]
    return [row.told() for row in ordered]


def _name_of(cell: CellDifference) -> str:
    """Return what tells a cell that the baseline lacks from others such."""
    return (cell.after and cell.after.cell_id) or cell.title
