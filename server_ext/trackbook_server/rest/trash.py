"""Routes of the trash: what is in it, emptying it, for how long it keeps runs."""

from trackbook.events import EmptyingStopped, TrashRuled
from trackbook.paths import blobs_dir
from trackbook_server import contract as c
from trackbook_server.rest.endpoint import Route, endpoint
from trackbook_server.rest.handler import TrackbookHandler
from trackbook_server.store.home import now
from trackbook_server.store.plans import check_days, plan_emptying
from trackbook_server.store.trash import get_trash


class TrashHandler(TrackbookHandler):
    """What is in the trash."""

    @endpoint()
    async def get(self) -> c.Trash:
        """Tell what is in the trash, what emptying it frees, and how that gets on."""
        return await self.look()

    @endpoint(example={"keep_days": 30})
    async def patch(self, body: c.TrashEdit) -> c.Trash:
        """Choose after how many days the trash deletes runs by itself; 0: never."""
        keep_days = check_days(body.keep_days)
        by = self.user_name()
        await self.edit(TrashRuled(seq=0, at=now(), keep_days=keep_days, by=by))
        return await self.look()

    async def look(self) -> c.Trash:
        """Return what is in the trash now."""
        return await self.read(get_trash, blobs_dir(self.home.path))


class EmptyingHandler(TrackbookHandler):
    """Emptying the trash."""

    @endpoint(status=202, example={})
    async def post(self, body: c.TrashEmpty) -> c.Trash:
        """Delete what is in the trash for good, and give the room back to the disk.

        It is begun here and done some runs at a time; `GET trash` tells how far it is
        and what it came to.
        """
        await self.edit(
            plan_emptying(body.run_ids, body.older_than_days, self.user_name())
        )
        self.home.wake()
        return await self.read(get_trash, blobs_dir(self.home.path))


class StopHandler(TrackbookHandler):
    """Stopping to empty the trash."""

    @endpoint()
    async def post(self) -> c.Trash:
        """Stop deleting: the runs that are left stay in the trash."""
        await self.edit(EmptyingStopped(seq=0, at=now(), by=self.user_name()))
        return await self.read(get_trash, blobs_dir(self.home.path))


ROUTES = [
    Route("trash", TrashHandler),
    Route("trash/emptying", EmptyingHandler),
    Route("trash/emptying/stop", StopHandler),
]
