"""Routes of experiments and of the folders that they are in."""

from typing import Any

import msgspec
from jupyter_server.auth.decorator import authorized
from tornado import web

from trackbook.errors import BadInput
from trackbook.events import ExperimentEdited, NamesRuled
from trackbook_server import contract as c
from trackbook_server.rest.handler import Route, TrackbookHandler
from trackbook_server.store import queries
from trackbook_server.store.folders import get_folder
from trackbook_server.store.home import now


class FolderHandler(TrackbookHandler):
    """The folders and experiments in a folder."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer `Folder`."""
        path = self.get_query_argument("path", "")
        answer = await self.read(
            get_folder, path, self.paths.to_folder(path), self.paths.root
        )
        self.reply(
            msgspec.structs.replace(
                answer,
                folders=[
                    msgspec.structs.replace(
                        folder, path=self.paths.to_contents(folder.path)
                    )
                    for folder in answer.folders
                ],
                experiments=[self.localise(found) for found in answer.experiments],
            )
        )


class ExperimentsHandler(TrackbookHandler):
    """All experiments."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer `ExperimentList`."""
        answer = await self.read(queries.list_experiments)
        found = [self.localise(experiment) for experiment in answer.experiments]
        self.reply(msgspec.structs.replace(answer, experiments=found))


class ExperimentHandler(TrackbookHandler):
    """One experiment."""

    @web.authenticated
    @authorized
    async def get(self, experiment_id: str) -> None:
        """Answer `Experiment`."""
        self.reply(
            self.localise(await self.read(queries.get_experiment, experiment_id))
        )

    @web.authenticated
    @authorized
    async def patch(self, experiment_id: str) -> None:
        """Take `ExperimentEdit`, answer `Experiment`."""
        edit = self.decode(c.ExperimentEdit)
        if edit.name is not None and not edit.name.strip():
            raise BadInput("an experiment's name can't be empty")
        await self.read(queries.get_experiment, experiment_id)
        fields = msgspec.structs.asdict(edit)
        names = fields.pop("names")
        of: dict[str, Any] = {"experiment_id": experiment_id, "by": self.user_name()}
        await self.edit(ExperimentEdited(seq=0, at=now(), **of, **fields))
        if names:
            await self.edit(NamesRuled(seq=0, at=now(), **of, names=names))
        self.reply(
            self.localise(await self.read(queries.get_experiment, experiment_id))
        )


ROUTES: list[Route] = [
    (r"folders", FolderHandler),
    (r"experiments", ExperimentsHandler),
    (r"experiments/(?P<experiment_id>[^/]+)", ExperimentHandler),
]
