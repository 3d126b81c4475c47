"""`captures`: documents as the browser sees them."""

import msgspec

from trackbook.paths import blobs_dir
from trackbook_server import contract as c
from trackbook_server.notebooks.aside import journal_capture
from trackbook_server.notebooks.captures import path_of_kernel, take_capture
from trackbook_server.rest.endpoint import Route, endpoint
from trackbook_server.rest.handler import TrackbookHandler, wait
from trackbook_server.store.home import now
from trackbook_server.store.values import to_text

MAX_CAPTURE_BYTES = 128 * 1024 * 1024
"""A notebook of 50 MB with room for JSON's escapes."""


class CapturesHandler(TrackbookHandler):
    """Documents as the browser sees them; one that is too large is not read."""

    @endpoint(max_body_bytes=MAX_CAPTURE_BYTES, half_characters=True)
    async def post(self, body: c.Capture) -> c.Captured:
        """Take an open notebook as it is at a moment; for front ends.

        Where the answer's `missing` names cells, send the same again with their bodies.
        """
        if body.notebook_path is not None:
            path = self.paths.to_inner(body.notebook_path)
            body = msgspec.structs.replace(body, notebook_path=path)
        return await (self._store(body) if self.home.owns else self._journal(body))

    async def _store(self, capture: c.Capture) -> c.Captured:
        return await wait(
            self.home.database.write(
                take_capture,
                blobs_dir(self.home.path),
                self.state.captures,
                capture,
                to_text(now()),
            )
        )

    async def _journal(self, capture: c.Capture) -> c.Captured:
        """Hand it to the process that owns the home."""
        path = capture.notebook_path
        path = path or await self.read(path_of_kernel, capture.kernel_id)
        return await wait(
            self.home.database.aside(
                journal_capture, self.home.path, self.state.bodies, capture, path
            )
        )


ROUTES = [Route("captures", CapturesHandler)]
