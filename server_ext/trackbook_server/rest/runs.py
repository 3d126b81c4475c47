"""Routes of lists of runs, and of what is done to many runs at once."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import msgspec
from msgspec import Meta

from trackbook_server import contract as c
from trackbook_server.rest.answers import Csv
from trackbook_server.rest.endpoint import Route, endpoint
from trackbook_server.rest.handler import TrackbookHandler
from trackbook_server.rest.lists import ListHandler, ListQuery, read_view
from trackbook_server.rest.parameters import MOST, Change, Cursor, Query
from trackbook_server.rest.problems import from_utf16, utf16_length
from trackbook_server.store import queries
from trackbook_server.store.derived import get_change
from trackbook_server.store.many_edits import events_of, plan_undo
from trackbook_server.store.run_columns import list_columns
from trackbook_server.store.run_csv import csv_head, csv_runs
from trackbook_server.store.run_pages import MAX_LIMIT
from trackbook_server.store.search.completion import complete
from trackbook_server.store.search.parser import MAX_LENGTH


class RunsQuery(ListQuery, frozen=True, kw_only=True):
    """A page of a list."""

    limit: Annotated[
        int, Meta(description="How many runs a page has.", ge=1, le=MAX_LIMIT)
    ] = queries.DEFAULT_LIMIT
    cursor: Cursor | None = None
    since: Change | None = None


class RunGroupsQuery(ListQuery, frozen=True, kw_only=True):
    """A page of a list's groups."""

    first: Annotated[
        int, Meta(description="The number of the first group, from 0.", ge=0, le=MOST)
    ] = 0


class RunIdsQuery(ListQuery, frozen=True, kw_only=True):
    """A page of ids."""

    limit: Annotated[
        int, Meta(description="How many ids a page has.", ge=1, le=queries.MAX_IDS)
    ] = queries.MAX_IDS
    cursor: Cursor | None = None


class CompletionsQuery(Query, frozen=True, kw_only=True):
    """A place in a filter."""

    filter: Annotated[
        str, Meta(description="The filter as it is now.", max_length=MAX_LENGTH)
    ] = ""
    at: (
        Annotated[
            int,
            Meta(
                description="Where the cursor is, in UTF-16 code units; the end where "
                "it is left out.",
                ge=0,
                le=MOST,
            ),
        ]
        | None
    ) = None


class RunsHandler(ListHandler):
    """The list of runs."""

    @endpoint(by_change=True)
    async def get(self, query: RunsQuery) -> c.RunList:
        """List runs, a page at a time.

        The list has the runs with a result. Three others are asked for, one at a time:
        `trashed`, `without_result` (what `without_result_count` counts) and `alike`
        (the runs of the same code, params and results as that run: its `alike_count`,
        less one). They take the same filters, sorts and pages. How many runs a list has
        is asked of `runs/counts`.

        Runs that have no value to sort by come last. With `of`, the runs of some groups
        are read, one group behind the other; `next_cursor` goes on in the group of the
        page's last run.

        To follow a list, keep `change` and ask with `since`: the answer holds what
        changed, and in `removed` what left the list.

        A filter that is not understood is a `Problem` with a `position`: where, and the
        filters that would be.
        """
        answer = await self.read(
            queries.list_runs,
            await self.read_scope(query),
            read_view(query),
            query.limit,
            query.cursor,
            query.since,
        )
        runs = [self.localise(run) for run in answer.runs]
        return msgspec.structs.replace(answer, runs=runs)


class RunCountsHandler(ListHandler):
    """How many runs a list has."""

    @endpoint(by_change=True)
    async def get(self, query: ListQuery) -> c.RunCounts:
        """Count the runs of a list, and those it leaves out for they have no result.

        Where a filter finds very many, they are not all counted: `total_is_exact` is
        false then, and `total` the least number. Where it finds nothing, `hints` say
        why that may be.
        """
        return await self.read(queries.count_runs, await self.read_scope(query))


class RunGroupsHandler(ListHandler):
    """The groups of a list."""

    @endpoint(by_change=True)
    async def get(self, query: RunGroupsQuery) -> c.RunGroupList:
        """List the groups of a list: how many runs each has, and the best of them."""
        answer = await self.read(
            queries.list_run_groups,
            await self.read_scope(query),
            read_view(query),
            query.first,
        )
        groups = [self.localise(group) for group in answer.groups]
        return msgspec.structs.replace(answer, groups=groups)


class RunColumnsHandler(ListHandler):
    """What the runs of a list can be shown by."""

    @endpoint(by_change=True)
    async def get(self, query: ListQuery) -> c.RunColumnList:
        """List the params, metrics and tags that a list's runs have.

        Every list can also be shown and sorted by `started_at`, `ended_at`,
        `duration_ms`, `name`, `status`, `starred`, `main_metric`, `notebook_path`,
        `revision`, `experiment` and `error`.
        """
        return await self.read(list_columns, await self.read_scope(query))


class RunIdsHandler(ListHandler):
    """The ids of a list's runs, however many."""

    @endpoint(by_change=True)
    async def get(self, query: RunIdsQuery) -> c.RunIds:
        """List all ids of a list, up to 10,000 at a time."""
        return await self.read(
            queries.list_run_ids,
            await self.read_scope(query),
            read_view(query),
            query.limit,
            query.cursor,
        )


class RunsCsvHandler(ListHandler):
    """A whole list as a file."""

    @endpoint()
    async def get(self, query: ListQuery) -> Csv:
        """Give a whole list as CSV: a line a run, its main metric, then each `column`.

        It is sent as it is read, in pages. Text that a spreadsheet would take for a
        formula begins with an apostrophe.
        """
        scope, view = await self.read_scope(query), read_view(query)

        async def page(cursor: str | None) -> c.RunList:
            return await self.read(queries.list_runs, scope, view, MAX_LIMIT, cursor)

        # Before the answer begins, so that what makes no sense is refused.
        first = await page(None)

        async def parts() -> AsyncIterator[str]:
            yield csv_head(view.columns)
            answer = first
            while True:
                runs = [self.localise(run) for run in answer.runs]
                yield await asyncio.to_thread(csv_runs, runs, view.columns)
                if answer.next_cursor is None:
                    return
                answer = await page(answer.next_cursor)

        return Csv("runs.csv", parts())


class CompletionsHandler(TrackbookHandler):
    """What can stand at a place in a filter."""

    @endpoint()
    async def get(self, query: CompletionsQuery) -> c.FilterCompletions:
        """Tell what can stand in a filter where the cursor is."""
        text = query.filter
        at = utf16_length(text) if query.at is None else query.at
        found = await self.read(complete, text, from_utf16(text, at))
        start, end = (utf16_length(text[:place]) for place in (found.start, found.end))
        return msgspec.structs.replace(found, start=start, end=end)


class RunEditsHandler(TrackbookHandler):
    """Edits of many runs."""

    @endpoint(errors=(404,), example={"run_ids": ["01JD0000000000"], "starred": True})
    async def post(self, body: c.RunsEdit) -> c.RunsEdited:
        """Star, pin, tag, move, archive, trash up to 1,000 runs: all or none of them.

        The answer has what undoes it.
        """
        undo = await self.read(plan_undo, body)
        run_ids = [run_id for group in undo for run_id in group.run_ids]
        changed = msgspec.structs.replace(body, run_ids=run_ids)
        await self.edit(*events_of(changed, self.user_name()))
        change = await self.read(get_change)
        return c.RunsEdited(count=len(run_ids), undo=undo, change=change)


ROUTES = [
    Route("runs", RunsHandler),
    Route("runs/counts", RunCountsHandler),
    Route("runs/groups", RunGroupsHandler),
    Route("runs/columns", RunColumnsHandler),
    Route("runs/ids", RunIdsHandler),
    Route("runs/csv", RunsCsvHandler),
    Route("runs/edits", RunEditsHandler),
    Route("filters/completions", CompletionsHandler),
]
