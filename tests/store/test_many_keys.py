"""A store with 12,000 metrics of different names serves lists as any other."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.journals import FakeJournal
from trackbook_server.store.home import Home
from trackbook_server.store.queries import list_runs
from trackbook_server.store.run_columns import list_columns, parse_columns
from trackbook_server.store.run_pages import ListView
from trackbook_server.store.run_scope import RunScope
from trackbook_server.store.search.completion import complete
from trackbook_server.store.search.keys import understand

KEYS = 12_000
RUNS = 4


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    with tempfile.TemporaryDirectory() as folder:
        journal = FakeJournal(Path(folder))
        for run in range(RUNS):
            journal.start(f"run-{run}", {"lr": run}, boundary="explicit")
            for number in range(run, KEYS, RUNS):
                journal.points(f"run-{run}", f"layer_{number:05}/norm", [float(number)])
            journal.end(f"run-{run}")
        home = Home(Path(folder))
        home.ingest_now()
        yield home
        home.close()


def test_all_keys_are_columns(home: Home) -> None:
    begun = time.thread_time()
    found = home.database.read(list_columns, RunScope()).result()
    keys = [column.key for column in found.columns if column.kind == "metric"]
    assert keys == [f"layer_{number:05}/norm" for number in range(KEYS)]
    assert time.thread_time() - begun < 1


def test_a_page_reads_the_columns_in_sight_only(home: Home) -> None:
    columns = parse_columns(["metric:layer_11999/norm", "metric:layer_00000/norm"])
    view = ListView(sort="-metric:layer_11999/norm", columns=tuple(columns))
    page = home.database.read(list_runs, RunScope(), view).result()
    assert [row.cells for row in page.runs] == [
        {"metric:layer_11999/norm": 11999.0},
        {},
        {},
        {"metric:layer_00000/norm": 0.0},
    ]


@pytest.mark.parametrize("begun", ["layer_11", "layer_00", "layer_0599"])
def test_keys_anywhere_in_the_alphabet_complete(home: Home, begun: str) -> None:
    text = f"metrics.{begun}"
    found = home.database.read(complete, text, len(text)).result()
    assert found.items
    assert all(begun in item.label for item in found.items)


def test_any_of_them_is_searched_for(home: Home) -> None:
    text = "metrics.`layer_11998/norm` > 11997"
    search = home.database.read(understand, text).result()
    page = home.database.read(list_runs, RunScope(search=search)).result()
    assert [row.run_id for row in page.runs] == ["run-2"]
