"""Routes of bundles: runs that leave as one file, and runs that come."""

import asyncio
import contextlib
import os
import uuid
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from msgspec import Meta
from tornado import web

from trackbook.errors import BadInput, HomeNotWritable, NotFound
from trackbook.events import ImportStopped
from trackbook.paths import imports_dir
from trackbook_server import contract as c
from trackbook_server.moving.export_jobs import choose_runs
from trackbook_server.moving.exporting import MAX_RUNS
from trackbook_server.moving.importing import bring_in, bundle_path, find_import
from trackbook_server.rest.answers import File
from trackbook_server.rest.endpoint import Route, endpoint
from trackbook_server.rest.handler import TrackbookHandler
from trackbook_server.rest.parameters import Query
from trackbook_server.store.home import now

MAX_REQUEST_BYTES = 8 * 1024 * 1024
"""The largest list of runs to export."""

MAX_BUNDLE_BYTES = 64 * 1024**3
"""The largest bundle that is sent; a larger one is imported from the server's disk."""

ExportId = Annotated[str, Meta(description="An export's id.", max_length=64)]
ImportId = Annotated[str, Meta(description="An import's id.", max_length=64)]


class UploadQuery(Query, frozen=True, kw_only=True):
    """Which file is sent."""

    name: Annotated[
        str, Meta(description="What the file is called.", max_length=255)
    ] = "the bundle"


class ExportsHandler(TrackbookHandler):
    """Bundles to make."""

    @endpoint(
        status=201,
        errors=(404,),
        max_body_bytes=MAX_REQUEST_BYTES,
        example={"filter": "metrics.acc > 0.9"},
    )
    async def post(self, body: c.ExportRequest) -> c.Export:
        """Make a bundle of runs.

        It is made in the background: ask for it until its `state` is `done`, then for
        its `file`. Runs that are nested in a chosen one come along.
        """
        if (body.run_ids is None) == (body.filter is None):
            raise BadInput("send either run_ids or a filter")
        run_ids = body.run_ids
        if run_ids is None:
            run_ids = await self.read(choose_runs, body.filter)
        if not 1 <= len(run_ids) <= MAX_RUNS:
            raise BadInput(f"{len(run_ids):,} runs; it must be from 1 to {MAX_RUNS:,}")
        return self.state.exports.begin(self.home, run_ids).describe()


class ExportHandler(TrackbookHandler):
    """One bundle that is made."""

    @endpoint()
    async def get(self, export_id: ExportId) -> c.Export:
        """Tell how far a bundle is."""
        return self.state.exports.find(export_id).describe()

    @endpoint()
    async def delete(self, export_id: ExportId) -> c.Export:
        """Stop making a bundle, or let go of one that was fetched.

        One that nobody lets go is gone after an hour.
        """
        return self.state.exports.end(export_id).describe()


class ExportFileHandler(TrackbookHandler):
    """The file of a bundle."""

    @endpoint(errors=(404, 416))
    async def get(self, export_id: ExportId) -> File:
        """Give the file of a bundle that is done."""
        job = self.state.exports.find(export_id)
        if job.state != "done" or job.size_bytes is None:
            raise NotFound(f"the bundle is not done: it is {job.state}")
        name = quote(job.describe().file_name)
        return File(
            job.path,
            job.size_bytes,
            export_id,
            "application/octet-stream",
            {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
        )


class ImportsHandler(TrackbookHandler):
    """Bundles to import that lie among the server's files."""

    @endpoint(status=201)
    async def post(self, body: c.ImportRequest) -> c.Import:
        """Import a bundle from the server's files.

        It is checked, copied, and merged in the background: ask for it until its
        `state` is `done`. What is no whole bundle is refused at once.
        """
        if self.paths.root is None:
            raise BadInput("this server's files are not on a disk; send the bundle")
        path = Path(self.paths.to_inner(body.path))
        return await begin(self, path, path.name)


@web.stream_request_body
class UploadHandler(TrackbookHandler):
    """A bundle that is sent: written to the disk as it comes, never held in memory."""

    def initialize(self) -> None:
        """Begin with nothing that was sent."""
        super().initialize()
        self._part: Path | None = None
        self._file: Any = None

    async def prepare(self) -> None:  # type: ignore[override]
        """Ask who it is before anything is taken, and take more than Jupyter does."""
        await super().prepare()
        if self.request.method != "POST":
            return
        user = self.current_user
        if user is None:
            raise web.HTTPError(403)
        if not await allowed(self, user):
            raise web.HTTPError(403, "you are not authorized to import runs")
        connection: Any = self.request.connection
        connection.set_max_body_size(MAX_BUNDLE_BYTES)
        folder = imports_dir(self.home.path)
        self._part = folder / f"{uuid.uuid4().hex}.sent"
        self._file = await asyncio.to_thread(_create, self._part)

    async def data_received(self, chunk: bytes) -> None:  # type: ignore[override]
        """Write what came."""
        self._size += len(chunk)
        if self._size > MAX_BUNDLE_BYTES:
            raise web.HTTPError(
                413, f"the bundle is larger than {MAX_BUNDLE_BYTES:,} bytes"
            )
        if self._file is not None:
            try:
                await asyncio.to_thread(self._file.write, chunk)
            except OSError as error:
                raise HomeNotWritable(
                    f"can't write the bundle: {error.strerror}. Free some space."
                ) from error

    @endpoint(status=201, max_body_bytes=MAX_BUNDLE_BYTES)
    async def post(self, query: UploadQuery) -> c.Import:
        """Import a bundle that is sent as the body, as it is.

        `curl --data-binary @runs.tbk …/imports/file?name=runs.tbk`. It is checked and
        merged as one from the server's files is.
        """
        assert self._part is not None
        await asyncio.to_thread(self._file.close)
        return await begin(self, self._part, query.name)

    def on_finish(self) -> None:
        """Leave no file, whatever happened."""
        super().on_finish()
        self._drop()

    def on_connection_close(self) -> None:
        """Leave no file of what was given up on its way."""
        super().on_connection_close()
        self._drop()

    def _drop(self) -> None:
        if self._part is not None:
            with contextlib.suppress(OSError):
                self._file.close()
                self._part.unlink(missing_ok=True)


class ImportHandler(TrackbookHandler):
    """One import."""

    @endpoint()
    async def get(self, import_id: ImportId) -> c.Import:
        """Tell how far an import is, and what of it could not be taken."""
        return await describe(self, import_id)

    @endpoint()
    async def delete(self, import_id: ImportId) -> c.Import:
        """Stop an import. The runs that came by then stay."""
        await describe(self, import_id)
        await self.edit(ImportStopped(seq=0, at=now(), import_id=import_id))
        self.home.wake()
        return await describe(self, import_id)


async def begin(handler: TrackbookHandler, path: Path, name: str) -> c.Import:
    """Bring a bundle in and have it merged, here or by the owner of the home."""
    event = await asyncio.to_thread(
        bring_in, handler.home.path, path, name, handler.user_name()
    )
    await handler.edit(event)
    handler.home.wake()
    return await describe(handler, event.import_id)


async def describe(handler: TrackbookHandler, import_id: str) -> c.Import:
    """Return how far an import is. Raises NotFound."""
    found = await handler.read(find_import, import_id)
    if found is not None:
        return found
    waits = import_id.isalnum() and bundle_path(handler.home.path, import_id)
    if not waits or not await asyncio.to_thread(waits.is_file):
        raise NotFound(f"there is no import {import_id[:64]!r}")
    # The process that owns the home has not read of it yet.
    return c.Import(
        import_id=import_id,
        name="",
        state="waiting",
        run_count=None,
        done_count=0,
        new_count=0,
        changed_count=0,
        problem_count=0,
        problems=[],
    )


async def allowed(handler: TrackbookHandler, user: Any) -> bool:
    """Say whether Jupyter's authorizer lets the user write."""
    answer = handler.authorizer.is_authorized(
        handler, user, "write", handler.auth_resource
    )
    return bool(await answer) if asyncio.iscoroutine(answer) else bool(answer)


def _create(path: Path) -> Any:
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise HomeNotWritable(
            f"can't write below {path.parent}: {error.strerror}."
        ) from error
    return os.fdopen(descriptor, "wb")


ROUTES = [
    Route("exports", ExportsHandler),
    Route("exports/{export_id}", ExportHandler),
    Route("exports/{export_id}/file", ExportFileHandler),
    Route("imports", ImportsHandler),
    Route("imports/file", UploadHandler),
    Route("imports/{import_id}", ImportHandler),
]
