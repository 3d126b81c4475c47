"""Routes of experiments and of the folders that they are in."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from trackbook.errors import BadInput
from trackbook.events import ExperimentEdited, NamesRuled
from trackbook_server import contract as c
from trackbook_server.rest.endpoint import Route, endpoint
from trackbook_server.rest.handler import TrackbookHandler
from trackbook_server.rest.parameters import MAX_TEXT, ExperimentId, Query
from trackbook_server.store import queries
from trackbook_server.store.folders import get_folder
from trackbook_server.store.home import now
from trackbook_server.store.plans import plan_experiment, plan_merge


class FolderQuery(Query, frozen=True, kw_only=True):
    """A folder of notebooks."""

    path: Annotated[
        str,
        Meta(
            description="A folder, relative to the server's root; the top is empty.",
            max_length=MAX_TEXT,
        ),
    ] = ""


class FolderHandler(TrackbookHandler):
    """The folders and experiments in a folder."""

    @endpoint(by_change=True)
    async def get(self, query: FolderQuery) -> c.Folder:
        """Tell the folders and experiments in a folder of notebooks."""
        answer = await self.read(
            get_folder, query.path, self.paths.to_folder(query.path), self.paths.root
        )
        return msgspec.structs.replace(
            answer,
            folders=[
                msgspec.structs.replace(
                    folder, path=self.paths.to_contents(folder.path)
                )
                for folder in answer.folders
            ],
            experiments=[self.localise(found) for found in answer.experiments],
        )


class ExperimentsHandler(TrackbookHandler):
    """All experiments."""

    @endpoint(by_change=True)
    async def get(self) -> c.ExperimentList:
        """List all experiments, the most recently used first."""
        answer = await self.read(queries.list_experiments)
        found = [self.localise(experiment) for experiment in answer.experiments]
        return msgspec.structs.replace(answer, experiments=found)

    @endpoint(status=201, errors=(409,), example={"name": "Grid search"})
    async def post(self, body: c.ExperimentCreate) -> c.Experiment:
        """Make an experiment, for runs that are to be moved or recorded there."""
        event = await self.read(plan_experiment, body.name, self.user_name())
        await self.edit(event)
        found = await self.read(queries.get_experiment, event.experiment_id)
        return self.localise(found)


class ExperimentHandler(TrackbookHandler):
    """One experiment."""

    @endpoint(by_change=True)
    async def get(self, experiment_id: ExperimentId) -> c.Experiment:
        """Tell one experiment."""
        return self.localise(await self.read(queries.get_experiment, experiment_id))

    @endpoint(example={"name": "Churn", "main_metric": "acc"})
    async def patch(
        self, experiment_id: ExperimentId, body: c.ExperimentEdit
    ) -> c.Experiment:
        """Rename or merge it, choose its main metric, rule names in its runs.

        `names` are rules for names in all runs of the experiment: one to `ignore` is
        neither param, result nor value, and leads no row; a value to `promote` is a
        result; `null` takes a rule back. Kernels that record the notebook now obey at
        once.
        """
        if body.name is not None and not body.name.strip():
            raise BadInput("an experiment's name can't be empty")
        await self.read(plan_merge, experiment_id, body.merged_into)
        fields = msgspec.structs.asdict(body)
        names = fields.pop("names")
        of: dict[str, Any] = {"experiment_id": experiment_id, "by": self.user_name()}
        await self.edit(ExperimentEdited(seq=0, at=now(), **of, **fields))
        if names:
            await self.edit(NamesRuled(seq=0, at=now(), **of, names=names))
        return self.localise(await self.read(queries.get_experiment, experiment_id))


ROUTES = [
    Route("folders", FolderHandler),
    Route("experiments", ExperimentsHandler),
    Route("experiments/{experiment_id}", ExperimentHandler),
]
