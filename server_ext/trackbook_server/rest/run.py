"""Routes of one run: what it is, what its cells put out, its tables."""

from typing import Annotated

import msgspec
from msgspec import Meta

from trackbook.errors import BadInput
from trackbook.events import RunEdited
from trackbook.paths import blobs_dir
from trackbook_server import contract as c
from trackbook_server.notebooks.run_page import get_whole_run
from trackbook_server.rest.endpoint import Route, endpoint
from trackbook_server.rest.handler import TrackbookHandler
from trackbook_server.rest.parameters import MOST, Cursor, Query, RunId
from trackbook_server.store.home import now
from trackbook_server.store.outcomes import MAX_ROWS, get_outputs, get_table


class OutputsQuery(Query, frozen=True, kw_only=True):
    """Which outputs: a page of them, or those of one execution."""

    execution_id: (
        Annotated[
            str, Meta(description="One execution, to be told whole.", max_length=200)
        ]
        | None
    ) = None
    cursor: Cursor | None = None


class TableQuery(Query, frozen=True, kw_only=True):
    """Which rows of a table."""

    first: Annotated[
        int, Meta(description="The number of the first row, from 0.", ge=0, le=MOST)
    ] = 0
    limit: Annotated[int, Meta(description="How many rows.", ge=1, le=MAX_ROWS)] = (
        MAX_ROWS
    )


class RunHandler(TrackbookHandler):
    """One run."""

    @endpoint()
    async def get(self, run_id: RunId) -> c.Run:
        """Tell all of a run: params, metrics, executions, environment, revisions."""
        return self._localise_run(await self._read_whole(run_id))

    @endpoint(example={"name": "the good one", "starred": True, "tags": {"a": "b"}})
    async def patch(self, run_id: RunId, body: c.RunEdit) -> c.Run:
        """Rename, star, tag, note, put into the trash and back, attach to a notebook.

        Only what the body names changes, so that two people who change different things
        at once both get what they want; of the same thing the later change stands.

        With a `notebook_path`, the runs of a kernel whose notebook was not known are
        attached to one, also those to come; a run that has a notebook keeps it.
        """
        before = await self.read(get_whole_run, run_id)
        if body.notebook_path is not None:
            body = msgspec.structs.replace(
                body, notebook_path=self._attachable(before, body.notebook_path)
            )
        fields = msgspec.structs.asdict(body)
        await self.edit(
            RunEdited(seq=0, at=now(), run_id=run_id, by=self.user_name(), **fields)
        )
        return self._localise_run(await self._read_whole(run_id))

    async def _read_whole(self, run_id: str) -> c.Run:
        return await self.read(get_whole_run, run_id, blobs_dir(self.home.path))

    def _attachable(self, run: c.Run, path: str) -> str:
        """Return the path in the store's form. Raises BadInput where it is no notebook
        of the server's, or the run has another."""
        stored = self.paths.to_store(path)
        if not path.endswith(".ipynb") or ".." in path.split("/"):
            raise BadInput(f"{path[:200]!r} is no notebook; give the path of an .ipynb")
        if run.notebook_path not in (None, stored):
            raise BadInput(
                f"run {run.run_id} belongs to {run.notebook_path} already; only runs "
                "of an untitled session can be attached"
            )
        return stored

    def _localise_run(self, run: c.Run) -> c.Run:
        """Return a run; its revisions have paths of their own."""
        revisions = [self.localise(revision) for revision in run.revisions]
        return self.localise(msgspec.structs.replace(run, revisions=revisions))


class OutputsHandler(TrackbookHandler):
    """What a run's cells put out."""

    @endpoint()
    async def get(self, run_id: RunId, query: OutputsQuery) -> c.RunOutputs:
        """Tell what a run's cells put out, in pages of about a megabyte.

        An execution of which fewer than `count` outputs are there is told whole where
        `execution_id` names it. What is too large for a page is a `BlobRef`.
        """
        return await self.read(get_outputs, run_id, query.execution_id, query.cursor)


class TableHandler(TrackbookHandler):
    """One table of a run."""

    @endpoint()
    async def get(
        self,
        run_id: RunId,
        name: Annotated[str, Meta(description="The table's name.", max_length=4096)],
        query: TableQuery,
    ) -> c.RunTable:
        """Tell a table of a run, a page of rows at a time."""
        return await self.read(get_table, run_id, name, query.first, query.limit)


ROUTES = [
    Route("runs/{run_id}", RunHandler),
    Route("runs/{run_id}/outputs", OutputsHandler),
    Route("runs/{run_id}/tables/{name:path}", TableHandler),
]
