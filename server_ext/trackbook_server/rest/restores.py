"""Routes that give notebooks back: copies, what restoring means, replaced values."""

import asyncio

from trackbook.events import NotebookCopied
from trackbook.paths import blobs_dir, get_default_home
from trackbook_server import contract as c
from trackbook_server.notebooks.copies import find_own_place, write_copy
from trackbook_server.notebooks.known import get_any_revision
from trackbook_server.notebooks.plan import Managers, make_plan, read_restore
from trackbook_server.notebooks.refill import refill_cells
from trackbook_server.notebooks.restore import Restored, get_requirements, get_revision
from trackbook_server.rest.answers import Text
from trackbook_server.rest.captures import MAX_CAPTURE_BYTES
from trackbook_server.rest.endpoint import Route, endpoint
from trackbook_server.rest.handler import TrackbookHandler
from trackbook_server.rest.parameters import KernelId, Query, RevisionId, RunId
from trackbook_server.store.home import now


class RestoreQuery(Query, frozen=True, kw_only=True):
    """What is to be restored, for which kernel."""

    revision_id: RevisionId | None = None
    kernel_id: KernelId | None = None


class _CopyHandler(TrackbookHandler):
    """Writes a notebook as a new file."""

    async def copy(self, found: Restored, path: str | None) -> c.RestoredCopy:
        """Write the copy, and let it be of its original's family."""
        copy = await write_copy(self.contents_manager, self.paths, found, path)
        if found.info.notebook_path is not None:
            source, new = found.info.notebook_path, self.paths.to_store(copy.path)
            await self.edit(NotebookCopied(seq=0, at=now(), source=source, copy=new))
        return copy


class CopiesHandler(_CopyHandler):
    """Copies of a run's notebook in the contents manager."""

    @endpoint(status=201, errors=(409,), example={"path": "again.ipynb"})
    async def post(self, run_id: RunId, body: c.RestoreRequest) -> c.RestoredCopy:
        """Write a run's notebook as a new file."""
        found = await self.read(
            get_revision, blobs_dir(self.home.path), run_id, body.revision_id
        )
        return await self.copy(found, body.path)


class RevisionCopiesHandler(_CopyHandler):
    """Copies of a revision, also of a notebook that is gone."""

    @endpoint(status=201, errors=(409,), example={"in_place": True})
    async def post(
        self, revision_id: RevisionId, body: c.RevisionRestoreRequest
    ) -> c.RestoredCopy:
        """Write a revision as a new file, or where its notebook was if that is free."""
        found = await self.read(
            get_any_revision, blobs_dir(self.home.path), revision_id
        )
        path = body.path
        if body.in_place:
            own = self.paths.to_contents(found.info.notebook_path)
            path = await find_own_place(self.contents_manager, own)
        return await self.copy(found, path)


class RestoreHandler(TrackbookHandler):
    """What restoring a run's notebook would mean now."""

    @endpoint()
    async def get(self, run_id: RunId, query: RestoreQuery) -> c.RestorePlan:
        """Tell what restoring a run's notebook means now.

        Where a copy would go, whether the notebook is still in its place, and what
        differs around it: the packages of the run against those of the kernel
        `kernel_id` (else of the interpreter that the notebook's kernel would have), the
        inputs that are files, and the shell lines that build an environment like it.
        """
        found = await self.read(
            read_restore,
            blobs_dir(self.home.path),
            run_id,
            query.revision_id,
            query.kernel_id,
        )
        managers = Managers(
            self.contents_manager, self.kernel_manager, self.kernel_spec_manager
        )
        home = self.home.path
        own = home == get_default_home()
        return await make_plan(
            managers, self.paths, found, query.kernel_id, None if own else home
        )


class RefillHandler(TrackbookHandler):
    """Replaced values, put back from the notebook that is open."""

    @endpoint(
        max_body_bytes=MAX_CAPTURE_BYTES,
        half_characters=True,
        example={"sources": {"1": "key = 'mine'"}},
    )
    async def post(self, run_id: RunId, body: c.RefillRequest) -> c.Refilled:
        """Put replaced credentials back from the cells of the notebook that is open.

        It takes the sources of its cells by the place of the same cell in the revision,
        and gives the cells whose sources read `<redacted>` with the credentials that
        stand in the same place there. Nothing of it is kept.
        """
        found = await self.read(
            get_revision, blobs_dir(self.home.path), run_id, body.revision_id
        )
        # A notebook with pictures takes a while to read.
        cells = await asyncio.to_thread(
            lambda: refill_cells(found.document, body.sources)
        )
        return c.Refilled(cells=cells)


class RequirementsHandler(TrackbookHandler):
    """The packages of a run."""

    @endpoint()
    async def get(self, run_id: RunId) -> Text:
        """Give a run's packages as a requirements file."""
        return Text(await self.read(get_requirements, run_id))


ROUTES = [
    Route("revisions/{revision_id}/copies", RevisionCopiesHandler),
    Route("runs/{run_id}/copies", CopiesHandler),
    Route("runs/{run_id}/restore", RestoreHandler),
    Route("runs/{run_id}/refill", RefillHandler),
    Route("runs/{run_id}/requirements", RequirementsHandler),
]
