"""Charts over real HTTP: ranges, several runs at once, CSV, what can be charted."""

import csv
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import pytest
from tornado.httpclient import HTTPClientError

from tests.server.test_routes import ask, both_runs, until
from tests.store.journals import FakeJournal, two_attempts
from trackbook_server import contract as c
from trackbook_server.store.histories import MAX_TOTAL_POINTS

COUNT = 5000


@pytest.fixture
def journal(trackbook_home: Path, jp_root_dir: Path) -> FakeJournal:
    """Two runs with a long series each, the second also with one of its own."""
    written = FakeJournal(trackbook_home)
    two_attempts(written, notebook_path=str(jp_root_dir / "train.ipynb"))
    for run_id in ("run-a", "run-b"):
        for start in range(0, COUNT, 1000):
            values = [float(start + index) for index in range(1000)]
            written.points(run_id, "loss", values, first_step=start)
    written.points("run-b", "=2+3", ["NaN"])
    return written


@pytest.fixture
def long_runs(journal: FakeJournal, jp_fetch: Any) -> Any:
    """Return what waits until the journal is in the store."""

    async def there() -> bool:
        runs = [await ask(jp_fetch, "runs", run["run_id"]) for run in await both()]
        return "=2+3" in runs[0]["metrics"]

    async def both() -> Any:
        return await both_runs(jp_fetch)

    return lambda: until(there)


async def histories(jp_fetch: Any, **params: Any) -> c.MetricHistories:
    query = [(key, value) for key, found in params.items() for value in listed(found)]
    answer = await ask(jp_fetch, "points", params=query)
    return msgspec.convert(answer, c.MetricHistories)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


async def test_one_request_gives_a_chart_of_several_runs(
    long_runs: Any, jp_fetch: Any
) -> None:
    await long_runs()
    found = await histories(
        jp_fetch,
        run_id=["run-b", "run-a", "gone"],
        key=["loss", "acc"],
        max_points=100,
    )
    assert [(history.run_id, history.key) for history in found.histories] == [
        ("run-b", "loss"),
        ("run-b", "acc"),
        ("run-a", "loss"),
        ("run-a", "acc"),
    ]
    loss, acc = found.histories[0], found.histories[1]
    assert (loss.sampled, loss.count, loss.total) == (True, COUNT, COUNT)
    assert len(loss.values) <= 100
    assert loss.highs is not None
    assert loss.highs[0] == loss.steps[1] - 1
    assert (acc.sampled, acc.lows, acc.total) == (False, None, 1)


async def test_a_range_is_read_whole_with_its_neighbours(
    long_runs: Any, jp_fetch: Any
) -> None:
    await long_runs()
    found = await histories(
        jp_fetch, run_id="run-a", key="loss", max_points=100, **{"from": 500, "to": 509}
    )
    [loss] = found.histories
    assert loss.steps == list(range(499, 511))
    assert (loss.sampled, loss.count, loss.total) == (False, 10, COUNT)
    whole = await ask(jp_fetch, "runs", "run-a", "metrics", "loss")
    moment = whole["times_ms"][0] - loss.origin_ms
    relative = await histories(
        jp_fetch,
        run_id="run-a",
        key="loss",
        x="relative",
        **{"from": moment, "to": moment},
    )
    wall = await histories(
        jp_fetch,
        run_id="run-a",
        key="loss",
        x="wall",
        **{"from": whole["times_ms"][0], "to": whole["times_ms"][0]},
    )
    assert relative.histories[0].count == wall.histories[0].count >= 1
    assert relative.histories[0].values == wall.histories[0].values


async def test_runs_that_have_not_changed_are_left_out(
    journal: FakeJournal, long_runs: Any, jp_fetch: Any
) -> None:
    await long_runs()
    both = {"run_id": ["run-a", "run-b"], "key": "loss"}
    before = await histories(jp_fetch, **both)
    nothing = await histories(jp_fetch, **both, since=before.change)
    assert nothing.histories == []
    journal.points("run-b", "loss", [1.0], first_step=COUNT)

    async def changed() -> Any:
        found = await histories(jp_fetch, **both, since=before.change)
        return found.histories

    [history] = await until(changed)
    assert (history.run_id, history.total) == ("run-b", COUNT + 1)


async def test_csv_has_every_point_and_no_formula(
    long_runs: Any, jp_fetch: Any
) -> None:
    await long_runs()
    query = [("run_id", "run-b"), ("run_id", "run-a"), ("key", "loss"), ("key", "=2+3")]
    response = await jp_fetch("trackbook", "api", "points", "csv", params=query)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response.headers["Content-Disposition"]
    lines = list(csv.DictReader(response.body.decode().splitlines()))
    assert len(lines) == 2 * COUNT + 1
    assert [line["run_id"] for line in lines[::COUNT]] == ["run-b", "run-a", "run-b"]
    assert [int(line["step"]) for line in lines[:COUNT]] == list(range(COUNT))
    assert [float(line["value"]) for line in lines[:COUNT]] == list(
        map(float, range(COUNT))
    )
    assert (lines[-1]["metric"], lines[-1]["value"]) == ("'=2+3", "nan")
    assert lines[0]["time"].endswith("Z")


async def test_another_metric_is_the_x_by_the_steps_of_each_run(
    journal: FakeJournal, long_runs: Any, jp_fetch: Any
) -> None:
    hostile = "=x/../%2F?&ü"
    journal.points("run-b", hostile, [1.0, "NaN", 0.25, "Infinity", 0.5], first_step=2)
    journal.points("run-b", hostile, [0.75], first_step=6)
    await long_runs()
    over = {"run_id": ["run-b", "run-a"], "key": "loss", "x": "metric"}

    async def joined() -> Any:
        found = await histories(jp_fetch, **over, x_key=hostile)
        return found.histories if found.histories[0].count == 5 else None

    run_b, run_a = await until(joined)
    assert run_b.steps == [2, 3, 4, 5, 6]
    assert run_b.values == [2.0, 3.0, 4.0, 5.0, 6.0]
    assert run_b.xs == [1.0, "NaN", 0.25, "Infinity", 0.75]
    assert (run_b.without_x, run_b.total, run_b.sampled) == (COUNT - 5, COUNT, False)
    # A run that lacks the metric says that all its points have no place.
    assert (run_a.steps, run_a.xs, run_a.without_x) == ([], [], COUNT)
    before = (await histories(jp_fetch, **over, x_key=hostile)).change
    journal.points("run-b", hostile, [0.8], first_step=7)

    async def followed() -> Any:
        found = await histories(jp_fetch, **over, x_key=hostile, since=before)
        return [(one.run_id, one.count) for one in found.histories]

    assert await until(followed) == [("run-b", 6)]
    part = await histories(jp_fetch, **over, x_key=hostile, **{"from": 0.7, "to": 0.77})
    assert [one.count for one in part.histories] == [1, 0]
    assert part.histories[0].steps == [3, 5, 6, 7]


async def test_points_over_another_metric_are_sampled_by_both(
    long_runs: Any, jp_fetch: Any
) -> None:
    await long_runs()
    found = await histories(
        jp_fetch, run_id="run-a", key="loss", x="metric", x_key="loss", max_points=50
    )
    [loss] = found.histories
    assert (loss.sampled, loss.count, loss.without_x) == (True, COUNT, 0)
    assert loss.xs == loss.values
    assert {0.0, COUNT - 1.0} <= set(loss.values)
    assert loss.lows is not None
    assert len(loss.lows) == len(loss.values) <= 50


async def test_csv_has_the_x_beside_every_point(
    journal: FakeJournal, long_runs: Any, jp_fetch: Any
) -> None:
    await long_runs()
    query = [("run_id", "run-b"), ("key", "loss"), ("x_key", "=2+3")]
    response = await jp_fetch("trackbook", "api", "points", "csv", params=query)
    lines = list(csv.DictReader(response.body.decode().splitlines()))
    assert len(lines) == COUNT
    assert {line["x_metric"] for line in lines} == {"'=2+3"}
    assert [line["x"] for line in lines[:3]] == ["nan", "", ""]


async def test_what_runs_can_be_charted_by(long_runs: Any, jp_fetch: Any) -> None:
    await long_runs()
    query = [("run_id", "run-b"), ("run_id", "gone"), ("run_id", "run-a")]
    answer = await ask(jp_fetch, "charts", params=[*query, ("key", "loss")])
    subject = msgspec.convert(answer, c.ChartSubject)
    assert [run.run_id for run in subject.runs] == ["run-b", "run-a"]
    assert subject.missing == ["gone"]
    assert subject.params == ["lr"]
    assert [run.params for run in subject.runs] == [{"lr": 0.003}, {"lr": 0.01}]
    assert subject.runs[0].metrics["loss"].count == COUNT
    assert subject.runs[0].notebook_path == "train.ipynb"
    assert [run.revision for run in subject.runs] == [None, None]
    assert [run.tags for run in subject.runs] == [{}, {}]
    keys = [(found.key, found.run_count, found.is_main) for found in subject.metrics]
    assert keys[0] == (subject.runs[0].main_metric, 2, True)
    assert keys[-1] == ("=2+3", 1, False)


@pytest.mark.parametrize(
    "query",
    [
        "points",
        "points?run_id=run-a",
        "points?run_id=run-a&key=loss&x=sideways",
        "points?run_id=run-a&key=loss&from=5&to=4",
        "points?run_id=run-a&key=loss&from=0.5",
        "points?run_id=run-a&key=loss&x=metric",
        "points?run_id=run-a&key=loss&x_key=acc",
        "points?run_id=run-a&key=loss&x=metric&x_key=acc&from=nan",
        f"points?run_id=run-a&run_id=run-b&key=loss&max_points={MAX_TOTAL_POINTS}",
        "points/csv?run_id=run-a",
        "charts",
    ],
)
async def test_what_makes_no_sense_is_refused_with_the_reason(
    trackbook_home: Path, jp_fetch: Any, query: str
) -> None:
    path, _, text = query.partition("?")
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch("trackbook", "api", *path.split("/"), params=parse_qsl(text))
    assert refused.value.code == 400
    answer = refused.value.response
    assert answer is not None
    assert json.loads(answer.body)["error"] == "BadInput"
