"""Charts of metrics with Plotly, live for the run that is open here.

Plotly is imported when a chart is asked for, here and in `run_charts.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.util import find_spec
from typing import Any, Literal

from trackbook.api import process
from trackbook.errors import BadInput, RunNotFound, TrackbookError
from trackbook.follower import Follower
from trackbook.run import Run
from trackbook.run_charts import (
    BarValue,
    Spread,
    draw_bars,
    draw_parallel,
    draw_scatter,
    plain,
    read_runs,
    suggest_axes,
)
from trackbook.smoothing import get_half_life, smooth

Kind = Literal["lines", "bars", "scatter", "parallel"]
XAxis = Literal["step", "relative", "wall"]

_AXES = {
    "step": "step",
    "relative": "seconds since the run began",
    "wall": "time",
}
_FAINT = 0.25


@dataclass(frozen=True, slots=True)
class Line:
    """One run's points of a metric, by step, and where they stand on the x axis: at
    their steps, or at seconds."""

    run_id: str
    name: str
    steps: Sequence[int]
    values: Sequence[float]
    total: int
    seconds: Sequence[float] | None = None

    @property
    def xs(self) -> Sequence[float]:
        """Where the points stand."""
        return self.steps if self.seconds is None else self.seconds

    @property
    def label(self) -> str:
        """What the legend says; a chart that is sampled says so."""
        if self.total <= len(self.steps):
            return self.name
        return f"{self.name} ({len(self.steps):,} of {self.total:,} points)"


def chart(
    metric: str | None = None,
    runs: Run | str | Iterable[Run | str] | None = None,
    *,
    kind: Kind = "lines",
    x: XAxis | str = "step",
    log_x: bool = False,
    log_y: bool = False,
    smoothing: float = 0,
    value: BarValue = "last",
    group_by: str | None = None,
    spread: Spread = "range",
    trend: bool = True,
    axes: Sequence[str] | None = None,
    log_axes: Sequence[str] = (),
    flipped_axes: Sequence[str] = (),
) -> Any:
    """Return a Plotly figure of runs: what a panel of JupyterLab's chart page draws.

    `runs` are runs, or what names one: an id, a unique prefix, a name, `@last`,
    `@best:METRIC`. `kind` says what is drawn:

    - "lines", a metric over time, a line a run; without `runs` of the run that is open,
      else of the last one. `x` is the step, the time since a run began ("relative"), or
      the time of day ("wall"). `smoothing`, from 0 up to 1, draws a time-weighted
      moving average, the points themselves faint behind it. The open run's line is live
      (a `FigureWidget`) in a notebook where the package anywidget is installed, over
      steps and without smoothing.
    - "bars", the last, least or greatest `value` of a metric, a bar a run; with
      `group_by`, a param, the mean of the runs that share its value, each run as a dot,
      and the line over their range or one standard deviation (`spread`).
    - "scatter", `metric` over `x`, each `params.KEY` or `metrics.KEY` (a key alone is
      that of a metric), a dot a run, and the line of least squares unless `trend` is
      False.
    - "parallel", a line a run across `axes`, named in the same way: by default the
      params that vary, then `metric`, which colours the lines. `log_axes` and
      `flipped_axes` are some of them. Runs that lack one of them are left out.

    Raises BadInput where no run has what is drawn, RunNotFound, and TrackbookError that
    says what to install where plotly is missing.

        trackbook.chart("loss", ["@last", "@best:loss"])
        trackbook.chart("acc", trackbook.search_runs().run_id, kind="bars",
                        group_by="batch_size")
    """
    if find_spec("plotly") is None:
        raise TrackbookError(
            "chart() draws with Plotly, which is not installed here: pip install "
            "plotly anywidget"
        )
    if process.recorder is not None:
        process.recorder.journal.flush()
    if kind == "parallel":
        found = read_runs(runs)
        return draw_parallel(
            found,
            suggest_axes(found, metric) if axes is None else axes,
            color_by=metric,
            log=log_axes,
            flipped=flipped_axes,
        )
    if metric is None:
        raise BadInput(f"a chart of kind {kind!r} needs a metric: name it first")
    if kind == "bars":
        return draw_bars(
            read_runs(runs),
            metric,
            value=value,
            group_by=group_by,
            spread=spread,
            log=log_x,
        )
    if kind == "scatter":
        if x in _AXES:
            raise BadInput(
                f"x is {x!r}; a scatter has a param or a metric there, as in "
                'x="params.lr"'
            )
        return draw_scatter(
            read_runs(runs), metric, x, log_x=log_x, log_y=log_y, trend=trend
        )
    if kind != "lines":
        raise BadInput(
            f"kind is {kind!r}; it must be one of lines, bars, scatter, parallel"
        )
    return _draw_lines(metric, runs, x, log_x, log_y, smoothing)


def _draw_lines(
    metric: str,
    runs: Run | str | Iterable[Run | str] | None,
    x: str,
    log_x: bool,
    log_y: bool,
    smoothing: float,
) -> Any:
    if x not in _AXES:
        raise BadInput(f"x is {x!r}; it must be one of {', '.join(_AXES)}")
    if not 0 <= smoothing < 1:
        raise BadInput(f"smoothing is {smoothing!r}; it must be from 0 up to 1")
    lines = _read_lines(metric, runs, x)
    figure = _draw(metric, lines, smoothing, wall=x == "wall")
    figure.update_layout(xaxis_title=_AXES[x])
    if log_x and x != "wall":
        figure.update_xaxes(type="log")
    if log_y:
        figure.update_yaxes(type="log")
    if x != "step" or smoothing > 0:
        return figure
    is_open = any(_is_open(line.run_id) for line in lines)
    return _make_live(figure, metric, lines) if is_open and _can_be_live() else figure


def _read_lines(
    metric: str, runs: Run | str | Iterable[Run | str] | None, x: str
) -> list[Line]:
    wanted: list[Run | str]
    if runs is None:
        recorder = process.recorder
        last = recorder.runs.find_last() if recorder is not None else None
        wanted = [last or "@last"]
    else:
        wanted = [runs] if isinstance(runs, (Run, str)) else list(runs)
    lines = [_read_line(metric, run, x) for run in wanted]
    found = [line for line in lines if line is not None]
    if not found:
        names = ", ".join(repr(r.run_id if isinstance(r, Run) else r) for r in wanted)
        raise BadInput(
            f"there are no points of a metric {metric!r} in {names or 'no run'}. "
            "trackbook.get_run(…).metrics lists what a run has."
        )
    return found


def _read_line(metric: str, run: Run | str, x: str) -> Line | None:
    """Return a run's points: those of this process at once, others from the store, as
    are all whose times are asked for."""
    from trackbook.reading import get_histories

    run_id = run.run_id if isinstance(run, Run) else run
    if x == "step" and _is_open(run_id):
        return _read_live(metric, run_id)
    try:
        [(run_id, name, history)] = get_histories(metric, [run_id])
    except (RunNotFound, TrackbookError):
        live = _read_live(metric, run_id) if x == "step" else None
        if live is None:
            raise
        return live
    if history is None:
        return None
    values = [float(value) for value in history.values]
    line = Line(run_id, name, history.steps, values, history.total)
    if x == "step":
        return line
    since = history.origin_ms if x == "relative" else 0
    seconds = [(time_ms - since) / 1000 for time_ms in history.times_ms]
    return replace(line, seconds=seconds)


def _read_live(metric: str, run_id: str) -> Line | None:
    recorder = process.recorder
    series = recorder.live.find(run_id, metric) if recorder is not None else None
    if recorder is None or series is None:
        return None
    points = sorted(zip(series.steps, series.values, strict=True))
    current = recorder.runs.find_current()
    name = current.name if current is not None and current.run_id == run_id else None
    return Line(
        run_id,
        name or "this run",
        [step for step, _ in points],
        [value for _, value in points],
        series.count,
    )


def _is_open(run_id: str) -> bool:
    current = (
        process.recorder.runs.find_current() if process.recorder is not None else None
    )
    return current is not None and current.run_id == run_id


def _draw(metric: str, lines: Sequence[Line], smoothing: float, wall: bool) -> Any:
    """Return the figure of lines; where they are smoothed, each with its points faint
    behind it."""
    from plotly import graph_objects, io

    half_life = get_half_life(smoothing, [line.xs for line in lines])
    template = io.templates[io.templates.default or "plotly"]
    colors = template.layout.colorway or ["#636efa"]
    figure = graph_objects.Figure()
    for number, line in enumerate(lines):
        xs = list(map(datetime.fromtimestamp, line.xs)) if wall else list(line.xs)
        look: dict[str, Any] = {
            "x": xs,
            "name": plain(line.label),
            "mode": "lines" if len(line.steps) > 1 else "markers",
        }
        values = list(line.values)
        if half_life > 0:
            look["line"] = {"color": colors[number % len(colors)]}
            figure.add_scatter(
                **look, y=values, opacity=_FAINT, showlegend=False, hoverinfo="skip"
            )
            values = smooth(line.xs, values, half_life)
        figure.add_scatter(**look, y=values)
    figure.update_layout(
        yaxis_title=plain(metric),
        showlegend=True,
        margin={"t": 24, "r": 24},
    )
    return figure


def _can_be_live() -> bool:
    """Tell whether a front end could be sent updates: a kernel, and the widget."""
    from trackbook.extension import loaded

    extension = loaded.extension
    if extension is None or getattr(extension.shell, "kernel", None) is None:
        return False
    return find_spec("anywidget") is not None


def _make_live(figure: Any, metric: str, lines: Sequence[Line]) -> Any:
    from plotly import graph_objects

    from trackbook.extension import loaded

    live = graph_objects.FigureWidget(figure)

    followed = {
        line.run_id: (trace, line.total)
        for trace, line in zip(live.data, lines, strict=True)
        if _is_open(line.run_id)
    }

    def update() -> bool:
        goes_on = any(map(_is_open, followed))  # before the last look at its points
        for run_id, (trace, total) in followed.items():
            now = _read_live(metric, run_id)
            if now is None or now.total == total:
                continue
            followed[run_id] = (trace, now.total)
            with live.batch_update():
                trace.x, trace.y = list(now.steps), list(now.values)
                trace.name = plain(now.label)
                trace.mode = "lines" if len(now.steps) > 1 else "markers"
        return goes_on and live.comm is not None

    follower = Follower(update)
    if loaded.extension is not None:
        loaded.extension.followers.append(follower)
    follower.start()
    return live
