"""Charts in which each run is one thing: a bar, a dot, a line across axes.

The same that the panels of a chart page draw. Needs Plotly, as `charts.py` does.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any, Literal, Protocol

from trackbook.errors import BadInput
from trackbook.run import Run

BarValue = Literal["last", "min", "max"]
Spread = Literal["range", "deviation"]

_BAR_VALUES = ("last", "min", "max")
_SPREADS = ("range", "deviation")
_LEAST_TREND = 3
_MOST_TICKS = 12


class RunRecord(Protocol):
    """What is read of a run."""

    run_id: str
    name: str
    params: Mapping[str, Any]
    metrics: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Measured:
    """What runs have of a param or a metric: a place each, None where they have none.

    Where not all are numbers, places are the indexes of `words`.
    """

    title: str
    places: Sequence[float | None]
    words: Sequence[str] | None = None

    @property
    def can_be_log(self) -> bool:
        """Say whether a logarithmic axis has a place for any of it."""
        return self.words is None and any(x is not None and x > 0 for x in self.places)

    def write(self, place: float) -> str:
        """Return a place as text."""
        return f"{place:g}" if self.words is None else self.words[int(place)]


def read_runs(runs: Run | str | Iterable[Run | str] | None) -> list[RunRecord]:
    """Return the runs, in their order. Raises BadInput, RunNotFound."""
    from trackbook.reading import list_runs

    if runs is None:
        raise BadInput(
            "this kind of chart is of several runs: name them, as in "
            'trackbook.chart(…, ["@last", "@best:acc"]) or '
            "trackbook.chart(…, trackbook.search_runs(…).run_id)"
        )
    wanted = [runs] if isinstance(runs, (Run, str)) else list(runs)
    if not wanted:
        raise BadInput("there is no run to draw: the list of runs is empty")
    found: list[RunRecord] = list_runs(
        [run.run_id if isinstance(run, Run) else run for run in wanted]
    )
    return found


def measure(runs: Sequence[RunRecord], name: str, value: str = "last") -> Measured:
    """Return what runs have of `params.KEY` or `metrics.KEY`; a key alone is that of a
    metric, of which `value` is taken."""
    kind, _, key = name.partition(".")
    if kind != "params":
        key = key if kind == "metrics" else name
        found = [run.metrics.get(key) for run in runs]
        return Measured(
            key, [None if m is None else _finite(getattr(m, value)) for m in found]
        )
    values = [run.params.get(key) for run in runs]
    if all(
        value is None
        or (isinstance(value, (int, float)) and not isinstance(value, bool))
        for value in values
    ):
        return Measured(key, [None if v is None else _finite(v) for v in values])
    texts = [None if v is None else str(v) for v in values]
    words = sorted({text for text in texts if text is not None})
    return Measured(key, [None if t is None else words.index(t) for t in texts], words)


def draw_bars(
    runs: Sequence[RunRecord],
    metric: str,
    *,
    value: str,
    group_by: str | None,
    spread: str,
    log: bool,
) -> Any:
    """Return a bar a run; with a param to group by, the mean of the runs that share its
    value, what it spreads over, and each run as a dot."""
    from plotly import graph_objects

    if value not in _BAR_VALUES:
        raise BadInput(f"value is {value!r}; it must be one of last, min, max")
    if spread not in _SPREADS:
        raise BadInput(f"spread is {spread!r}; it must be range or deviation")
    numbers = measure(runs, metric, value)
    there = [
        (run, number)
        for run, number in zip(runs, numbers.places, strict=True)
        if number is not None
    ]
    _need(there, metric)
    figure = graph_objects.Figure()
    if group_by is None:
        names = [run.name for run, _ in there]
        figure.add_bar(
            x=[number for _, number in there],
            y=list(range(len(there))),
            orientation="h",
            hovertext=list(map(plain, names)),
        )
    else:
        groups = _group(there, group_by)
        names = list(groups)
        means = [fmean(values) for values in map(_numbers, groups.values())]
        ends = [_ends(_numbers(members), spread) for members in groups.values()]
        figure.add_bar(
            x=means,
            y=list(range(len(groups))),
            orientation="h",
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [high for _, high in ends],
                "arrayminus": [low for low, _ in ends],
            },
            opacity=0.6,
            hovertext=[
                f"{plain(name)}, n = {len(members)}" for name, members in groups.items()
            ],
        )
        dots = [
            (place, run, number)
            for place, members in enumerate(groups.values())
            for run, number in members
        ]
        figure.add_scatter(
            x=[number for _, _, number in dots],
            y=[place for place, _, _ in dots],
            mode="markers",
            hovertext=[plain(run.name) for _, run, _ in dots],
        )
    figure.update_layout(
        xaxis_title=plain(numbers.title),
        yaxis={
            "tickvals": list(range(len(names))),
            "ticktext": list(map(plain, names)),
            "autorange": "reversed",
        },
        showlegend=False,
        margin={"t": 24, "r": 24},
    )
    if log:
        figure.update_xaxes(type="log")
    return figure


def draw_scatter(
    runs: Sequence[RunRecord],
    y: str,
    x: str,
    *,
    log_x: bool,
    log_y: bool,
    trend: bool,
) -> Any:
    """Return a dot a run over two params or metrics, with the line of least squares."""
    from plotly import graph_objects

    across, up = measure(runs, x), measure(runs, y)
    dots = [
        (run, at, height)
        for run, at, height in zip(runs, across.places, up.places, strict=True)
        if at is not None and height is not None
    ]
    _need(dots, f"{x} and {y}")
    figure = graph_objects.Figure()
    figure.add_scatter(
        x=[at for _, at, _ in dots],
        y=[height for _, _, height in dots],
        mode="markers",
        hovertext=[plain(run.name) for run, _, _ in dots],
        showlegend=False,
    )
    if trend and across.words is None and up.words is None:
        _add_trend(figure, [(at, h) for _, at, h in dots], log_x=log_x, log_y=log_y)
    for axis, shown, log in (("xaxis", across, log_x), ("yaxis", up, log_y)):
        look: dict[str, Any] = {"title": plain(shown.title)}
        if shown.words is not None:
            look["tickvals"] = list(range(len(shown.words)))
            look["ticktext"] = list(map(plain, shown.words))
        elif log and shown.can_be_log:
            look |= {"type": "log", "exponentformat": "e"}
        figure.update_layout({axis: look})
    figure.update_layout(margin={"t": 24, "r": 24})
    return figure


def draw_parallel(
    runs: Sequence[RunRecord],
    axes: Sequence[str],
    *,
    color_by: str | None,
    log: Sequence[str],
    flipped: Sequence[str],
) -> Any:
    """Return a line a run across axes, whose names are as in `measure`."""
    from plotly import graph_objects

    unknown = [name for name in (*log, *flipped) if name not in axes]
    if unknown:
        raise BadInput(f"{unknown[0]!r} is none of the axes: {', '.join(axes)}")
    measured = [measure(runs, name) for name in axes]
    whole = [
        index
        for index in range(len(runs))
        if all(axis.places[index] is not None for axis in measured)
    ]
    _need(whole, ", ".join(axes))
    dimensions = [
        _dimension(axis, whole, log=name in log, flipped=name in flipped)
        for name, axis in zip(axes, measured, strict=True)
    ]
    shades = None if color_by is None else measure(runs, color_by)
    line: dict[str, Any] = {"color": whole, "colorscale": "Viridis"}
    if shades is not None:
        line |= {
            "color": [shades.places[index] for index in whole],
            "colorbar": {"title": plain(shades.title)},
            "showscale": True,
        }
    figure = graph_objects.Figure(
        graph_objects.Parcoords(dimensions=dimensions, line=line)
    )
    figure.update_layout(margin={"t": 64})
    return figure


def suggest_axes(runs: Sequence[RunRecord], metric: str | None) -> list[str]:
    """Return the params that vary among the runs, then the metric."""
    keys = dict.fromkeys(key for run in runs for key in run.params)
    varying = [
        f"params.{key}"
        for key in keys
        if len({repr(run.params.get(key)) for run in runs}) > 1
    ]
    if not varying and metric is None:
        raise BadInput("no param varies among these runs: name the axes")
    return varying if metric is None else [*varying, f"metrics.{metric}"]


def plain(text: str) -> str:
    """Return text that Plotly shows as it is: it reads some HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _dimension(
    axis: Measured, whole: Sequence[int], *, log: bool, flipped: bool
) -> dict[str, Any]:
    places = [float(axis.places[index] or 0) for index in whole]
    look: dict[str, Any] = {"label": plain(axis.title)}
    if axis.words is not None:
        look["tickvals"] = list(range(len(axis.words)))
        look["ticktext"] = list(map(plain, axis.words))
    elif log and all(place > 0 for place in places):
        # Axes are linear here: their ticks say what was before the logarithm.
        ticks = sorted(set(places))
        ticks = ticks[:: math.ceil(len(ticks) / _MOST_TICKS)]
        look["tickvals"] = [math.log10(tick) for tick in ticks]
        look["ticktext"] = [f"{tick:g}" for tick in ticks]
        places = [math.log10(place) for place in places]
    if flipped:
        look["range"] = [max(places), min(places)]
    return look | {"values": places}


def _group(
    there: Sequence[tuple[RunRecord, float]], group_by: str
) -> dict[str, list[tuple[RunRecord, float]]]:
    """Return the runs by the value of a param, in the order of the values."""
    key = group_by.removeprefix("params.")
    places = measure([run for run, _ in there], f"params.{key}")
    groups: dict[float, list[tuple[RunRecord, float]]] = {}
    for pair, place in zip(there, places.places, strict=True):
        groups.setdefault(math.inf if place is None else place, []).append(pair)
    return {
        f"without {key}"
        if place == math.inf
        else f"{key} {places.write(place)}": groups[place]
        for place in sorted(groups)
    }


def _numbers(members: Sequence[tuple[RunRecord, float]]) -> list[float]:
    return [number for _, number in members]


def _ends(values: Sequence[float], spread: str) -> tuple[float, float]:
    """Return how far it is from the mean to the ends of what values spread over."""
    if len(values) < 2:
        return 0.0, 0.0
    if spread == "deviation":
        return stdev(values), stdev(values)
    mean = fmean(values)
    return mean - min(values), max(values) - mean


def _add_trend(
    figure: Any,
    dots: Sequence[tuple[float, float]],
    *,
    log_x: bool,
    log_y: bool,
) -> None:
    """Add the line of least squares, straight on the axes as they are."""
    placed = [
        (math.log10(x) if log_x else x, math.log10(y) if log_y else y)
        for x, y in dots
        if (x > 0 or not log_x) and (y > 0 or not log_y)
    ]
    if len(placed) < _LEAST_TREND:
        return
    mean_x, mean_y = (fmean(column) for column in zip(*placed, strict=True))
    spread = sum((x - mean_x) ** 2 for x, _ in placed)
    if spread == 0:
        return
    slope = sum((x - mean_x) * (y - mean_y) for x, y in placed) / spread
    ends = [min(x for x, _ in placed), max(x for x, _ in placed)]
    heights = [mean_y + slope * (end - mean_x) for end in ends]
    figure.add_scatter(
        x=[10**end if log_x else end for end in ends],
        y=[10**height if log_y else height for height in heights],
        mode="lines",
        name=f"trend, n = {len(placed)}",
        hoverinfo="skip",
    )


def _finite(value: Any) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None


def _need(found: Sequence[Any], what: str) -> None:
    if not found:
        raise BadInput(
            f"none of the runs has a number for {what}. "
            "trackbook.get_run(…).metrics and .params list what a run has."
        )
