"""What came out of cells: outputs, folds, tables, params that are long or change."""

from typing import Any

import pytest

from tests.store.journals import FakeJournal
from trackbook.errors import BadInput, RunNotFound
from trackbook_server import contract as c
from trackbook_server.notebooks.compare import read_comparison
from trackbook_server.notebooks.references import Places
from trackbook_server.store import outcomes
from trackbook_server.store.home import Home
from trackbook_server.store.outcomes import get_outputs, get_table
from trackbook_server.store.queries import list_runs
from trackbook_server.store.rows import rows
from trackbook_server.store.run_details import get_run

BLOB = "ab" * 32


def stream(text: str) -> dict[str, Any]:
    return {"kind": "stream", "name": "stdout", "text": text}


def put_out(
    journal: FakeJournal, execution_id: str, count: int, first: int, *texts: str
) -> None:
    journal.put(
        "outputs_changed",
        execution_id=execution_id,
        count=count,
        first=first,
        outputs=[stream(text) for text in texts],
    )


def outputs_of(home: Home, *args: Any) -> c.RunOutputs:
    home.ingest_now()
    return home.database.read(get_outputs, "run", *args).result()


def texts(answer: c.RunOutputs) -> dict[str, list[str]]:
    return {
        found.execution_id: [output.text for output in found.outputs]
        for found in answer.executions
    }


def the_run(home: Home) -> c.Run:
    home.ingest_now()
    return home.database.read(get_run, "run").result()


def test_outputs_replace_what_stood_at_their_place_and_cut_what_is_behind(
    home: Home, journal: FakeJournal
) -> None:
    journal.start("run")
    journal.execute("run", "e1", "fit()")
    put_out(journal, "e1", 2, 0, "a", "b")
    put_out(journal, "e1", 4, 2, "c", "d")
    put_out(journal, "e1", 4, 1, "B")
    assert texts(outputs_of(home)) == {"e1": ["a", "B", "c", "d"]}
    put_out(journal, "e1", 1, 0)
    assert texts(outputs_of(home)) == {"e1": ["a"]}
    put_out(journal, "e1", 0, 0)
    assert texts(outputs_of(home)) == {}
    put_out(journal, "e1", 1, 0, "again")
    assert texts(outputs_of(home)) == {"e1": ["again"]}
    assert [cell.output_count for cell in the_run(home).cell_executions] == [1]


def test_outputs_of_an_execution_that_is_not_known_yet_wait_for_it(
    home: Home, journal: FakeJournal
) -> None:
    put_out(journal, "e1", 1, 0, "early")
    home.ingest_now()
    journal.start("run")
    journal.execute("run", "e1")
    assert texts(outputs_of(home)) == {"e1": ["early"]}


def test_outputs_that_come_after_the_end_are_seen_by_who_asks_what_changed(
    home: Home, journal: FakeJournal
) -> None:
    journal.start("run")
    journal.execute("run", "e1", results={"acc": 0.5})
    journal.end("run")
    before = the_run(home)
    put_out(journal, "e1", 1, 0, "late")
    after = the_run(home)
    assert after.change > before.change
    assert after.status == "finished"
    listed = home.database.read(list_runs, None, "-started_at", 50, None, before.change)
    assert [row.run_id for row in listed.result().runs] == ["run"]


@pytest.mark.parametrize(
    ("count", "first", "texts"), [(1, 0, "ab"), (1, -1, "a"), (-1, 0, ""), (1, 1, "a")]
)
def test_places_that_are_none_are_bad_and_change_nothing(
    home: Home, journal: FakeJournal, count: int, first: int, texts: str
) -> None:
    journal.start("run")
    journal.execute("run", "e1")
    put_out(journal, "e1", 1, 0, "kept")
    put_out(journal, "e1", count, first, *texts)
    answer = outputs_of(home)
    assert [output.text for output in answer.executions[0].outputs] == ["kept"]
    kept = home.database.read(rows, "select kind from bad_lines").result()
    assert kept == [{"kind": "bad"}]


def test_large_parts_are_references_to_blobs(home: Home, journal: FakeJournal) -> None:
    journal.start("run")
    journal.execute("run", "e1")
    output = {
        "kind": "display_data",
        "data": {"text/plain": "<Figure>"},
        "blobs": {"image/png": {"sha256": BLOB, "size_bytes": 12}},
        "metadata": {"image/png": {"width": 3}},
    }
    journal.put("outputs_changed", execution_id="e1", count=1, outputs=[output])
    [found] = outputs_of(home).executions[0].outputs
    assert found.blobs == {"image/png": c.BlobRef(sha256=BLOB, size_bytes=12)}
    assert (found.data, found.metadata) == (output["data"], output["metadata"])


def test_outputs_come_in_pages_of_executions_and_one_alone_is_whole(
    home: Home, journal: FakeJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcomes, "PAGE_BYTES", 1500)
    journal.start("run")
    for number in range(6):
        journal.execute("run", f"e{number}")
        put_out(journal, f"e{number}", 1, 0, "x" * 600)
    journal.execute("run", "silent")
    journal.execute("run", "long")
    put_out(journal, "long", 9, 0, *["y" * 600] * 9)
    seen: list[str] = []
    sizes = []
    page = outputs_of(home)
    while True:
        seen += [found.execution_id for found in page.executions]
        sizes.append(len(page.executions))
        if page.next_cursor is None:
            break
        page = outputs_of(home, None, page.next_cursor)
    assert seen == [f"e{number}" for number in range(6)] + ["long"]
    assert sizes == [2, 2, 2, 1]
    [cut] = page.executions
    assert (cut.count, len(cut.outputs)) == (9, 2)
    [whole] = outputs_of(home, "long").executions
    assert (whole.count, len(whole.outputs)) == (9, 9)
    assert outputs_of(home, "silent").executions[0].count == 0
    with pytest.raises(RunNotFound):
        outputs_of(home, "of another run")
    with pytest.raises(BadInput):
        outputs_of(home, None, "no cursor")


def test_folds_are_those_of_the_last_point(home: Home, journal: FakeJournal) -> None:
    journal.start("run")
    journal.execute("run", "e1", results={"acc": 0.5})
    journal.put(
        "folds_logged", run_id="run", key="acc", values=[0.25, 0.75], execution_id="e1"
    )
    run = the_run(home)
    [metric] = run.metric_list
    assert (metric.folds, metric.std) == ([0.25, 0.75], 0.25)
    assert run.main_metric
    assert run.main_metric.std == 0.25
    [row] = home.database.read(list_runs).result().runs
    assert row.main_metric
    assert row.main_metric.std == 0.25
    journal.execute("run", "e2")
    journal.points("run", "acc", [0.9], first_step=1, execution_id="e2")
    [metric] = the_run(home).metric_list
    assert (metric.last, metric.folds, metric.std) == (0.9, None, None)


def test_folds_that_are_no_numbers_are_said_as_they_are(
    home: Home, journal: FakeJournal
) -> None:
    journal.start("run")
    journal.points("run", "acc", ["NaN"])
    journal.put("folds_logged", run_id="run", key="acc", values=["NaN", 1.0])
    journal.put("folds_logged", run_id="run", key="acc", values=["much"])
    [metric] = the_run(home).metric_list
    assert (metric.folds, metric.std) == (["NaN", 1.0], "NaN")


def rows_of(home: Home, name: str = "loop") -> list[list[Any]]:
    home.ingest_now()
    return home.database.read(get_table, "run", name).result().rows


def test_a_table_grows_is_corrected_and_begins_anew(
    home: Home, journal: FakeJournal
) -> None:
    def put(first: int, *found: list[Any]) -> None:
        journal.put(
            "table_logged",
            run_id="run",
            name="loop",
            columns=["lr", "acc"],
            params=["lr"],
            origin="loop",
            first=first,
            rows=found,
        )

    journal.start("run")
    put(0, [0.1, None])
    put(0, [0.1, 0.5], [0.2, "NaN"])
    put(1, [0.2, 0.6], [{"a": 1}, True])
    assert rows_of(home) == [[0.1, 0.5], [0.2, 0.6], [{"a": 1}, True]]
    put(0, [9, 9])
    put(1, ["too few"])
    put(-1, [1, 2])
    assert rows_of(home) == [[9, 9]]
    [table] = the_run(home).tables
    assert (table.params, table.origin, table.row_count) == (["lr"], "loop", 1)


def test_a_long_table_is_shown_in_part_and_read_in_pages(
    home: Home, journal: FakeJournal
) -> None:
    journal.start("run")
    for first in range(0, 120, 40):
        journal.put(
            "table_logged",
            run_id="run",
            name="search/all",
            columns=["n"],
            first=first,
            rows=[[first + n] for n in range(40)],
        )
    [table] = the_run(home).tables
    assert (len(table.rows), table.row_count) == (50, 120)
    read = home.database.read(get_table, "run", "search/all", 110, 20).result()
    assert read.rows == [[n] for n in range(110, 120)]
    with pytest.raises(BadInput):
        home.database.read(get_table, "run", "search/all", -1).result()
    with pytest.raises(RunNotFound):
        home.database.read(get_table, "run", "none").result()


def test_long_values_are_told_apart_by_their_blobs(
    home: Home, journal: FakeJournal
) -> None:
    for run_id, blob in (("a", "aa" * 32), ("run", BLOB)):
        journal.start(run_id)
        param = {"key": "layers", "value": "[1, 2, …]", "origin": "auto"}
        param |= {"sha256": blob, "size_bytes": 9000}
        journal.put("params_logged", run_id=run_id, params=[param])
        journal.execute(run_id, f"e{run_id}", results={"acc": 0.5})
        journal.end(run_id)
    run = the_run(home)
    [param] = run.param_list
    assert param.blob == c.BlobRef(sha256=BLOB, size_bytes=9000)
    assert (param.value, param.changed, param.varies) == ("[1, 2, …]", True, True)
    assert len(home.database.read(list_runs).result().runs) == 2
    compared = home.database.read(
        read_comparison, Places(home.path / "blobs"), ["a", "run"]
    ).result()
    assert [difference.differs for difference in compared.params] == [True]


def test_a_param_that_changed_tells_all_its_values(
    home: Home, journal: FakeJournal
) -> None:
    journal.start("run", {"lr": 0.1, "depth": 3})
    journal.execute("run", "e1", params={"lr": 0.2, "depth": 3})
    journal.put("params_logged", run_id="run", removed=["lr"], execution_id="e2")
    journal.execute("run", "e3", params={"lr": True})
    changes = the_run(home).param_changes
    assert {
        key: [(change.value, change.removed, change.execution_id) for change in found]
        for key, found in changes.items()
    } == {
        "lr": [
            (0.1, False, None),
            (0.2, False, "e1"),
            (None, True, "e2"),
            (True, False, "e3"),
        ]
    }
