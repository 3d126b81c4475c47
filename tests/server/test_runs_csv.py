"""A list as CSV over real HTTP: every run of it, and no formula."""

import csv
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from tests.server.test_routes import ask, until
from tests.store.journals import FakeJournal
from trackbook_server.store.run_pages import MAX_LIMIT

COUNT = MAX_LIMIT + 20


async def fill(trackbook_home: Path, jp_root_dir: Path, jp_fetch: Any) -> None:
    """Record more runs than a page has, of which one is hostile."""
    journal = FakeJournal(trackbook_home)
    for number in range(COUNT):
        run_id = f"run-{number:04d}"
        params = {"seed": number, "layers": [number, 2]}
        if number == 7:
            params |= {"=cmd": "@SUM(1)"}
        journal.start(
            run_id, params, notebook_path=str(jp_root_dir / "deep" / "a.ipynb")
        )
        results = {"acc": "-Infinity" if number == 7 else number / COUNT}
        journal.execute(run_id, f"e{number}", results=results)
        journal.end(run_id, "finished")

    async def there() -> bool:
        counts = await ask(jp_fetch, "runs/counts")
        return bool(counts["total"] == COUNT)

    await until(there, 60)


async def lines(jp_fetch: Any, *query: tuple[str, str]) -> list[dict[str, str]]:
    response = await jp_fetch("trackbook", "api", "runs", "csv", params=list(query))
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "runs.csv" in response.headers["Content-Disposition"]
    return list(csv.DictReader(response.body.decode().splitlines()))


async def test_csv_has_every_run_in_order_and_no_formula(
    trackbook_home: Path, jp_root_dir: Path, jp_fetch: Any
) -> None:
    await fill(trackbook_home, jp_root_dir, jp_fetch)
    columns = ("param:seed", "param:layers", "duration_ms", "notebook_path", "name")
    query = [("column", name) for name in columns]
    found = await lines(jp_fetch, ("sort", "param:seed"), *query)
    assert list(found[0]) == [
        *("run_id", "name", "status", "metric", "value", "change"),
        *("params.seed", "params.layers", "duration_ms", "notebook_path"),
    ]
    assert [int(line["params.seed"]) for line in found] == list(range(COUNT))
    assert found[3]["params.layers"] == "[3, 2]"
    assert found[3]["notebook_path"] == "deep/a.ipynb"
    assert (found[3]["metric"], float(found[3]["value"])) == ("acc", 3 / COUNT)

    # It is of the runs that the list is about.
    found = await lines(jp_fetch, ("filter", "params.seed < 3"))
    assert [line["run_id"] for line in found] == ["run-0002", "run-0001", "run-0000"]
    assert await lines(jp_fetch, ("trashed", "true")) == []

    column = ("column", "param:=cmd")
    [line] = await lines(jp_fetch, ("filter", "params.seed = 7"), column)
    assert line["params.=cmd"] == "'@SUM(1)"
    assert line["value"] == "-inf"


async def test_csv_of_no_column_is_refused(trackbook_home: Path, jp_fetch: Any) -> None:
    with pytest.raises(HTTPClientError) as refused:
        await lines(jp_fetch, ("column", "nonsense"))
    assert refused.value.code == 400
