"""Lists of very many runs: the same answers, whichever way they are found."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.many_rows import fill, metrics_of, params_of
from benchmarks.searches import SEARCHES, Asked
from trackbook_server.store.home import Home
from trackbook_server.store.queries import count_runs, list_runs
from trackbook_server.store.run_pages import ListView
from trackbook_server.store.run_scope import RunScope
from trackbook_server.store.search import plan
from trackbook_server.store.search.keys import understand

RUNS = 2100


@pytest.fixture(scope="module")
def many() -> Iterator[Home]:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        home.database.write(fill, RUNS).result()
        yield home
        home.close()


def walk(home: Home, asked: Asked, limit: int) -> list[str]:
    """Return the ids of a whole list, read page by page."""
    search = home.database.read(understand, asked.filter).result()
    scope, view = RunScope(search=search), ListView(sort=asked.sort, then=asked.then)
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = home.database.read(list_runs, scope, view, limit, cursor).result()
        found += [run.run_id for run in page.runs]
        cursor = page.next_cursor
        if cursor is None:
            counts = home.database.read(count_runs, scope).result()
            assert (counts.total, counts.total_is_exact) == (len(found), True)
            return found


@pytest.mark.parametrize("asked", SEARCHES, ids=lambda asked: asked.what)
def test_every_way_of_finding_runs_finds_the_same_in_the_same_order(
    many: Home, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    walked = walk(many, asked, 500)
    assert len(set(walked)) == len(walked)
    # From the candidates, few by few.
    monkeypatch.setattr("trackbook_server.store.run_pages.PATIENCE", 0)
    assert walk(many, asked, 500) == walked
    # Along the list, however few match.
    monkeypatch.setattr("trackbook_server.store.run_pages.PATIENCE", 10**12)
    monkeypatch.setattr(plan, "FEW", -1)
    assert walk(many, asked, 97) == walked


def test_several_keys_put_a_list_in_the_order_of_python(many: Home) -> None:
    metrics = [dict(metrics_of(n)) for n in range(RUNS)]
    wanted = sorted(
        range(RUNS),
        key=lambda n: (
            -float(params_of(n)["lr"]),
            params_of(n)["optimizer"],
            metrics[n]["val_loss"] is None,
            -(metrics[n]["val_loss"] or 0.0),
        ),
    )
    then = ("param:optimizer", "-metric:val_loss")
    found = walk(many, Asked("", "", "-param:lr", then), 61)
    assert [int(run_id[-6:]) for run_id in found] == wanted


def test_the_searches_that_are_measured_are_published() -> None:
    page = Path(__file__).parents[2] / "docs" / "benchmarks.md"
    rows = [
        [cell.strip() for cell in line.removeprefix("|").removesuffix("|").split(" | ")]
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ]
    for asked in SEARCHES:
        sorts = ", ".join(f"`{sort}`" for sort in (asked.sort, *asked.then))
        filter = f"`{asked.filter}`" if asked.filter else ""
        assert [asked.what, filter, sorts] in rows
    assert len(SEARCHES) == 30
