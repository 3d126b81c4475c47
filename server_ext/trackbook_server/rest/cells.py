"""Handlers of what became of cells."""

from jupyter_server.auth.decorator import authorized
from tornado import web

from trackbook.errors import BadInput
from trackbook_server.notebooks.history import get_cell_history, list_cell_marks
from trackbook_server.rest.handler import Route, TrackbookHandler


class _CellsHandler(TrackbookHandler):
    """Knows which notebook is asked for."""

    def get_path(self) -> str:
        """Return the notebook's path as the store has it. Raises BadInput."""
        path = self.get_query_argument("notebook_path", "")
        if not path:
            raise BadInput("notebook_path is missing; name a notebook of this server")
        return self.paths.to_store(path)


class CellHistoryHandler(_CellsHandler):
    """The versions of one cell."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer `CellHistory`."""
        cell_id = self.get_query_argument("cell_id", "")
        found = await self.read(get_cell_history, self.get_path(), cell_id)
        self.reply(self.localise(found))


class CellMarksHandler(_CellsHandler):
    """What the histories of several cells come to."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer `CellMarks`."""
        cell_ids = self.get_query_arguments("cell_id")
        found = await self.read(list_cell_marks, self.get_path(), cell_ids)
        self.reply(self.localise(found))


ROUTES: list[Route] = [
    (r"cells/history", CellHistoryHandler),
    (r"cells", CellMarksHandler),
]
