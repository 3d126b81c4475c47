"""What all that is asked of a list of runs has in common: which, in which order."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from trackbook_server.rest.handler import TrackbookHandler
from trackbook_server.rest.parameters import (
    MAX_TEXT,
    ExperimentId,
    KernelId,
    NotebookPath,
    Query,
    RunId,
)
from trackbook_server.store.run_columns import MAX_COLUMNS, parse_columns
from trackbook_server.store.run_groups import MAX_GROUPS, parse_grouping
from trackbook_server.store.run_order import MAX_SORTS
from trackbook_server.store.run_pages import ListView
from trackbook_server.store.run_scope import RunScope
from trackbook_server.store.search.keys import understand
from trackbook_server.store.search.moments import parse_zone
from trackbook_server.store.search.parser import MAX_LENGTH
from trackbook_server.store.search.plan import Search

SEARCH_SECONDS = 20.0
"""After so long a search is given up, so that others get their turn."""

Filter = Annotated[
    str,
    Meta(
        description="Only runs for which this holds: the filter language of Search.",
        max_length=MAX_LENGTH,
        examples=["metrics.acc > 0.9 and params.lr = '0.01'"],
    ),
]
TimeZone = Annotated[
    str,
    Meta(
        description="Where days begin, of filters and groups.",
        max_length=100,
        examples=["Europe/Berlin"],
    ),
]
Column = Annotated[
    str,
    Meta(
        description="What is shown of each run: param:KEY, metric:KEY, tag:KEY or an "
        "attribute.",
        max_length=MAX_TEXT,
        examples=["param:lr"],
    ),
]


class ListQuery(Query, frozen=True, kw_only=True):
    """Which runs, and how they are to be shown."""

    experiment_id: ExperimentId | None = None
    notebook_path: NotebookPath | None = None
    folder: (
        Annotated[
            str,
            Meta(
                description="Runs of notebooks in this folder, or below; the top is "
                "empty.",
                max_length=MAX_TEXT,
            ),
        ]
        | None
    ) = None
    kernel_id: KernelId | None = None
    filter: Filter | None = None
    trashed: Annotated[bool, Meta(description="The trash instead of the list.")] = False
    archived: Annotated[bool, Meta(description="The archive instead of the list.")] = (
        False
    )
    pinned: Annotated[bool, Meta(description="Only runs that are pinned.")] = False
    without_result: Annotated[
        bool, Meta(description="The runs that the list only counts, instead of it.")
    ] = False
    alike: (
        Annotated[
            RunId, Meta(description="The runs that are folded into this run's row.")
        ]
        | None
    ) = None
    sort: Annotated[
        tuple[
            Annotated[str, Meta(max_length=MAX_TEXT, examples=["-metric:acc"])],
            ...,
        ],
        Meta(
            description="A column, `-` before it for the greatest first; several put "
            "in order what those before them leave in one place.",
            max_length=MAX_SORTS,
        ),
    ] = ("-started_at",)
    group: (
        Annotated[
            str,
            Meta(
                description="`day`, `notebook`, `revision`, `status`, `param:KEY` or "
                "`tag:KEY`.",
                max_length=MAX_TEXT,
            ),
        ]
        | None
    ) = None
    of: Annotated[
        tuple[Annotated[str, Meta(max_length=MAX_TEXT)], ...],
        Meta(
            description="The keys of the groups to read, in the order of the list.",
            max_length=MAX_GROUPS,
        ),
    ] = ()
    time_zone: TimeZone | None = None
    column: Annotated[
        tuple[Column, ...],
        Meta(description="What is shown of each run.", max_length=MAX_COLUMNS),
    ] = ()


class ListHandler(TrackbookHandler):
    """Knows which runs a query is about."""

    read_seconds = SEARCH_SECONDS

    async def read_scope(self, query: ListQuery) -> RunScope:
        """Return which runs are asked for."""
        path, folder = query.notebook_path, query.folder
        return RunScope(
            experiment_id=query.experiment_id,
            notebook_path=None if path is None else self.paths.to_store(path),
            folder=None if folder is None else self.paths.to_folder(folder),
            kernel_id=query.kernel_id,
            trashed=query.trashed,
            archived=query.archived,
            pinned=query.pinned,
            without_result=query.without_result,
            alike=query.alike,
            search=await self._read_search(query),
        )

    async def _read_search(self, query: ListQuery) -> Search | None:
        """Return what the filter means, its days being those of `time_zone`."""
        if not query.filter:
            return None
        zone = query.time_zone
        now = (
            datetime.now().astimezone()
            if zone is None
            else datetime.now(parse_zone(zone))
        )
        return await self.read(understand, query.filter, now)


def read_view(query: ListQuery) -> ListView:
    """Return how the runs are to be shown. Raises BadInput."""
    sort, *then = query.sort or ("-started_at",)
    group = query.group
    zone = query.time_zone or "UTC"
    return ListView(
        sort=sort,
        then=tuple(then),
        grouping=None if group is None else parse_grouping(group, zone),
        groups=query.of,
        columns=tuple(parse_columns(query.column)),
    )
