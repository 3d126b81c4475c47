"""Routes of what became of cells."""

from typing import Annotated

from msgspec import Meta

from trackbook_server import contract as c
from trackbook_server.notebooks.history import (
    MAX_CELLS,
    get_cell_history,
    list_cell_marks,
)
from trackbook_server.rest.endpoint import Route, endpoint
from trackbook_server.rest.handler import TrackbookHandler
from trackbook_server.rest.parameters import MAX_TEXT, NotebookPath, Query

CellId = Annotated[str, Meta(description="A cell's id.", max_length=MAX_TEXT)]


class CellQuery(Query, frozen=True, kw_only=True):
    """A cell of a notebook."""

    notebook_path: NotebookPath
    cell_id: CellId


class CellsQuery(Query, frozen=True, kw_only=True):
    """Cells of a notebook."""

    notebook_path: NotebookPath
    cell_id: Annotated[
        tuple[CellId, ...], Meta(description="The cells.", max_length=MAX_CELLS)
    ] = ()


class CellHistoryHandler(TrackbookHandler):
    """The versions of one cell."""

    @endpoint()
    async def get(self, query: CellQuery) -> c.CellHistory:
        """Tell the sources that a cell was executed with, and what each gave."""
        path = self.paths.to_store(query.notebook_path)
        return self.localise(await self.read(get_cell_history, path, query.cell_id))


class CellMarksHandler(TrackbookHandler):
    """What the histories of several cells come to."""

    @endpoint()
    async def get(self, query: CellsQuery) -> c.CellMarks:
        """Tell how many versions each of up to 200 cells has."""
        path = self.paths.to_store(query.notebook_path)
        return self.localise(await self.read(list_cell_marks, path, query.cell_id))


ROUTES = [
    Route("cells/history", CellHistoryHandler),
    Route("cells", CellMarksHandler),
]
