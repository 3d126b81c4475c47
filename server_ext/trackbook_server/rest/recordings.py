"""`recordings/{kernel_id}`: whether a notebook's kernel records, and the button."""

from trackbook.errors import HomeNotWritable
from trackbook_server import contract as c
from trackbook_server.recording import Recordings
from trackbook_server.rest.endpoint import Route, endpoint
from trackbook_server.rest.handler import TrackbookHandler
from trackbook_server.rest.parameters import KernelId


class RecordingHandler(TrackbookHandler):
    """One kernel's recording."""

    @property
    def recordings(self) -> Recordings:
        """The server's recordings. Raises HomeNotWritable where there is no home."""
        if self.state.recordings is None:
            raise HomeNotWritable(self.state.problem or "the home is not open yet")
        return self.state.recordings

    @endpoint()
    async def get(self, kernel_id: KernelId) -> c.Recording:
        """Tell whether a kernel records, and if not, why and what mends it."""
        return await self.recordings.get(kernel_id)

    @endpoint(example={"on": True})
    async def put(self, kernel_id: KernelId, body: c.RecordingEdit) -> c.Recording:
        """Begin or end recording, as the Record button does."""
        return await self.recordings.put(kernel_id, body.on)


ROUTES = [Route("recordings/{kernel_id}", RecordingHandler)]
