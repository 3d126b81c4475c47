"""Handlers of what compares: runs, notebooks, and the pieces of which these differ."""

import msgspec
import sqlite_utils
from jupyter_server.auth.decorator import authorized
from tornado import web

from trackbook.errors import BadInput
from trackbook.paths import blobs_dir
from trackbook_server.contract import NotebookDifference, NotebookSide
from trackbook_server.notebooks.compare import read_comparison
from trackbook_server.notebooks.compare_cells import read_cell_table
from trackbook_server.notebooks.difference import compare_notebooks
from trackbook_server.notebooks.difference_text import Loaders, describe_difference
from trackbook_server.notebooks.document import for_web
from trackbook_server.notebooks.references import Places, find_notebook, get_piece
from trackbook_server.rest.handler import Route, TrackbookHandler


class _DifferenceHandler(TrackbookHandler):
    """Says notebooks' paths as the contents manager does."""

    @property
    def places(self) -> Places:
        """Where references lead to; none of them to a file."""
        return Places(blobs_dir(self.home.path), self.paths.to_store)

    def localise_difference(self, found: NotebookDifference) -> NotebookDifference:
        """Return it with paths of the contents manager."""
        return msgspec.structs.replace(
            found,
            before=self._localise_side(found.before),
            after=self._localise_side(found.after),
        )

    def _localise_side(self, side: NotebookSide) -> NotebookSide:
        return msgspec.structs.replace(side, revision=self.localise(side.revision))

    def get_reference(self, name: str) -> str:
        """Return a query argument that names a notebook."""
        ref = self.get_query_argument(name, "")
        if not ref:
            raise BadInput(
                f"{name} is missing; name a run, a revision, RUN:executed or PATH@r7"
            )
        return ref


class CompareHandler(_DifferenceHandler):
    """Runs side by side."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer `Comparison`."""
        run_ids = self.get_query_arguments("run_id")
        found = await self.read(read_comparison, self.places, run_ids)
        if found.notebook is not None:
            notebook = self.localise_difference(found.notebook)
            found = msgspec.structs.replace(found, notebook=notebook)
        self.reply(found)


class CompareCellsHandler(_DifferenceHandler):
    """Which cells differ among runs."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer `CellTable`."""
        run_ids = self.get_query_arguments("run_id")
        self.reply(await self.read(read_cell_table, self.places, run_ids))


class DifferencesHandler(_DifferenceHandler):
    """Two notebooks, cell by cell."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer `NotebookDifference`, or the same as text."""
        before, after = self.get_reference("before"), self.get_reference("after")
        how = self.get_query_argument("format", "json")
        if how not in ("json", "text"):
            raise BadInput(f"format is {how[:40]!r}; it must be json or text")
        if how == "text":
            text = await self.read(_read_text, self.places, before, after)
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            web.RequestHandler.finish(self, text)
            return
        found = await self.read(read_difference, self.places, before, after)
        self.reply(self.localise_difference(found))


class PieceHandler(_DifferenceHandler):
    """A cell, an output or the frame of a notebook, to look at."""

    @web.authenticated
    @authorized
    async def get(self, sha256: str) -> None:
        """Answer the piece as JSON. Raises RevisionNotFound where `of` has it not."""
        ref = self.get_reference("of")
        data = await self.read(_read_piece, self.places, ref, sha256)
        self.set_header("Cache-Control", "private, max-age=31536000, immutable")
        self.finish(for_web(data))


def read_difference(
    db: sqlite_utils.Database, places: Places, before: str, after: str
) -> NotebookDifference:
    """Return what differs between the notebooks that two references name."""
    return compare_notebooks(
        find_notebook(db, places, before), find_notebook(db, places, after)
    )


def _read_text(
    db: sqlite_utils.Database, places: Places, before: str, after: str
) -> str:
    sides = [find_notebook(db, places, ref) for ref in (before, after)]
    lines = describe_difference(
        compare_notebooks(*sides), Loaders(sides[0].load, sides[1].load)
    )
    return "".join(f"{line}\n" for line in lines)


def _read_piece(
    db: sqlite_utils.Database, places: Places, ref: str, sha256: str
) -> bytes:
    return get_piece(db, find_notebook(db, places, ref), sha256)


ROUTES: list[Route] = [
    (r"compare", CompareHandler),
    (r"compare/cells", CompareCellsHandler),
    (r"differences", DifferencesHandler),
    (r"pieces/(?P<sha256>[^/]+)", PieceHandler),
]
