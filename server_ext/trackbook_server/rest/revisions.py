"""Routes of what is kept of notebooks: revisions, and whether one explains a run."""

from typing import Annotated

import msgspec
from msgspec import Meta

from trackbook.paths import blobs_dir
from trackbook_server import contract as c
from trackbook_server.notebooks import known, notebook_revisions
from trackbook_server.notebooks.explained import get_explanation
from trackbook_server.notebooks.plan import place_of
from trackbook_server.notebooks.restore import read_for_front_end
from trackbook_server.rest.answers import Notebook
from trackbook_server.rest.endpoint import Route, endpoint
from trackbook_server.rest.handler import TrackbookHandler
from trackbook_server.rest.parameters import (
    Cursor,
    NotebookPath,
    Query,
    RevisionId,
    RunId,
)


class NotebooksQuery(Query, frozen=True, kw_only=True):
    """A page of notebooks."""

    limit: Annotated[
        int,
        Meta(description="How many a page has.", ge=1, le=known.MAX_NOTEBOOKS),
    ] = known.MAX_NOTEBOOKS
    cursor: Cursor | None = None


class RevisionsQuery(Query, frozen=True, kw_only=True):
    """A page of a notebook's revisions."""

    notebook_path: NotebookPath
    limit: Annotated[
        int,
        Meta(description="How many a page has.", ge=1, le=notebook_revisions.MAX_LIMIT),
    ] = notebook_revisions.DEFAULT_LIMIT
    cursor: Cursor | None = None


class RevisionHandler(TrackbookHandler):
    """One revision of a run's notebook."""

    @endpoint()
    async def get(self, run_id: RunId, revision_id: RevisionId) -> Notebook:
        """Give a run's notebook; `latest` is the revision that the run restores."""
        folder = blobs_dir(self.home.path)
        return Notebook(
            await self.read(read_for_front_end, folder, run_id, revision_id)
        )


class AnyRevisionHandler(TrackbookHandler):
    """A revision by its id alone."""

    @endpoint(errors=(409,))
    async def get(self, revision_id: RevisionId) -> Notebook:
        """Give a notebook by its revision alone; the beginning of an id will do."""
        folder = blobs_dir(self.home.path)
        return Notebook(
            await self.read(notebook_revisions.read_revision, folder, revision_id)
        )


class NotebookRevisionsHandler(TrackbookHandler):
    """The revisions of a notebook, also of one that is gone."""

    @endpoint()
    async def get(self, query: RevisionsQuery) -> c.RevisionList:
        """List the revisions of a notebook and its family, the newest first.

        Each comes with the last run that it was captured for.
        """
        answer = await self.read(
            notebook_revisions.list_notebook_revisions,
            self.paths.to_store(query.notebook_path),
            query.limit,
            query.cursor,
        )
        found = [self.localise(revision) for revision in answer.revisions]
        return msgspec.structs.replace(answer, revisions=found)


class ExplanationHandler(TrackbookHandler):
    """Whether a run's notebook explains its result."""

    @endpoint()
    async def get(self, run_id: RunId) -> c.Explanation:
        """Tell whether a run's notebook explains its result."""
        return await self.read(
            get_explanation,
            blobs_dir(self.home.path),
            run_id,
            self.state.explanations,
        )


class NotebooksHandler(TrackbookHandler):
    """The notebooks that the store knows."""

    @endpoint()
    async def get(self, query: NotebooksQuery) -> c.KnownNotebookList:
        """List the notebooks with revisions, and whether their file is there."""
        answer = await self.read(known.list_notebooks, query.limit, query.cursor)
        found = [await self._place(self.localise(n)) for n in answer.notebooks]
        return msgspec.structs.replace(answer, notebooks=found)

    async def _place(self, notebook: c.KnownNotebook) -> c.KnownNotebook:
        place = await place_of(self.contents_manager, notebook.notebook_path)
        return msgspec.structs.replace(notebook, place=place)


ROUTES = [
    Route("notebooks", NotebooksHandler),
    Route("notebooks/revisions", NotebookRevisionsHandler),
    Route("revisions/{revision_id}", AnyRevisionHandler),
    Route("runs/{run_id}/revisions/{revision_id}", RevisionHandler),
    Route("runs/{run_id}/explanation", ExplanationHandler),
]
