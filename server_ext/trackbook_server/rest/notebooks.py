"""Handlers of what has to do with notebooks: captures, revisions, copies."""

import asyncio

import msgspec
from jupyter_server.auth.decorator import authorized
from tornado import web

from trackbook.events import NotebookCopied
from trackbook.paths import blobs_dir, get_default_home
from trackbook_server.contract import (
    Capture,
    Captured,
    KnownNotebook,
    Refilled,
    RefillRequest,
    RestoreRequest,
    RevisionRestoreRequest,
)
from trackbook_server.notebooks.aside import journal_capture
from trackbook_server.notebooks.captures import path_of_kernel, take_capture
from trackbook_server.notebooks.copies import find_own_place, write_copy
from trackbook_server.notebooks.explained import get_explanation
from trackbook_server.notebooks.known import (
    MAX_NOTEBOOKS,
    get_any_revision,
    list_notebooks,
)
from trackbook_server.notebooks.notebook_revisions import (
    DEFAULT_LIMIT,
    list_notebook_revisions,
    read_revision,
)
from trackbook_server.notebooks.plan import Managers, make_plan, place_of, read_restore
from trackbook_server.notebooks.refill import refill_cells
from trackbook_server.notebooks.restore import (
    Restored,
    get_requirements,
    get_revision,
    read_for_front_end,
)
from trackbook_server.rest.handler import (
    Route,
    TrackbookHandler,
    check_size,
    wait,
)
from trackbook_server.store.home import now
from trackbook_server.store.values import to_text


@web.stream_request_body
class CapturesHandler(TrackbookHandler):
    """Documents as the browser sees them; one that is too large is not read."""

    async def prepare(self) -> None:  # type: ignore[override]
        """Refuse what says that it is too large before any of it is read."""
        said = self.request.headers.get("Content-Length", "0")
        self._chunks: list[bytes] = []
        check_size(int(said) if said.isdigit() else 0)
        self._size = 0
        await super().prepare()

    def data_received(self, chunk: bytes) -> None:
        """Take a part of the body, up to the limit, whatever the headers said."""
        self._size += len(chunk)
        check_size(self._size)
        self._chunks.append(chunk)

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Take `Capture`, answer `Captured`."""
        self.request.body = b"".join(self._chunks)
        capture = self.decode(Capture)
        if capture.notebook_path is not None:
            path = self.paths.to_inner(capture.notebook_path)
            capture = msgspec.structs.replace(capture, notebook_path=path)
        self.reply(
            await self._store(capture)
            if self.home.owns
            else (await self._journal(capture))
        )

    async def _store(self, capture: Capture) -> Captured:
        return await wait(
            self.home.database.write(
                take_capture,
                blobs_dir(self.home.path),
                self.state.captures,
                capture,
                to_text(now()),
            )
        )

    async def _journal(self, capture: Capture) -> Captured:
        """Hand it to the process that owns the home."""
        path = capture.notebook_path
        path = path or await self.read(path_of_kernel, capture.kernel_id)
        return await wait(
            self.home.database.aside(
                journal_capture, self.home.path, self.state.bodies, capture, path
            )
        )


class RevisionHandler(TrackbookHandler):
    """One revision of a run's notebook."""

    @web.authenticated
    @authorized
    async def get(self, run_id: str, revision_id: str) -> None:
        """Answer the notebook as nbformat JSON."""
        folder = blobs_dir(self.home.path)
        self.finish(await self.read(read_for_front_end, folder, run_id, revision_id))


class AnyRevisionHandler(TrackbookHandler):
    """A revision by its id alone."""

    @web.authenticated
    @authorized
    async def get(self, revision_id: str) -> None:
        """Answer the notebook as nbformat JSON; the beginning of an id will do."""
        folder = blobs_dir(self.home.path)
        self.finish(await self.read(read_revision, folder, revision_id))


class NotebookRevisionsHandler(TrackbookHandler):
    """The revisions of a notebook, also of one that is gone."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer `RevisionList`."""
        answer = await self.read(
            list_notebook_revisions,
            self.paths.to_store(self.get_query_argument("notebook_path")),
            self.get_number("limit", DEFAULT_LIMIT),
            self.get_query_argument("cursor", None),
        )
        found = [self.localise(revision) for revision in answer.revisions]
        self.reply(msgspec.structs.replace(answer, revisions=found))


class ExplanationHandler(TrackbookHandler):
    """Whether a run's notebook explains its result."""

    @web.authenticated
    @authorized
    async def get(self, run_id: str) -> None:
        """Answer `Explanation`."""
        self.reply(
            await self.read(
                get_explanation,
                blobs_dir(self.home.path),
                run_id,
                self.state.explanations,
            )
        )


class NotebooksHandler(TrackbookHandler):
    """The notebooks that the store knows."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer `KnownNotebookList`."""
        answer = await self.read(
            list_notebooks,
            self.get_number("limit", MAX_NOTEBOOKS),
            self.get_query_argument("cursor", None),
        )
        found = [await self._place(self.localise(n)) for n in answer.notebooks]
        self.reply(msgspec.structs.replace(answer, notebooks=found))

    async def _place(self, notebook: KnownNotebook) -> KnownNotebook:
        place = await place_of(self.contents_manager, notebook.notebook_path)
        return msgspec.structs.replace(notebook, place=place)


class _CopyHandler(TrackbookHandler):
    """Writes a notebook as a new file."""

    async def reply_copy(self, found: Restored, path: str | None) -> None:
        """Write the copy, and let it be of its original's family."""
        copy = await write_copy(self.contents_manager, self.paths, found, path)
        if found.info.notebook_path is not None:
            source, new = found.info.notebook_path, self.paths.to_store(copy.path)
            await self.edit(NotebookCopied(seq=0, at=now(), source=source, copy=new))
        self.reply(copy, status=201)


class CopiesHandler(_CopyHandler):
    """Copies of a run's notebook in the contents manager."""

    @web.authenticated
    @authorized
    async def post(self, run_id: str) -> None:
        """Take `RestoreRequest`, answer `RestoredCopy`."""
        request = self.decode(RestoreRequest)
        found = await self.read(
            get_revision, blobs_dir(self.home.path), run_id, request.revision_id
        )
        await self.reply_copy(found, request.path)


class RevisionCopiesHandler(_CopyHandler):
    """Copies of a revision, also of a notebook that is gone."""

    @web.authenticated
    @authorized
    async def post(self, revision_id: str) -> None:
        """Take `RevisionRestoreRequest`, answer `RestoredCopy`."""
        request = self.decode(RevisionRestoreRequest)
        found = await self.read(
            get_any_revision, blobs_dir(self.home.path), revision_id
        )
        path = request.path
        if request.in_place:
            own = self.paths.to_contents(found.info.notebook_path)
            path = await find_own_place(self.contents_manager, own)
        await self.reply_copy(found, path)


class RestoreHandler(TrackbookHandler):
    """What restoring a run's notebook would mean now."""

    @web.authenticated
    @authorized
    async def get(self, run_id: str) -> None:
        """Answer `RestorePlan`."""
        kernel_id = self.get_query_argument("kernel_id", None)
        revision_id = self.get_query_argument("revision_id", None)
        found = await self.read(
            read_restore, blobs_dir(self.home.path), run_id, revision_id, kernel_id
        )
        managers = Managers(
            self.contents_manager, self.kernel_manager, self.kernel_spec_manager
        )
        home = self.home.path
        own = home == get_default_home()
        self.reply(
            await make_plan(
                managers, self.paths, found, kernel_id, None if own else home
            )
        )


class RefillHandler(TrackbookHandler):
    """Replaced values, put back from the notebook that is open."""

    @web.authenticated
    @authorized
    async def post(self, run_id: str) -> None:
        """Take `RefillRequest`, answer `Refilled`."""
        request = self.decode(RefillRequest)
        found = await self.read(
            get_revision, blobs_dir(self.home.path), run_id, request.revision_id
        )
        # A notebook with pictures takes a while to read.
        cells = await asyncio.to_thread(
            lambda: refill_cells(found.document, request.sources)
        )
        self.reply(Refilled(cells=cells))


class RequirementsHandler(TrackbookHandler):
    """The packages of a run."""

    @web.authenticated
    @authorized
    async def get(self, run_id: str) -> None:
        """Answer a requirements file, as text."""
        text = await self.read(get_requirements, run_id)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        web.RequestHandler.finish(self, text)


ROUTES: list[Route] = [
    (r"captures", CapturesHandler),
    (r"notebooks", NotebooksHandler),
    (r"notebooks/revisions", NotebookRevisionsHandler),
    (r"revisions/(?P<revision_id>[^/]+)/copies", RevisionCopiesHandler),
    (r"revisions/(?P<revision_id>[^/]+)", AnyRevisionHandler),
    (
        r"runs/(?P<run_id>[^/]+)/revisions/(?P<revision_id>[^/]+)",
        RevisionHandler,
    ),
    (r"runs/(?P<run_id>[^/]+)/explanation", ExplanationHandler),
    (r"runs/(?P<run_id>[^/]+)/copies", CopiesHandler),
    (r"runs/(?P<run_id>[^/]+)/restore", RestoreHandler),
    (r"runs/(?P<run_id>[^/]+)/refill", RefillHandler),
    (r"runs/(?P<run_id>[^/]+)/requirements", RequirementsHandler),
]
