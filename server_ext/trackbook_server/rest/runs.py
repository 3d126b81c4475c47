"""Routes of lists of runs, and of what is done to many runs at once."""

from collections.abc import AsyncIterator
from datetime import datetime

import msgspec
from jupyter_server.auth.decorator import authorized
from tornado import web

from trackbook.errors import BadInput
from trackbook.events import RunEdited
from trackbook_server import contract as c
from trackbook_server.rest.handler import (
    Route,
    TrackbookHandler,
    from_utf16,
    utf16_length,
)
from trackbook_server.store import queries
from trackbook_server.store.derived import get_change
from trackbook_server.store.home import now
from trackbook_server.store.many_edits import plan_undo
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


ROUTES: list[Route] = [
    (r"runs", RunsHandler),
    (r"runs/groups", RunGroupsHandler),
    (r"runs/columns", RunColumnsHandler),
    (r"runs/ids", RunIdsHandler),
    (r"runs/csv", RunsCsvHandler),
    (r"runs/edits", RunEditsHandler),
    (r"filters/completions", CompletionsHandler),
]
