"""`recordings/{kernel_id}`: whether a notebook's kernel records, and the button."""

from jupyter_server.auth.decorator import authorized
from tornado import web

from trackbook.errors import HomeNotWritable
from trackbook_server.contract import RecordingEdit
from trackbook_server.recording import Recordings
from trackbook_server.rest.handler import Route, TrackbookHandler


class RecordingHandler(TrackbookHandler):
    """One kernel's recording."""

    @property
    def recordings(self) -> Recordings:
        """The server's recordings. Raises HomeNotWritable where there is no home."""
        if self.state.recordings is None:
            raise HomeNotWritable(self.state.problem or "the home is not open yet")
        return self.state.recordings

    @web.authenticated
    @authorized
    async def get(self, kernel_id: str) -> None:
        """Answer with the `Recording`."""
        self.reply(await self.recordings.get(kernel_id))

    @web.authenticated
    @authorized
    async def put(self, kernel_id: str) -> None:
        """Take a `RecordingEdit`, answer with the `Recording` that came of it."""
        edit = self.decode(RecordingEdit)
        self.reply(await self.recordings.put(kernel_id, edit.on))


ROUTES: list[Route] = [(r"recordings/(?P<kernel_id>[^/]+)", RecordingHandler)]
