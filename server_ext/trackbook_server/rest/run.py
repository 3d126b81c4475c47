"""Routes of one run: what it is, what its cells put out, its tables."""

import msgspec
from jupyter_server.auth.decorator import authorized
from tornado import web

from trackbook.errors import BadInput
from trackbook.events import RunEdited
from trackbook.paths import blobs_dir
from trackbook_server import contract as c
from trackbook_server.notebooks.run_page import get_whole_run
from trackbook_server.rest.handler import Route, TrackbookHandler
from trackbook_server.store.home import now
from trackbook_server.store.outcomes import MAX_ROWS, get_outputs, get_table


class RunHandler(TrackbookHandler):
    """One run."""

    @web.authenticated
    @authorized
    async def get(self, run_id: str) -> None:
        """Answer `Run`."""
        self.reply_run(await self._read_whole(run_id))

    @web.authenticated
    @authorized
    async def patch(self, run_id: str) -> None:
        """Take `RunEdit`, answer `Run`."""
        edit = self.decode(c.RunEdit)
        before = await self.read(get_whole_run, run_id)
        if edit.notebook_path is not None:
            edit = msgspec.structs.replace(
                edit, notebook_path=self._attachable(before, edit.notebook_path)
            )
        fields = msgspec.structs.asdict(edit)
        await self.edit(
            RunEdited(seq=0, at=now(), run_id=run_id, by=self.user_name(), **fields)
        )
        self.reply_run(await self._read_whole(run_id))

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

    def reply_run(self, run: c.Run) -> None:
        """Answer a run; its revisions have paths of their own."""
        revisions = [self.localise(revision) for revision in run.revisions]
        self.reply(self.localise(msgspec.structs.replace(run, revisions=revisions)))


class OutputsHandler(TrackbookHandler):
    """What a run's cells put out."""

    @web.authenticated
    @authorized
    async def get(self, run_id: str) -> None:
        """Answer `RunOutputs`."""
        execution_id = self.get_query_argument("execution_id", None)
        cursor = self.get_query_argument("cursor", None)
        self.reply(await self.read(get_outputs, run_id, execution_id, cursor))


class TableHandler(TrackbookHandler):
    """One table of a run."""

    @web.authenticated
    @authorized
    async def get(self, run_id: str, name: str) -> None:
        """Answer `RunTable`."""
        first = self.get_number("first", 0)
        limit = self.get_number("limit", MAX_ROWS)
        self.reply(await self.read(get_table, run_id, name, first, limit))


ROUTES: list[Route] = [
    (r"runs/(?P<run_id>[^/]+)", RunHandler),
    (r"runs/(?P<run_id>[^/]+)/outputs", OutputsHandler),
    (r"runs/(?P<run_id>[^/]+)/tables/(?P<name>.+)", TableHandler),
]
