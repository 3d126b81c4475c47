"""Routes of charts: points of one and of several metrics, as JSON and as CSV."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from trackbook.errors import BadInput, RunNotFound
from trackbook_server import contract as c
from trackbook_server.rest.answers import Csv
from trackbook_server.rest.endpoint import Route, endpoint
from trackbook_server.rest.handler import TrackbookHandler
from trackbook_server.rest.parameters import MOST, Change, Key, Query, RunId
from trackbook_server.store import histories, points_csv
from trackbook_server.store.chart_subject import MAX_RUNS, get_chart_subject
from trackbook_server.store.csv_text import csv_lines

X = Annotated[
    Literal["step", "wall", "relative", "metric"],
    Meta(
        description="What `from` and `to` count: steps, milliseconds since the epoch "
        "(`wall`) or since each run's start (`relative`), or the metric `x_key`."
    ),
]
XKey = Annotated[
    str, Meta(description="Which metric is the x, with `x=metric`.", max_length=4096)
]
End = Annotated[float, Meta(description="The least x.", ge=-MOST, le=MOST)]
OtherEnd = Annotated[float, Meta(description="The greatest x.", ge=-MOST, le=MOST)]
RunIds = Annotated[
    tuple[RunId, ...],
    Meta(description="The runs.", min_length=1, max_length=histories.MAX_SERIES),
]
Keys = Annotated[
    tuple[Key, ...],
    Meta(description="The metrics.", min_length=1, max_length=histories.MAX_SERIES),
]
MaxPoints = Annotated[
    int,
    Meta(
        description="At most so many points a series; the fewer, the more series.",
        ge=2,
        le=histories.MAX_POINTS,
    ),
]


class RangeQuery(Query, frozen=True, kw_only=True):
    """A part of the x axis, and how many points of it."""

    max_points: MaxPoints | None = None
    x: X = "step"
    x_key: XKey | None = None
    low: End | None = msgspec.field(name="from", default=None)
    high: OtherEnd | None = msgspec.field(name="to", default=None)

    def range(self) -> histories.Range:
        """Return the part. Raises BadInput for ends that are no x."""
        ends = {"from": self.low, "to": self.high}
        for name, end in ends.items():
            if end is not None and self.x != "metric" and end != int(end):
                raise BadInput(
                    f"{name} is {end}. It must be a whole number where x is {self.x}."
                )
        return histories.Range(x=self.x, x_key=self.x_key, low=self.low, high=self.high)


class PointsQuery(RangeQuery, frozen=True, kw_only=True):
    """The points of all these metrics of all these runs."""

    run_id: RunIds
    key: Keys
    since: Change | None = None


class PointsCsvQuery(Query, frozen=True, kw_only=True):
    """All points of these metrics of these runs."""

    run_id: RunIds
    key: Keys
    x_key: XKey | None = None


class ChartQuery(Query, frozen=True, kw_only=True):
    """Runs to be charted, and the metrics to tell as they stand."""

    run_id: Annotated[
        tuple[RunId, ...],
        Meta(description="The runs.", min_length=1, max_length=MAX_RUNS),
    ]
    key: Annotated[
        tuple[Key, ...],
        Meta(
            description="The metrics of which values are told.",
            max_length=histories.MAX_SERIES,
        ),
    ] = ()


class MetricHandler(TrackbookHandler):
    """One metric's points."""

    @endpoint(by_change=True)
    async def get(self, run_id: RunId, key: Key, query: RangeQuery) -> c.MetricHistory:
        """Tell the points of a metric, sampled where there are more than asked for.

        2,000 points unless `max_points` says otherwise. Each bucket's extremes are
        kept; `lows`, `highs` and `means` tell what lies between a point and the next.
        `from` and `to` ask for a part, which comes at full detail as far as it fits,
        with the nearest point on either side.
        """
        part, most = query.range(), query.max_points
        return await self.read(histories.get_history, run_id, key, part, most)


class PointsHandler(TrackbookHandler):
    """The points of several metrics of several runs."""

    @endpoint(by_change=True)
    async def get(self, query: PointsQuery) -> c.MetricHistories:
        """Tell the points of several metrics of several runs.

        What a run does not have is left out. There are up to 400 series and 400,000
        points in an answer. To follow it, ask with `since` for the runs that changed.

        `x=metric&x_key=KEY` gives points over another metric: `xs` are its values at
        the same steps of the same run, the last one where a step has several. Points
        whose step has none are left out and counted in `without_x`. The order stays
        that of the steps, a sample keeps the extremes of both metrics, and `from` and
        `to`, which may be decimals, give the stretches that reach between them.
        """
        return await self.read(
            histories.get_histories,
            query.run_id,
            query.key,
            query.range(),
            query.max_points,
            query.since,
        )


class PointsCsvHandler(TrackbookHandler):
    """All points of several metrics of several runs, as a file."""

    @endpoint(errors=(404,))
    async def get(self, query: PointsCsvQuery) -> Csv:
        """Give every point as CSV: a line a point, with run, metric, step and time.

        It is never sampled, and sent as it is read. With `x_key` there are two more
        columns, `x_metric` and `x`, the latter empty where there is none. Names that a
        spreadsheet would take for a formula begin with an apostrophe.
        """
        x_key = query.x_key
        stretches = await self.read(
            points_csv.list_stretches, query.run_id, query.key, x_key
        )
        if not stretches:
            raise RunNotFound("none of these runs has such a metric")

        async def parts() -> AsyncIterator[str]:
            columns = points_csv.COLUMNS if x_key is None else points_csv.X_COLUMNS
            yield csv_lines([columns])
            for stretch in stretches:
                yield await self.read(points_csv.read_stretch, stretch)

        return Csv("points.csv", parts())


class ChartSubjectHandler(TrackbookHandler):
    """What runs can be charted by."""

    @endpoint(by_change=True)
    async def get(self, query: ChartQuery) -> c.ChartSubject:
        """Tell the metrics and params that runs have between them."""
        answer = await self.read(get_chart_subject, query.run_id, query.key)
        runs = [self.localise(run) for run in answer.runs]
        return msgspec.structs.replace(answer, runs=runs)


ROUTES = [
    Route("runs/{run_id}/metrics/{key:path}", MetricHandler),
    Route("points", PointsHandler),
    Route("points/csv", PointsCsvHandler),
    Route("charts", ChartSubjectHandler),
]
