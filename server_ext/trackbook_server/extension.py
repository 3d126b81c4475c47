"""Wiring: what the Jupyter server loads, and nothing else."""

import asyncio
import os
from pathlib import Path

from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp
from traitlets import Int

from trackbook.errors import HomeError
from trackbook.paths import HOME_VARIABLE, get_home
from trackbook_server.announce import Announcer
from trackbook_server.contents_paths import ContentsPaths
from trackbook_server.live_wiring import LiveParts
from trackbook_server.loop import favour_loop
from trackbook_server.rest.handler import SETTINGS_KEY, ServerState
from trackbook_server.rest.routes import list_handlers
from trackbook_server.store.daily_backups import Keep
from trackbook_server.store.home import Home

SERVER_VARIABLE = "TRACKBOOK_SERVER"
"""Tells kernels that a server reads their journals."""


class TrackbookApp(ExtensionApp):
    """Opens the home with the server and closes it with it."""

    name = "trackbook_server"
    backup_days = Int(
        7,
        min=0,
        config=True,
        help="Of so many days on which one was made a backup of the database stays.",
    )
    backup_weeks = Int(
        4,
        min=0,
        config=True,
        help="Of so many weeks one backup stays. With 0 of both none is made.",
    )

    def initialize_settings(self) -> None:
        """Open the home and start reading journals.

        Jupyter works also when the home can't be used; status then says why.
        """
        path = get_home()
        server = self._server()
        root = getattr(server.contents_manager, "root_dir", None)
        self.state = ServerState(
            home_path=str(path),
            paths=ContentsPaths(str(Path(root).absolute()) if root else None),
        )
        self.announcer: Announcer | None = None
        self.live: LiveParts | None = None
        self.settings[SETTINGS_KEY] = self.state
        # Kernels that this server starts write into the same home.
        os.environ[HOME_VARIABLE] = str(path)
        os.environ[SERVER_VARIABLE] = "1"
        try:
            self.state.home = Home(
                path, keep=Keep(days=self.backup_days, weeks=self.backup_weeks)
            )
        except HomeError as error:
            self.state.problem = str(error)
            self.log.error("trackbook: %s", error)
            return
        self.state.home.start()
        self.live = LiveParts(server, self.state.home, self.state.paths)
        self.state.recordings = self.live.recordings
        server.io_loop.add_callback(self._start_on_loop)

    def initialize_handlers(self) -> None:
        """Add the routes."""
        self.handlers.extend(list_handlers())

    async def stop_extension(self) -> None:
        """Stop reading journals and let the home go; what is unread stays there."""
        if self.announcer is not None:
            await self.announcer.stop()
        if self.live is not None:
            self.state.recordings = None
            await self.live.stop()
        home, self.state.home = self.state.home, None
        if home is not None:
            self.state.problem = "the server is stopping"
            await asyncio.to_thread(self.state.exports.close)
            await asyncio.to_thread(home.close)

    async def _start_on_loop(self) -> None:
        home, live = self.state.home, self.live
        if home is None or live is None:
            return
        logger = self._server().event_logger
        assert logger is not None
        self.announcer = Announcer(home, logger, live.runs_changed)
        self.announcer.start()
        await live.start()
        favour_loop()

    def _server(self) -> ServerApp:
        assert self.serverapp is not None
        return self.serverapp
