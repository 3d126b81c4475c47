"""Every route over real HTTP: answers, who may ask, one shape of errors."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jupyter_server.auth.authorizer import Authorizer
from tornado.httpclient import HTTPClientError

from tests.store.journals import FakeJournal, two_attempts
from trackbook_server import contract as c
from trackbook_server.rest.routes import ROUTES

NOTEBOOK = "work/train.ipynb"


class Denies(Authorizer):
    """Lets nobody do anything with trackbook."""

    def is_authorized(
        self, handler: Any, user: Any, action: str, resource: str
    ) -> bool:
        return resource != "trackbook"


@pytest.fixture
def journal(trackbook_home: Path, jp_root_dir: Path) -> FakeJournal:
    written = FakeJournal(trackbook_home)
    two_attempts(written, notebook_path=str(jp_root_dir / NOTEBOOK))
    return written


async def ask(jp_fetch: Any, *path: str, **options: Any) -> Any:
    response = await jp_fetch("trackbook", "api", *path, **options)
    return json.loads(response.body)


async def until(condition: Any, seconds: float = 10.0) -> Any:
    """Poll until `condition` returns something true."""
    deadline = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < deadline:
        found = await condition()
        if found:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError("it did not happen in time")


async def both_runs(jp_fetch: Any) -> list[dict[str, Any]]:
    async def both() -> Any:
        found = (await ask(jp_fetch, "runs"))["runs"]
        return found if len(found) == 2 else None

    return await until(both)


async def test_runs_of_a_journal_are_listed_with_contents_paths(
    journal: FakeJournal, jp_fetch: Any
) -> None:
    runs = await both_runs(jp_fetch)
    assert [run["name"] for run in runs] == ["lr 0.003", "first"]
    assert {run["notebook_path"] for run in runs} == {NOTEBOOK}
    answer = await ask(jp_fetch, "runs", params={"notebook_path": NOTEBOOK})
    msgspec.convert(answer, c.RunList)
    assert len(answer["runs"]) == 2
    other = await ask(jp_fetch, "runs", params={"notebook_path": "other.ipynb"})
    assert other["runs"] == []


async def test_a_run_is_answered_whole_and_its_points_with_it(
    journal: FakeJournal, jp_fetch: Any
) -> None:
    await both_runs(jp_fetch)
    run = msgspec.convert(await ask(jp_fetch, "runs", "run-b"), c.Run)
    assert run.notebook_path == NOTEBOOK
    assert run.sentence == (
        "Compared with “first”: lr went from 0.01 to 0.003; "
        "acc rose by 0.05 to 0.95, which is better."
    )
    history = await ask(jp_fetch, "runs", "run-b", "metrics", "acc")
    assert msgspec.convert(history, c.MetricHistory).values == [0.95]


async def test_a_metric_whose_name_has_slashes_is_found(
    journal: FakeJournal, jp_fetch: Any
) -> None:
    await both_runs(jp_fetch)
    journal.points("run-b", "val/ünïcode loss", [0.1, "NaN", 0.3])

    async def there() -> Any:
        found = await ask(jp_fetch, "runs", "run-b")
        return "val/ünïcode loss" in found["metrics"]

    await until(there)
    history = await ask(jp_fetch, "runs", "run-b", "metrics", "val", "ünïcode loss")
    assert history["values"] == [0.1, "NaN", 0.3]


async def test_edits_are_answered_kept_and_win_over_the_journal(
    journal: FakeJournal, jp_fetch: Any
) -> None:
    await both_runs(jp_fetch)
    edit = {"name": "mine 🧪", "starred": True, "note": "ok", "tags": {"a": "b"}}
    run = await ask(jp_fetch, "runs", "run-b", method="PATCH", body=json.dumps(edit))
    assert (run["name"], run["starred"], run["note"]) == ("mine 🧪", True, "ok")
    assert run["tags"] == {"a": "b"}
    before = (await ask(jp_fetch, "runs"))["change"]
    run = await ask(
        jp_fetch,
        "runs",
        "run-b",
        method="PATCH",
        body=json.dumps({"trashed": True, "name": "", "tags": {"a": None}}),
    )
    assert (run["name"], run["tags"]) == ("lr 0.003", {})
    changed = await ask(jp_fetch, "runs", params={"since": str(before)})
    assert changed["removed"] == ["run-b"]
    assert (await ask(jp_fetch, "runs/counts"))["total"] == 1
    trash = await ask(jp_fetch, "runs", params={"trashed": "true"})
    assert [run["run_id"] for run in trash["runs"]] == ["run-b"]
    body = json.dumps({"trashed": False})
    await ask(jp_fetch, "runs", "run-b", method="PATCH", body=body)
    assert (await ask(jp_fetch, "runs/counts"))["total"] == 2


async def test_an_experiment_takes_a_main_metric_and_a_direction(
    journal: FakeJournal, jp_fetch: Any
) -> None:
    [run, _] = await both_runs(jp_fetch)
    journal.points("run-b", "seconds", [7.0])
    body = json.dumps(
        {"name": "Churn", "main_metric": "seconds", "directions": {"seconds": "lower"}}
    )
    experiment = await ask(
        jp_fetch, "experiments", run["experiment_id"], method="PATCH", body=body
    )
    assert msgspec.convert(experiment, c.Experiment).name == "Churn"

    async def led() -> Any:
        main = (await ask(jp_fetch, "runs"))["runs"][0]["main_metric"]
        return main if main["key"] == "seconds" else None

    assert (await until(led))["direction"] == "lower"
    listed = await ask(jp_fetch, "experiments")
    assert msgspec.convert(listed, c.ExperimentList).experiments[0].run_count == 2


async def test_status_says_which_home_is_in_use(
    journal: FakeJournal, jp_fetch: Any, trackbook_home: Path
) -> None:
    await both_runs(jp_fetch)
    status = msgspec.convert(await ask(jp_fetch, "status"), c.Status)
    assert (status.home, status.writes) == (str(trackbook_home), True)
    assert (status.run_count, status.problem) == (2, None)


async def test_pages_are_followed_by_their_cursor(
    journal: FakeJournal, jp_fetch: Any
) -> None:
    await both_runs(jp_fetch)
    for sort in ("-started_at", "name", "main_metric", "-duration_ms", "starred"):
        first = await ask(jp_fetch, "runs", params={"limit": "1", "sort": sort})
        second = await ask(
            jp_fetch,
            "runs",
            params={"limit": "1", "sort": sort, "cursor": first["next_cursor"]},
        )
        ids = [run["run_id"] for run in first["runs"] + second["runs"]]
        assert sorted(ids) == ["run-a", "run-b"], sort
        assert second["next_cursor"] is None


async def test_runs_without_result_and_runs_alike_are_lists_of_their_own(
    journal: FakeJournal, jp_fetch: Any
) -> None:
    for number in range(2):
        journal.start(f"run-c{number}", {"lr": 1})
        journal.execute(f"run-c{number}", f"c{number}", results={"acc": 0.5})
        journal.end(f"run-c{number}")
    journal.start("run-q", {"lr": 1})
    journal.execute("run-q", "q", "df.head()")
    journal.end("run-q")

    async def all_there() -> Any:
        found = await ask(jp_fetch, "runs/counts")
        return found["without_result_count"] == 1

    await until(all_there)
    listed = await ask(jp_fetch, "runs")
    assert listed["runs"][0]["alike_count"] == 2
    quiet = await ask(jp_fetch, "runs", params={"without_result": "true"})
    assert [run["run_id"] for run in quiet["runs"]] == ["run-q"]
    alike = await ask(jp_fetch, "runs", params={"alike": "run-c1"})
    assert [run["run_id"] for run in alike["runs"]] == ["run-c0"]
    counts = await ask(jp_fetch, "runs/counts", params={"alike": "run-c1"})
    assert counts["total"] == 1


BAD_REQUESTS: list[tuple[int, str, str, dict[str, str], str | None]] = [
    (404, "GET", "runs/nobody", {}, None),
    (404, "GET", "runs/run-a/metrics/nothing", {}, None),
    (404, "GET", "experiments/nobody", {}, None),
    (404, "GET", "no/such/route", {}, None),
    (404, "POST", "no/such/route", {}, "{}"),
    (405, "DELETE", "runs", {}, None),
    (400, "GET", "runs", {"sort": "run_id; drop table runs"}, None),
    (400, "GET", "runs", {"limit": "0"}, None),
    (400, "GET", "runs", {"limit": "many"}, None),
    (400, "GET", "runs", {"cursor": "%%%"}, None),
    (400, "GET", "runs", {"cursor": "e30"}, None),
    (400, "GET", "runs", {"since": "now"}, None),
    (400, "GET", "runs", {"without_result": "maybe"}, None),
    (400, "GET", "runs", {"without_result": "1", "trashed": "1"}, None),
    (400, "GET", "runs/run-a/metrics/acc", {"max_points": "1"}, None),
    (400, "PATCH", "runs/run-a", {}, "not json"),
    (400, "PATCH", "runs/run-a", {}, "[1]"),
    (400, "PATCH", "runs/run-a", {}, '{"starred": "yes"}'),
    (400, "PATCH", "runs/run-a", {}, '{"colour": "blue"}'),
    (404, "PATCH", "runs/nobody", {}, '{"starred": true}'),
]


@pytest.mark.parametrize(("status", "method", "path", "query", "body"), BAD_REQUESTS)
async def test_every_error_is_a_problem(
    journal: FakeJournal,
    jp_fetch: Any,
    status: int,
    method: str,
    path: str,
    query: dict[str, str],
    body: str | None,
) -> None:
    await both_runs(jp_fetch)
    with pytest.raises(HTTPClientError) as error:
        await ask(jp_fetch, *path.split("/"), method=method, params=query, body=body)
    assert error.value.code == status
    assert error.value.response is not None
    problem = msgspec.json.decode(error.value.response.body, type=c.Problem)
    assert problem.message
    assert "Traceback" not in problem.message


EVERY_ROUTE = [
    (re.sub(r"\{\w+\}", "x", route.template), method)
    for route in ROUTES
    for method in route.endpoints()
]


def test_no_method_of_a_route_is_without_its_declaration() -> None:
    for route in ROUTES:
        own = {
            name.upper()
            for name in ("get", "post", "put", "patch", "delete")
            if name in vars(route.handler)
        }
        assert own == set(route.endpoints())


def test_the_walk_over_the_routes_sees_reads_and_writes() -> None:
    assert ("runs/x", "PATCH") in EVERY_ROUTE
    assert len(EVERY_ROUTE) >= 8


@pytest.mark.parametrize(("path", "method"), EVERY_ROUTE)
async def test_no_route_answers_without_a_token(
    jp_fetch: Any, path: str, method: str
) -> None:
    with pytest.raises(HTTPClientError) as error:
        await ask(
            jp_fetch,
            *path.split("/"),
            method=method,
            body=None if method in ("GET", "DELETE") else "{}",
            headers={"Authorization": "token wrong"},
        )
    assert error.value.code == 403
    assert error.value.response is not None
    msgspec.json.decode(error.value.response.body, type=c.Problem)


class TestWithoutPermission:
    """A server whose authorizer denies the resource `trackbook`."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        server = {**jp_server_config["ServerApp"], "authorizer_class": Denies}
        return {**jp_server_config, "ServerApp": server}

    @pytest.mark.parametrize(("path", "method"), EVERY_ROUTE)
    async def test_no_route_answers_without_permission(
        self, jp_fetch: Any, path: str, method: str
    ) -> None:
        with pytest.raises(HTTPClientError) as error:
            await ask(
                jp_fetch,
                *path.split("/"),
                method=method,
                body=None if method in ("GET", "DELETE") else "{}",
            )
        assert error.value.code == 403
        assert error.value.response is not None
        problem = msgspec.json.decode(error.value.response.body, type=c.Problem)
        assert "authorized" in problem.message


class TestWithABrokenHome:
    """A server whose home can't be created: Jupyter works, trackbook says why."""

    @pytest.fixture
    def trackbook_home(  # what autouse sets is replaced
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Path:
        occupied = tmp_path / "occupied"
        occupied.write_text("a file")
        monkeypatch.setenv("TRACKBOOK_HOME", str(occupied / "home"))
        return occupied

    async def test_status_names_the_problem_and_the_rest_is_503(
        self, trackbook_home: Path, jp_fetch: Any
    ) -> None:
        status = await ask(jp_fetch, "status")
        assert str(trackbook_home) in status["problem"]
        assert "TRACKBOOK_HOME" in status["problem"]
        with pytest.raises(HTTPClientError) as error:
            await ask(jp_fetch, "runs")
        assert error.value.code == 503
        assert (await jp_fetch("api", "status")).code == 200


async def test_a_filter_finds_runs_and_an_error_says_where(
    journal: FakeJournal, jp_fetch: Any
) -> None:
    await both_runs(jp_fetch)
    found = await ask(jp_fetch, "runs", params={"filter": "params.lr < 0.01"})
    assert [run["run_id"] for run in found["runs"]] == ["run-b"]
    counts = await ask(jp_fetch, "runs/counts", params={"filter": "params.lr < 0.01"})
    assert (counts["total"], counts["total_is_exact"]) == (1, True)
    nothing = await ask(jp_fetch, "runs/counts", params={"filter": "metrics.accc > 0"})
    [hint] = nothing["hints"]
    assert hint["fixes"] == [{"label": "acc", "filter": "metrics.acc > 0"}]
    with pytest.raises(HTTPClientError) as refused:
        await ask(jp_fetch, "runs", params={"filter": "'\U0001f600a' acc > 0"})
    assert refused.value.code == 400
    problem = json.loads(refused.value.response.body)
    assert problem["error"] == "BadFilter"
    assert problem["message"].startswith("a run has no attribute 'acc'")
    position = problem["position"]
    # JavaScript counts the face twice.
    assert (position["start"], position["end"]) == (6, 9)
    assert position["fixes"][0]["filter"] == "'\U0001f600a' metrics.acc > 0"


async def test_what_ceases_to_match_a_filter_is_told_as_removed(
    journal: FakeJournal, jp_fetch: Any
) -> None:
    await both_runs(jp_fetch)
    query = {"filter": "not starred"}
    before = await ask(jp_fetch, "runs", params=query)
    await ask(
        jp_fetch, "runs", "run-b", method="PATCH", body=json.dumps({"starred": True})
    )
    after = await ask(jp_fetch, "runs", params=query | {"since": before["change"]})
    assert after["removed"] == ["run-b"]
    counts = await ask(jp_fetch, "runs/counts", params=query)
    assert counts["total"] == 1
