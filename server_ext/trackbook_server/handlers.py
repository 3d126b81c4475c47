"""The route table, and the handlers of runs and experiments."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import msgspec
from jupyter_server.auth.decorator import authorized
from tornado import web

from trackbook.errors import BadInput
from trackbook.events import ExperimentEdited, NamesRuled, RunEdited
from trackbook.paths import blobs_dir
from trackbook_server import contract as c
from trackbook_server.api_handler import (
    TrackbookHandler,
    UnknownRoute,
    from_utf16,
    utf16_length,
)
from trackbook_server.blob_handler import BlobHandler
from trackbook_server.chart_handlers import CHART_ROUTES
from trackbook_server.notebooks.handlers import NOTEBOOK_ROUTES
from trackbook_server.notebooks.run_page import get_whole_run
from trackbook_server.recording_handlers import RecordingHandler
from trackbook_server.running_handler import RunningHandler
from trackbook_server.status import get_status
from trackbook_server.store import queries
from trackbook_server.store.derived import get_change
from trackbook_server.store.folders import get_folder
from trackbook_server.store.home import now
from trackbook_server.store.many_edits import plan_undo
from trackbook_server.store.outcomes import MAX_ROWS, get_outputs, get_table
from trackbook_server.store.run_columns import list_columns, parse_columns
from trackbook_server.store.run_csv import csv_head, csv_runs
from trackbook_server.store.run_groups import parse_grouping
from trackbook_server.store.run_pages import MAX_LIMIT, ListView
from trackbook_server.store.run_scope import RunScope
from trackbook_server.store.search.completion import complete
from trackbook_server.store.search.keys import understand
from trackbook_server.store.search.moments import parse_zone
from trackbook_server.store.search.parser import MAX_LENGTH
from trackbook_server.store.search.plan import Search

API = "trackbook/api"


class StatusHandler(TrackbookHandler):
    """Which home is in use, who writes it, what is wrong with it."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer `Status`."""
        self.reply(await get_status(self.state))


class ListHandler(TrackbookHandler):
    """What all that is asked of a list of runs has in common."""

    async def read_scope(self) -> RunScope:
        """Return which runs are asked for."""
        path = self.get_query_argument("notebook_path", None)
        folder = self.get_query_argument("folder", None)
        return RunScope(
            experiment_id=self.get_query_argument("experiment_id", None),
            notebook_path=None if path is None else self.paths.to_store(path),
            folder=None if folder is None else self.paths.to_folder(folder),
            kernel_id=self.get_query_argument("kernel_id", None),
            trashed=self.get_flag("trashed"),
            without_result=self.get_flag("without_result"),
            alike=self.get_query_argument("alike", None),
            search=await self.read_search(),
        )

    async def read_search(self) -> Search | None:
        """Return what the filter means, its days being those of `time_zone`."""
        text = self.get_query_argument("filter", None, strip=False)
        return None if not text else await self.read(understand, text, self.read_now())

    def read_now(self) -> datetime:
        """Return the time where the asker is. Raises BadInput for no time zone."""
        name = self.get_query_argument("time_zone", None)
        if name is None:
            return datetime.now().astimezone()
        return datetime.now(parse_zone(name))

    def read_view(self) -> ListView:
        """Return how they are to be shown."""
        group = self.get_query_argument("group", None)
        sort, *then = self.get_query_arguments("sort") or ["-started_at"]
        return ListView(
            sort=sort,
            then=tuple(then),
            grouping=None
            if group is None
            else parse_grouping(group, self.get_query_argument("time_zone", "UTC")),
            groups=tuple(self.get_query_arguments("of", strip=False)),
            columns=tuple(
                parse_columns(self.get_query_arguments("column", strip=False))
            ),
        )


class RunsHandler(ListHandler):
    """The list of runs."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer `RunList`."""
        answer = await self.read(
            queries.list_runs,
            await self.read_scope(),
            self.read_view(),
            self.get_number("limit", queries.DEFAULT_LIMIT),
            self.get_query_argument("cursor", None),
            self.get_number("since", None),
        )
        runs = [self.localise(run) for run in answer.runs]
        self.reply(msgspec.structs.replace(answer, runs=runs))


class RunGroupsHandler(ListHandler):
    """The groups of a list."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer `RunGroupList`."""
        answer = await self.read(
            queries.list_run_groups,
            await self.read_scope(),
            self.read_view(),
            self.get_number("first", 0),
        )
        groups = [self.localise(group) for group in answer.groups]
        self.reply(msgspec.structs.replace(answer, groups=groups))


class RunColumnsHandler(ListHandler):
    """What the runs of a list can be shown by."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer `RunColumnList`."""
        self.reply(await self.read(list_columns, await self.read_scope()))


class RunIdsHandler(ListHandler):
    """The ids of a list's runs, however many."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer `RunIds`."""
        answer = await self.read(
            queries.list_run_ids,
            await self.read_scope(),
            self.read_view(),
            self.get_number("limit", queries.MAX_IDS),
            self.get_query_argument("cursor", None),
        )
        self.reply(answer)


class RunsCsvHandler(ListHandler):
    """A whole list as a file."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer CSV, page by page."""
        scope, view = await self.read_scope(), self.read_view()

        async def page(cursor: str | None) -> c.RunList:
            return await self.read(queries.list_runs, scope, view, MAX_LIMIT, cursor)

        # Before the answer begins, so that what makes no sense is refused.
        first = await page(None)

        async def parts() -> AsyncIterator[str]:
            yield csv_head(view.columns)
            answer = first
            while True:
                yield csv_runs(map(self.localise, answer.runs), view.columns)
                if answer.next_cursor is None:
                    return
                answer = await page(answer.next_cursor)

        await self.send_csv("runs.csv", parts())


class CompletionsHandler(TrackbookHandler):
    """What can stand at a place in a filter."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer `FilterCompletions`."""
        text = self.get_query_argument("filter", "", strip=False)
        if len(text) > MAX_LENGTH:
            raise BadInput(f"a filter has at most {MAX_LENGTH:,} characters")
        at = self.get_number("at", utf16_length(text))
        found = await self.read(complete, text, from_utf16(text, at))
        start, end = (utf16_length(text[:place]) for place in (found.start, found.end))
        self.reply(msgspec.structs.replace(found, start=start, end=end))


class RunEditsHandler(TrackbookHandler):
    """Edits of many runs."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Take `RunsEdit`, answer `RunsEdited`."""
        edit = self.decode(c.RunsEdit)
        undo = await self.read(plan_undo, edit)
        fields = msgspec.structs.asdict(edit)
        fields.pop("run_ids")
        run_ids = [run_id for group in undo for run_id in group.run_ids]
        at, by = now(), self.user_name()
        await self.edit(
            *(
                RunEdited(seq=0, at=at, run_id=run_id, by=by, **fields)
                for run_id in run_ids
            )
        )
        change = await self.read(get_change)
        self.reply(c.RunsEdited(count=len(run_ids), undo=undo, change=change))


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


ROUTES: list[tuple[str, type[TrackbookHandler]]] = [
    (r"status", StatusHandler),
    (r"runs", RunsHandler),
    (r"running", RunningHandler),
    (r"runs/groups", RunGroupsHandler),
    (r"runs/columns", RunColumnsHandler),
    (r"runs/ids", RunIdsHandler),
    (r"runs/csv", RunsCsvHandler),
    (r"runs/edits", RunEditsHandler),
    (r"folders", FolderHandler),
    (r"filters/completions", CompletionsHandler),
    (r"runs/(?P<run_id>[^/]+)", RunHandler),
    (r"runs/(?P<run_id>[^/]+)/outputs", OutputsHandler),
    (r"runs/(?P<run_id>[^/]+)/tables/(?P<name>.+)", TableHandler),
    (r"runs/(?P<run_id>[^/]+)/blobs/(?P<sha256>[^/]+)", BlobHandler),
    (r"experiments", ExperimentsHandler),
    (r"experiments/(?P<experiment_id>[^/]+)", ExperimentHandler),
    (r"recordings/(?P<kernel_id>[^/]+)", RecordingHandler),
    *CHART_ROUTES,
    *NOTEBOOK_ROUTES,
]
"""Everything below `{base_url}/trackbook/api/`; the order is that of matching."""


def list_handlers() -> list[tuple[str, Any]]:
    """Return the route table below `base_url`, every other path being unknown."""
    table: list[tuple[str, Any]] = [
        (f"/{API}/{route}", handler) for route, handler in ROUTES
    ]
    return [*table, (f"/{API}/(?:.*)", UnknownRoute)]
