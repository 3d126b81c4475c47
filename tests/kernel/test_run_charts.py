"""Charts in which each run is one thing, of runs that were really stored."""

import math

import pytest

import trackbook
from trackbook.errors import BadInput, RunNotFound

pytestmark = pytest.mark.filterwarnings("ignore")

TRIED = (
    ("a<i>", 0.1, "adam", 0.7),
    ("b", 0.01, "sgd", 0.9),
    ("c", 0.001, "adam", 0.8),
    ("d", None, "sgd", math.nan),
)
NAMES = [name for name, *_ in TRIED]


@pytest.fixture
def tried(script):
    for name, rate, solver, best in TRIED:
        with trackbook.start_run(name):
            if rate is not None:
                trackbook.log_param("lr", rate)
            trackbook.log_params({"solver": solver, "seed": 1})
            for value in (best, best / 2):
                trackbook.log_metric("acc", value)
    return script


def test_a_bar_a_run_in_the_order_that_is_asked_for(tried):
    figure = trackbook.chart("acc", ["c", "a<i>", "d"], kind="bars")
    [bars] = figure.data
    assert list(bars.x) == [0.4, 0.35]
    assert figure.layout.yaxis.ticktext == ("c", "a&lt;i&gt;")
    [bars] = trackbook.chart("acc", NAMES, kind="bars", value="max").data
    assert list(bars.x) == [0.7, 0.9, 0.8]


def test_bars_of_groups_have_mean_spread_and_their_runs(tried):
    figure = trackbook.chart(
        "acc", NAMES, kind="bars", value="max", group_by="solver", log_x=True
    )
    bars, dots = figure.data
    assert figure.layout.yaxis.ticktext == ("solver adam", "solver sgd")
    assert list(bars.x) == [pytest.approx(0.75), 0.9]
    assert list(bars.error_x.array) == [pytest.approx(0.05), 0]
    assert sorted(dots.x) == [0.7, 0.8, 0.9]
    assert figure.layout.xaxis.type == "log"
    figure = trackbook.chart(
        "acc", NAMES, kind="bars", value="max", group_by="lr", spread="deviation"
    )
    assert figure.layout.yaxis.ticktext == ("lr 0.001", "lr 0.01", "lr 0.1")


def test_a_scatter_has_the_line_of_least_squares_on_its_axes(tried):
    figure = trackbook.chart("acc", NAMES, kind="scatter", x="params.lr", log_x=True)
    dots, line = figure.data
    assert list(dots.x) == [0.1, 0.01, 0.001]
    assert list(line.x) == [pytest.approx(0.001), pytest.approx(0.1)]
    # By hand: acc = 0.4 + slope * (log10(lr) + 2), slope = (0.35 - 0.4) / 2.
    assert list(line.y) == [pytest.approx(0.425), pytest.approx(0.375)]
    words = trackbook.chart("metrics.acc", NAMES, kind="scatter", x="params.solver")
    assert len(words.data) == 1
    assert words.layout.xaxis.ticktext == ("adam", "sgd")
    assert len(trackbook.chart("acc", "b", kind="scatter", x="params.lr").data) == 1


def test_parallel_coordinates_have_the_params_that_vary(tried):
    figure = trackbook.chart("acc", ["a<i>", "b", "c"], kind="parallel")
    [lines] = figure.data
    assert [one.label for one in lines.dimensions] == ["lr", "solver", "acc"]
    assert list(lines.line.color) == [0.35, 0.45, 0.4]
    figure = trackbook.chart(
        None,
        NAMES,
        kind="parallel",
        axes=["metrics.acc", "params.lr"],
        log_axes=["params.lr"],
        flipped_axes=["metrics.acc"],
    )
    acc, rate = figure.data[0].dimensions
    assert list(rate.values) == [-1, -2, -3]
    assert "0.01" in rate.ticktext
    assert list(acc.range) == [0.45, 0.35]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"kind": "pie"}, "lines, bars, scatter, parallel"),
        ({"metric": None, "kind": "bars"}, "needs a metric"),
        ({"runs": None, "kind": "bars"}, "name them"),
        ({"runs": [], "kind": "bars"}, "empty"),
        ({"metric": "los", "kind": "bars"}, "los"),
        ({"kind": "bars", "value": "mean"}, "last, min, max"),
        ({"kind": "bars", "group_by": "lr", "spread": "wide"}, "range or deviation"),
        ({"kind": "scatter"}, "params.lr"),
        ({"kind": "scatter", "x": "params.nope"}, "nope"),
        ({"kind": "parallel", "log_axes": ["params.x"]}, "params.x"),
    ],
)
def test_what_can_not_be_drawn_is_said(tried, wrong, says):
    given = {"metric": "acc", "runs": NAMES} | wrong
    with pytest.raises(BadInput, match=says):
        trackbook.chart(given.pop("metric"), given.pop("runs"), **given)


def test_a_run_that_is_not_there_is_named(tried):
    with pytest.raises(RunNotFound, match="nobody"):
        trackbook.chart("acc", ["a<i>", "nobody"], kind="bars")
