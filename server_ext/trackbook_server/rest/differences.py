"""Routes of what compares: runs, notebooks, and the pieces of which these differ."""

from typing import Annotated, Literal

import msgspec
import sqlite_utils
from msgspec import Meta

from trackbook.paths import blobs_dir
from trackbook_server import contract as c
from trackbook_server.notebooks.compare import MAX_RUNS, read_comparison
from trackbook_server.notebooks.compare_cells import read_cell_table
from trackbook_server.notebooks.difference import compare_notebooks
from trackbook_server.notebooks.difference_text import Loaders, describe_difference
from trackbook_server.notebooks.document import for_web
from trackbook_server.notebooks.references import Places, find_notebook, get_piece
from trackbook_server.rest.answers import Piece, Text
from trackbook_server.rest.endpoint import Route, endpoint
from trackbook_server.rest.handler import TrackbookHandler
from trackbook_server.rest.parameters import MAX_TEXT, Query, RunId, Sha256

Reference = Annotated[
    str,
    Meta(
        description="A notebook: a run, a revision, `RUN:executed`, `RUN:REVISION` or "
        "`PATH@r7`.",
        min_length=1,
        max_length=MAX_TEXT,
        examples=["@last"],
    ),
]


class CompareQuery(Query, frozen=True, kw_only=True):
    """The runs, each against the first."""

    run_id: Annotated[
        tuple[RunId, ...],
        Meta(description="The runs.", min_length=2, max_length=MAX_RUNS),
    ]


class DifferencesQuery(Query, frozen=True, kw_only=True):
    """Two notebooks."""

    before: Reference
    after: Reference
    format: Annotated[
        Literal["json", "text"],
        Meta(description="`text`: as `trackbook diff` prints it."),
    ] = "json"


class PieceQuery(Query, frozen=True, kw_only=True):
    """The notebook that a piece is of."""

    of: Reference


class _DifferenceHandler(TrackbookHandler):
    """Says notebooks' paths as the contents manager does."""

    @property
    def places(self) -> Places:
        """Where references lead to; none of them to a file."""
        return Places(blobs_dir(self.home.path), self.paths.to_store)

    def localise_difference(self, found: c.NotebookDifference) -> c.NotebookDifference:
        """Return it with paths of the contents manager."""
        return msgspec.structs.replace(
            found,
            before=self._localise_side(found.before),
            after=self._localise_side(found.after),
        )

    def _localise_side(self, side: c.NotebookSide) -> c.NotebookSide:
        return msgspec.structs.replace(side, revision=self.localise(side.revision))


class CompareHandler(_DifferenceHandler):
    """Runs side by side."""

    @endpoint(errors=(404,))
    async def get(self, query: CompareQuery) -> c.Comparison:
        """Compare 2 to 200 runs, each with the first."""
        found = await self.read(read_comparison, self.places, query.run_id)
        if found.notebook is not None:
            notebook = self.localise_difference(found.notebook)
            found = msgspec.structs.replace(found, notebook=notebook)
        return found


class CompareCellsHandler(_DifferenceHandler):
    """Which cells differ among runs."""

    @endpoint(errors=(404,))
    async def get(self, query: CompareQuery) -> c.CellTable:
        """Tell which cells of the runs' notebooks differ from the first's."""
        return await self.read(read_cell_table, self.places, query.run_id)


class DifferencesHandler(_DifferenceHandler):
    """Two notebooks, cell by cell."""

    @endpoint(errors=(404, 409))
    async def get(self, query: DifferencesQuery) -> c.NotebookDifference | Text:
        """Tell what differs between two notebooks, cell by cell.

        Every cell of either is told once, its sources whole and its outputs by name,
        type and size; `pieces` gives their bodies one by one, `of` being a side's
        `ref`. A run is named by its id, a prefix of it, its name, `@last` or
        `@best:metric`, a revision by its id or seven digits of it at least.
        """
        before, after = query.before, query.after
        if query.format == "text":
            return Text(await self.read(_read_text, self.places, before, after))
        found = await self.read(read_difference, self.places, before, after)
        return self.localise_difference(found)


class PieceHandler(_DifferenceHandler):
    """A cell, an output or the frame of a notebook, to look at."""

    @endpoint(errors=(409,))
    async def get(self, sha256: Sha256, query: PieceQuery) -> Piece:
        """Give a cell without its outputs, an output, or a notebook without its cells.

        It never changes, so the answer may be kept.
        """
        data = await self.read(_read_piece, self.places, query.of, sha256)
        return Piece(data)


def read_difference(
    db: sqlite_utils.Database, places: Places, before: str, after: str
) -> c.NotebookDifference:
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
    return for_web(get_piece(db, find_notebook(db, places, ref), sha256))


ROUTES = [
    Route("compare", CompareHandler),
    Route("compare/cells", CompareCellsHandler),
    Route("differences", DifferencesHandler),
    Route("pieces/{sha256}", PieceHandler),
]
