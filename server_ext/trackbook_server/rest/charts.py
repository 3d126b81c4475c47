"""Handlers of charts: points of one and of several metrics, as JSON and as CSV."""

from collections.abc import AsyncIterator

import msgspec
from jupyter_server.auth.decorator import authorized
from tornado import web

from trackbook.errors import RunNotFound
from trackbook_server.rest.handler import Route, TrackbookHandler
from trackbook_server.store import histories, points_csv
from trackbook_server.store.chart_subject import get_chart_subject
from trackbook_server.store.csv_text import csv_lines


class ChartHandler(TrackbookHandler):
    """What a handler about charts reads from its query."""

    def get_range(self) -> histories.Range:
        """Return the part of the x axis that is asked for: whole numbers, but where
        another metric is the x."""
        x = self.get_query_argument("x", "step")
        read = self.get_decimal if x == "metric" else self.get_number
        return histories.Range(
            x=x,
            x_key=self.get_query_argument("x_key", None),
            low=read("from", None),
            high=read("to", None),
        )


class MetricHandler(ChartHandler):
    """One metric's points."""

    @web.authenticated
    @authorized
    async def get(self, run_id: str, key: str) -> None:
        """Answer `MetricHistory`."""
        max_points = self.get_number("max_points", None)
        part = self.get_range()
        self.reply(
            await self.read(histories.get_history, run_id, key, part, max_points)
        )


class PointsHandler(ChartHandler):
    """The points of several metrics of several runs."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer `MetricHistories`."""
        self.reply(
            await self.read(
                histories.get_histories,
                self.get_query_arguments("run_id"),
                self.get_query_arguments("key"),
                self.get_range(),
                self.get_number("max_points", None),
                self.get_number("since", None),
            )
        )


class PointsCsvHandler(TrackbookHandler):
    """All points of several metrics of several runs, as a file."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer CSV, a stretch after the other; who left gets no more."""
        x_key = self.get_query_argument("x_key", None)
        stretches = await self.read(
            points_csv.list_stretches,
            self.get_query_arguments("run_id"),
            self.get_query_arguments("key"),
            x_key,
        )
        if not stretches:
            raise RunNotFound("none of these runs has such a metric")

        async def parts() -> AsyncIterator[str]:
            columns = points_csv.COLUMNS if x_key is None else points_csv.X_COLUMNS
            yield csv_lines([columns])
            for stretch in stretches:
                yield await self.read(points_csv.read_stretch, stretch)

        await self.send_csv("points.csv", parts())


class ChartSubjectHandler(TrackbookHandler):
    """What runs can be charted by."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer `ChartSubject`."""
        answer = await self.read(
            get_chart_subject,
            self.get_query_arguments("run_id"),
            self.get_query_arguments("key"),
        )
        runs = [self.localise(run) for run in answer.runs]
        self.reply(msgspec.structs.replace(answer, runs=runs))


ROUTES: list[Route] = [
    (r"runs/(?P<run_id>[^/]+)/metrics/(?P<key>.+)", MetricHandler),
    (r"points", PointsHandler),
    (r"points/csv", PointsCsvHandler),
    (r"charts", ChartSubjectHandler),
]
