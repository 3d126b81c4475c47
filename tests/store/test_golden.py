"""The journals that every reader is tried on."""

import shutil
from pathlib import Path

import pytest

from trackbook_server.store.histories import get_history
from trackbook_server.store.home import Home
from trackbook_server.store.outcomes import get_outputs
from trackbook_server.store.queries import count_runs, list_runs
from trackbook_server.store.rows import rows
from trackbook_server.store.run_details import get_run

CORPUS = Path(__file__).parents[1] / "journals"
GOOD = sorted((CORPUS / "good").glob("*.ndjson"))
BAD = sorted((CORPUS / "bad").glob("*.ndjson"))


def take_in(home: Home, *paths: Path) -> None:
    for path in paths:
        shutil.copy(path, home.path / "journals" / path.name)
    home.ingest_now()


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_what_real_kernels_said_is_understood_to_the_last_line(
    home: Home, path: Path
) -> None:
    take_in(home, path)
    assert home.database.read(rows, "select * from bad_lines").result() == []
    listed = home.database.read(list_runs).result()
    assert listed.runs
    for row in listed.runs:
        run = home.database.read(get_run, row.run_id).result()
        for key, metric in run.metrics.items():
            points = home.database.read(
                get_history, run.run_id, key, None, 9999
            ).result()
            assert len(points.values) == metric.count
            assert points.values[-1] == metric.last


def test_the_attempts_of_a_real_session_have_their_own_params_and_scores(
    home: Home,
) -> None:
    take_in(home, CORPUS / "good" / "sklearn-000000.ndjson")
    runs = home.database.read(list_runs).result().runs
    assert len(runs) == 3
    assert runs[-1].name == "first"
    scores = [run.main_metric.value for run in runs if run.main_metric]
    assert len(scores) == 3
    changed = [[param.key for param in run.params if param.changed] for run in runs]
    assert all(changed[:-1])
    assert changed[-1] == []


def test_what_cells_of_a_real_session_put_out_is_told(home: Home) -> None:
    take_in(home, CORPUS / "good" / "outputs-000000.ndjson")
    [row] = home.database.read(list_runs).result().runs
    answer = home.database.read(get_outputs, row.run_id).result()
    said = [
        output.text or output.data["text/plain"]
        for execution in answer.executions
        for output in execution.outputs
    ]
    assert said[:4] == ["step 2\n", "careful\n", "a chart", "0.75"]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_journals_stop_nothing_and_their_good_lines_count(
    home: Home, path: Path
) -> None:
    take_in(home, path, GOOD[0])
    started = home.database.read(
        rows,
        "select run_id from runs where place != 'unknown' and writer_id = ?",
        (path.stem.rpartition("-")[0],),
    ).result()
    assert started
    kept = home.database.read(rows, "select kind, reason from bad_lines").result()
    counted = home.database.read(
        rows, "select sum(bad_count) as n from cursors"
    ).result()
    assert counted[0]["n"] == len([line for line in kept if line["kind"] != "torn"])
    if path.stem.startswith(("garbage", "types", "unknown")):
        assert kept
    assert home.database.read(count_runs).result().total >= 1
