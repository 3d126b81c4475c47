"""A run whole, with what the store alone does not know: its notebook's revisions."""

from pathlib import Path

import msgspec
import sqlite_utils

from trackbook_server.contract import CellDifference, Run
from trackbook_server.notebooks.compare_sentence import say_cells
from trackbook_server.notebooks.difference import list_cells
from trackbook_server.notebooks.explained_edits import (
    ABSENT,
    ParamEdit,
    list_unexplained,
)
from trackbook_server.notebooks.lookup import EXECUTED, list_run_revisions
from trackbook_server.notebooks.references import Places, find_run_notebook
from trackbook_server.store.run_details import get_run
from trackbook_server.store.sentence import make_sentence

_MAX_CELLS = 1000
"""Notebooks of more cells are not laid side by side for a sentence."""


def get_whole_run(
    db: sqlite_utils.Database, run_id: str, blobs_dir: Path | None = None
) -> Run:
    """Return a run with everything that it holds. Raises RunNotFound.

    Where `blobs_dir` says where the notebooks' large pieces are, its sentence tells of
    edited cells too.
    """
    run = get_run(db, run_id)
    run = msgspec.structs.replace(run, revisions=list_run_revisions(db, run_id))
    if blobs_dir is None:
        return run
    cells = say_cells(_list_edited(db, run, blobs_dir))
    if not cells:
        return run
    sentence = make_sentence(run.param_list, run.main_metric, run.previous_name, cells)
    return msgspec.structs.replace(run, sentence=sentence)


def _list_edited(
    db: sqlite_utils.Database, run: Run, blobs_dir: Path
) -> list[CellDifference]:
    """Return the cells edited since the run before, but for what its params say."""
    if run.previous_run_id is None or not run.revisions:
        return []
    before = list_run_revisions(db, run.previous_run_id)
    if not before or before[0].revision_id == run.revisions[0].revision_id:
        return []
    told = (before[0], run.revisions[0])
    if any(one.moment == EXECUTED or one.cell_count > _MAX_CELLS for one in told):
        return []
    notebooks = [
        find_run_notebook(db, Places(blobs_dir), run_id)
        for run_id in (run.previous_run_id, run.run_id)
    ]
    if notebooks[0] is None or notebooks[1] is None:
        return []
    edits = [
        ParamEdit(param.key, ABSENT if param.is_new else param.previous, param.value)
        for param in run.param_list
        if param.changed
    ]
    return list_unexplained(list_cells(notebooks[0], notebooks[1]), edits)
