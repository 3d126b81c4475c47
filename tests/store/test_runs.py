"""What the store says of runs: status, params, names, folding, main metric."""

from typing import Any

import pytest

from tests.store.journals import FakeJournal, two_attempts
from trackbook.errors import AmbiguousName, BadInput, RunNotFound
from trackbook_server.contract import Run, RunRow
from trackbook_server.store.finding import resolve_run
from trackbook_server.store.home import Home
from trackbook_server.store.placement import place_kernel, rename_notebook
from trackbook_server.store.queries import count_runs, list_experiments, list_runs
from trackbook_server.store.run_details import get_run
from trackbook_server.store.run_scope import RunScope


def listed(home: Home, **scope: Any) -> list[RunRow]:
    home.ingest_now()
    return home.database.read(list_runs, RunScope(**scope)).result().runs


def run_of(home: Home, run_id: str) -> Run:
    home.ingest_now()
    return home.database.read(get_run, run_id).result()


def test_each_attempt_has_its_own_param_score_and_name(
    home: Home, journal: FakeJournal
) -> None:
    two_attempts(journal)
    second, first = listed(home)
    assert (first.name, first.number, first.is_named) == ("first", 1, False)
    assert (second.name, second.number) == ("lr 0.003", 2)
    assert [(p.key, p.changed, p.varies, p.previous) for p in second.params] == [
        ("lr", True, True, 0.01),
        ("depth", False, False, 3),
    ]
    main = second.main_metric
    assert main is not None
    assert (main.key, main.value, main.direction) == ("acc", 0.95, "higher")
    assert main.change == pytest.approx(0.05)
    assert main.better is True
    assert first.main_metric is not None
    assert first.main_metric.change is None


@pytest.mark.parametrize("param_count", [20, 1000])
def test_a_row_shows_what_changed_then_what_varies_however_many_params_there_are(
    home: Home, journal: FakeJournal, param_count: int
) -> None:
    same = {f"p{number:04}": number for number in range(param_count)}
    varied = {**same, "p0011": "other"}
    changed = {**same, "p0013": None, "p0017": [1], "new": "null"}
    for number, params in enumerate([same, varied, same, changed]):
        journal.start(f"r{number}", params)
        journal.points(f"r{number}", "acc", [number / 10])
        journal.end(f"r{number}")
    newest, *_, first = listed(home)
    said = [(p.key, p.changed, p.is_new, p.varies, p.previous) for p in newest.params]
    assert said[:4] == [
        ("p0013", True, False, True, 13),
        ("p0017", True, False, True, 17),
        ("new", True, True, False, None),
        ("p0011", False, False, True, 11),
    ]
    assert [p.key for p in newest.params[4:]] == ["p0000", "p0001", "p0002", "p0003"]
    assert (newest.param_count, len(first.params)) == (param_count + 1, 8)
    assert not any(param.changed for param in first.params)


def test_a_lower_loss_is_better(home: Home, journal: FakeJournal) -> None:
    for number, loss in enumerate([0.5, 0.4]):
        journal.start(f"r{number}", {"n": number})
        journal.execute(f"r{number}", f"e{number}", results={"val_loss": loss})
        journal.end(f"r{number}")
    main = listed(home)[0].main_metric
    assert main is not None
    assert (main.direction, main.better) == ("lower", True)


def test_a_param_set_after_the_last_result_waits_for_the_next_result(
    home: Home, journal: FakeJournal
) -> None:
    journal.start("r", {"lr": 1})
    journal.execute("r", "e1", results={"acc": 0.5})
    journal.execute("r", "e2", "lr = 2", params={"lr": 2})
    journal.put(
        "params_logged", run_id="r", params=[{"key": "by hand", "value": "yes"}]
    )
    assert run_of(home, "r").params == {"lr": 1, "by hand": "yes"}
    journal.execute("r", "e3", results={"acc": 0.6})
    assert run_of(home, "r").params == {"lr": 2, "by hand": "yes"}


def test_a_param_of_the_cell_that_gave_the_result_counts(
    home: Home, journal: FakeJournal
) -> None:
    journal.start("r")
    journal.put("execution_started", execution_id="e", run_id="r", order=1, source="x")
    journal.points("r", "acc", [0.5], execution_id="e")
    journal.params("r", {"model.C": 3}, "e")
    journal.put("execution_ended", execution_id="e", run_id="r", status="ok")
    assert run_of(home, "r").params == {"model.C": 3}


def test_a_provisional_run_is_not_listed_until_it_is_confirmed(
    home: Home, journal: FakeJournal
) -> None:
    two_attempts(journal)
    journal.start("p", {"lr": 0.003, "depth": 3}, continues="run-b", provisional=True)
    assert len(listed(home)) == 2
    journal.execute("p", "e9", results={"acc": 0.99})
    journal.put("run_confirmed", run_id="p", reason="result")
    newest = listed(home)[0]
    assert (newest.run_id, newest.number) == ("p", 3)


def test_a_provisional_run_that_comes_to_nothing_folds_into_its_predecessor(
    home: Home, journal: FakeJournal
) -> None:
    two_attempts(journal)
    before = run_of(home, "run-b")
    for number in range(3):
        before_it = "run-b" if number == 0 else f"p{number - 1}"
        params = {"lr": 0.003, "depth": 3}
        journal.start(f"p{number}", params, provisional=True, continues=before_it)
        journal.execute(f"p{number}", f"plot{number}", "plot()")
        journal.end(f"p{number}")
    assert [run.run_id for run in listed(home)] == ["run-b", "run-a"]
    after = run_of(home, "run-b")
    sources = [execution.source for execution in after.cell_executions]
    assert sources == ["fit()", "plot()", "plot()", "plot()"]
    assert after.duration_ms == before.duration_ms + 30
    assert after.change > before.change


def test_a_run_that_another_took_the_place_of_folds_into_it(
    home: Home, journal: FakeJournal
) -> None:
    two_attempts(journal)
    journal.start("empty", {"lr": 0.003, "depth": 3})
    journal.execute("empty", "call", "train()")
    journal.start("mine", {"lr": 0.003, "depth": 3}, boundary="explicit")
    journal.put("run_ended", run_id="empty", status="finished", folds_into="mine")
    journal.points("mine", "acc", [0.5])
    journal.end("mine")
    assert [run.run_id for run in listed(home)] == ["mine", "run-b", "run-a"]
    sources = [execution.source for execution in run_of(home, "mine").cell_executions]
    assert sources == ["train()"]


def test_runs_of_the_same_code_params_and_results_are_one_row(
    home: Home, journal: FakeJournal
) -> None:
    for number in range(3):
        journal.start(f"r{number}", {"lr": 1})
        journal.execute(f"r{number}", f"e{number}", results={"acc": 0.5})
        journal.end(f"r{number}")
    [row] = listed(home)
    assert (row.run_id, row.alike_count) == ("r2", 3)
    journal.put("run_edited", run_id="r0", starred=True)
    assert [(row.run_id, row.alike_count) for row in listed(home)] == [
        ("r2", 2),
        ("r0", 1),
    ]
    journal.put("run_edited", run_id="r2", trashed=True)
    assert [(row.run_id, row.alike_count) for row in listed(home)] == [
        ("r1", 1),
        ("r0", 1),
    ]


def alike_runs(journal: FakeJournal, count: int) -> None:
    for number in range(count):
        journal.start(f"r{number}", {"lr": 1})
        journal.execute(f"r{number}", f"e{number}", results={"acc": 0.5})
        journal.end(f"r{number}")


def test_the_runs_folded_into_a_row_are_listed_on_request(
    home: Home, journal: FakeJournal
) -> None:
    alike_runs(journal, 4)
    journal.put("run_edited", run_id="r0", starred=True)
    [row, starred] = listed(home)
    assert (row.run_id, row.alike_count, starred.run_id) == ("r3", 3, "r0")
    assert [run.run_id for run in listed(home, alike="r3")] == ["r2", "r1"]
    assert listed(home, alike="r0") == []
    assert listed(home, alike="nobody") == []


def test_a_starred_row_gives_the_runs_alike_to_a_newer_one(
    home: Home, journal: FakeJournal
) -> None:
    alike_runs(journal, 2)
    journal.put("run_edited", run_id="r1", starred=True)
    journal.start("r2", {"lr": 1})
    journal.execute("r2", "e2", results={"acc": 0.5})
    journal.end("r2")
    rows = [(row.run_id, row.alike_count) for row in listed(home)]
    assert rows == [("r2", 2), ("r1", 1)]


def test_the_runs_without_result_are_listed_on_request_page_by_page(
    home: Home, journal: FakeJournal
) -> None:
    two_attempts(journal)
    for number in range(3):
        journal.start(f"q{number}", {"lr": 0.003, "depth": 3})
        journal.execute(f"q{number}", f"look{number}", "df.head()")
        journal.end(f"q{number}")
    home.ingest_now()
    quiet = RunScope(without_result=True)
    first = home.database.read(list_runs, quiet, "started_at", 2).result()
    last = home.database.read(
        list_runs, quiet, "started_at", 2, first.next_cursor
    ).result()
    assert [run.run_id for run in first.runs + last.runs] == ["q0", "q1", "q2"]
    assert last.next_cursor is None
    everything = home.database.read(count_runs).result()
    assert (everything.total, everything.without_result_count) == (2, 3)
    only = home.database.read(count_runs, quiet).result()
    assert only.total == only.without_result_count == 3


def test_only_one_list_can_be_asked_for() -> None:
    with pytest.raises(BadInput, match="ask for one"):
        RunScope(trashed=True, without_result=True)


def test_each_metric_says_how_it_differs_from_the_run_before(
    home: Home, journal: FakeJournal
) -> None:
    for number, (loss, seconds) in enumerate([([3.0, 2.0], "NaN"), ([1.0, 0.5], 7)]):
        journal.start(f"r{number}", {"n": number})
        journal.points(f"r{number}", "loss", loss)
        journal.points(f"r{number}", "seconds", [seconds])
        journal.points(f"r{number}", f"only{number}", [1.0])
        journal.execute(f"r{number}", f"e{number}")
        journal.end(f"r{number}")
    loss_now, seconds_now, new = run_of(home, "r1").metric_list
    assert (loss_now.change, loss_now.better, loss_now.previous) == (-1.5, True, 2.0)
    assert loss_now.sparkline == [1.0, 0.5]
    assert (seconds_now.change, seconds_now.previous) == (None, "NaN")
    assert (new.change, new.better, new.previous) == (None, None, None)
    first = run_of(home, "r0").metric_list[0]
    assert (first.change, first.previous) == (None, None)


@pytest.mark.parametrize(
    ("before", "after", "scores", "sentence"),
    [
        ({"lr": 1}, {"lr": 2}, (0.5, 0.4), "lr went from 1 to 2; acc fell by 0.1 to"),
        ({"lr": 1}, {"lr": 1}, (0.5, 0.5), "no param changed; acc stayed at 0.5."),
        ({}, {"C": 2, "lr": 1}, (0.5, "NaN"), "C 2 is new and lr 1 is new; acc is NaN"),
        (
            dict.fromkeys("abcd", 1),
            dict.fromkeys("abcd", 2),
            (0, 1),
            "a went from 1 to 2, b went from 1 to 2, c went from 1 to 2 "
            "and 1 more param changed; acc rose by 1 to 1, which is better.",
        ),
    ],
)
def test_a_run_says_how_it_differs_from_the_one_before(
    home: Home,
    journal: FakeJournal,
    before: dict[str, Any],
    after: dict[str, Any],
    scores: tuple[Any, Any],
    sentence: str,
) -> None:
    for run_id, params, score in zip("ab", (before, after), scores, strict=True):
        journal.start(run_id, params)
        journal.execute(run_id, f"e-{run_id}", f"fit({run_id})", results={"acc": score})
        journal.end(run_id)
    first, second = run_of(home, "a"), run_of(home, "b")
    assert first.sentence == f"The first run of this experiment; acc is {scores[0]}."
    assert second.sentence.startswith(f"Compared with “first”: {sentence}")


def test_an_estimator_that_repeats_a_param_is_not_said_to_be_new(
    home: Home, journal: FakeJournal
) -> None:
    for run_id, alpha in (("a", 1), ("b", 2)):
        journal.start(run_id, {"alpha": alpha})
        journal.execute(run_id, f"e-{run_id}", f"fit({run_id})", results={"acc": 1})
        if run_id == "b":
            model = {"key": "clf.alpha", "value": alpha, "origin": "estimator"}
            journal.put("params_logged", run_id=run_id, params=[model])
        journal.end(run_id)
    changed = {param.key for param in run_of(home, "b").param_list if param.changed}
    assert changed == {"alpha", "clf.alpha"}
    assert run_of(home, "b").sentence == (
        "Compared with “first”: alpha went from 1 to 2; acc stayed at 1."
    )


@pytest.mark.parametrize(
    ("outcomes", "end", "status"),
    [
        (["ok"], "finished", "finished"),
        (["error"], "finished", "failed"),
        (["error", "ok"], "failed", "finished"),
        (["ok", "error"], "finished", "failed"),
        (["ok", "interrupted"], "finished", "interrupted"),
        (["error"], "interrupted", "interrupted"),
        (["ok"], None, "open"),
        (["ok", None], None, "running"),
        ([], "failed", "failed"),
    ],
)
def test_status_follows_the_last_execution(
    home: Home,
    journal: FakeJournal,
    outcomes: list[str | None],
    end: str | None,
    status: str,
) -> None:
    journal.start("r")
    for number, outcome in enumerate(outcomes):
        journal.execute("r", f"e{number}", status=outcome)
    if end is not None:
        journal.end("r", end)
    assert run_of(home, "r").status == status


def test_a_failed_run_shows_its_error(home: Home, journal: FakeJournal) -> None:
    journal.start("r")
    journal.execute("r", "e", status="error")
    journal.end("r")
    [row] = listed(home)
    assert (row.status, row.error) == ("failed", "ValueError: bad")


def test_a_session_without_result_is_counted_when_it_is_over(
    home: Home, journal: FakeJournal
) -> None:
    journal.start("r")
    journal.execute("r", "e", "df.head()")
    assert len(listed(home)) == 1
    journal.points("r", "rows", [100.0], origin="value")
    journal.end("r")
    assert listed(home) == []
    answer = home.database.read(count_runs).result()
    assert (answer.total, answer.without_result_count) == (0, 1)
    assert [value.key for value in run_of(home, "r").values] == ["rows"]


@pytest.mark.parametrize(
    ("metrics", "main"),
    [
        ([("train_loss", "auto"), ("acc", "auto"), ("val_acc", "auto")], "val_acc"),
        ([("train_loss", "auto"), ("acc", "auto")], "acc"),
        ([("train_loss", "auto")], "train_loss"),
        ([("train", "auto")], "train"),
        ([("coefficient", "auto"), ("intercept", "auto")], None),
        ([("val_acc", "auto"), ("anything", "user"), ("other", "user")], "anything"),
        ([("score", "value")], None),
    ],
)
def test_the_main_metric_is_the_explicit_one_else_by_name(
    home: Home, journal: FakeJournal, metrics: list[tuple[str, str]], main: str | None
) -> None:
    journal.start("r", name="named")
    for key, origin in metrics:
        journal.points("r", key, [1.0], origin=origin)
    found = listed(home)[0].main_metric
    assert (found and found.key) == main


def test_values_that_are_not_finite_survive(home: Home, journal: FakeJournal) -> None:
    journal.start("r")
    journal.points("r", "loss", ["NaN", 2.0, "Infinity", "-Infinity", "NaN"])
    [metric] = run_of(home, "r").metric_list
    assert (metric.last, metric.min, metric.max) == ("NaN", "-Infinity", "Infinity")


def test_a_late_point_does_not_become_the_last(
    home: Home, journal: FakeJournal
) -> None:
    journal.start("r")
    journal.points("r", "loss", [5.0], first_step=9)
    journal.points("r", "loss", [1.0], first_step=3)
    home.ingest_now()
    assert run_of(home, "r").metrics["loss"].last == 5.0


def test_a_name_given_by_a_person_wins_over_one_that_comes_later(
    home: Home, journal: FakeJournal
) -> None:
    journal.put("run_edited", run_id="r", name="mine")
    journal.start("r", name="the kernel's", tags={"a": "kernel"})
    journal.put("run_edited", run_id="r", tags={"a": None})
    assert (run_of(home, "r").name, run_of(home, "r").tags) == ("mine", {})
    journal.put("run_edited", run_id="r", name="")
    assert run_of(home, "r").name == "the kernel's"


def test_of_two_edits_the_later_one_counts_whichever_comes_first(
    home: Home, journal: FakeJournal
) -> None:
    journal.start("r")
    late = journal.line("run_edited", run_id="r", name="late")
    journal.seq -= 1
    early = late.replace(b"late", b"early").replace(b"10:00:02", b"10:00:01")
    journal.raw(late + early)
    assert run_of(home, "r").name == "late"


def test_a_kernel_s_runs_move_to_its_notebook_and_keep_their_numbers(
    home: Home, journal: FakeJournal
) -> None:
    two_attempts(journal)
    assert {run.experiment for run in listed(home)} == {"untitled kernel session"}
    placed = home.database.write(place_kernel, "kernel-1", "/n/churn.ipynb").result()
    assert sorted(placed) == ["run-a", "run-b"]
    assert {run.experiment for run in listed(home)} == {"churn"}
    assert [run.number for run in listed(home)] == [2, 1]
    journal.start("run-c")
    [newest, *_] = listed(home, notebook_path="/n/churn.ipynb")
    assert (newest.run_id, newest.number) == ("run-c", 3)


def test_runs_join_the_experiment_that_their_notebook_has(
    home: Home, journal: FakeJournal, trackbook_home: Any
) -> None:
    two_attempts(journal, notebook_path="/n/churn.ipynb")
    other = FakeJournal(trackbook_home, "w2", kernel_id="kernel-2")
    other.start("later", {"lr": 5})
    other.points("later", "acc", [0.7])
    home.ingest_now()
    home.database.write(place_kernel, "kernel-2", "/n/churn.ipynb").result()
    rows = listed(home, notebook_path="/n/churn.ipynb")
    assert {(run.run_id, run.number) for run in rows} == {
        ("run-a", 1),
        ("run-b", 2),
        ("later", 3),
    }
    experiments = home.database.read(list_experiments).result().experiments
    assert [(e.name, e.run_count) for e in experiments] == [("churn", 3)]


@pytest.mark.parametrize(
    ("old", "new"), [("/n/churn.ipynb", "/m/new.ipynb"), ("/n", "/m")]
)
def test_an_experiment_follows_its_notebook(
    home: Home, journal: FakeJournal, old: str, new: str
) -> None:
    two_attempts(journal, notebook_path="/n/churn.ipynb")
    before = listed(home)[0].experiment_id
    home.database.write(rename_notebook, old, new).result()
    path = "/m/new.ipynb" if new.endswith("b") else "/m/churn.ipynb"
    row = listed(home, notebook_path=path)[0]
    assert row.experiment_id == before
    journal.start("run-c", notebook_path="/n/churn.ipynb")
    assert run_of(home, "run-c").experiment_id != before


def test_a_run_is_found_by_id_prefix_name_and_rank(
    home: Home, journal: FakeJournal
) -> None:
    two_attempts(journal)
    home.ingest_now()

    def find(text: str) -> str:
        return home.database.read(resolve_run, text).result()

    assert find("run-a") == "run-a"
    assert find("lr 0.003") == "run-b"
    assert find("@last") == "run-b"
    assert find("@best:acc") == "run-b"
    with pytest.raises(AmbiguousName, match=r"run-a.*run-b"):
        find("run-")
    with pytest.raises(RunNotFound, match="nobody"):
        find("nobody")
    with pytest.raises(RunNotFound, match="no run has a metric"):
        find("@best:nothing")
    with pytest.raises(BadInput):
        find("@first")


def test_changes_are_told_since_a_number(home: Home, journal: FakeJournal) -> None:
    two_attempts(journal)
    home.ingest_now()
    change = home.database.read(list_runs).result().change
    again = home.database.read(list_runs, None, "-started_at", 50, None, change)
    assert again.result().runs == []
    journal.points("run-b", "acc", [0.99], first_step=5)
    home.ingest_now()
    found = home.database.read(list_runs, None, "-started_at", 50, None, change)
    assert [run.run_id for run in found.result().runs] == ["run-b"]
    assert found.result().change > change


def test_a_chosen_main_metric_leads_all_runs_and_is_told_in_pages(
    home: Home, journal: FakeJournal
) -> None:
    for number in range(600):
        journal.start(f"r{number:03}", {"n": number})
        journal.points(f"r{number:03}", "acc", [0.5])
        if number % 2:
            journal.points(f"r{number:03}", "seconds", [float(number)])
        journal.end(f"r{number:03}")
    home.ingest_now()
    before = home.database.read(list_runs).result()
    journal.put(
        "experiment_edited",
        experiment_id=before.runs[0].experiment_id,
        main_metric="seconds",
    )
    home.ingest_now()
    since, told = before.change, list[RunRow]()
    while True:
        page = home.database.read(list_runs, None, "-started_at", 50, None, since)
        if not page.result().runs:
            break
        assert len(page.result().runs) <= 500
        told += page.result().runs
        since = page.result().change
    assert sorted(run.run_id for run in told) == [f"r{n:03}" for n in range(600)]
    mains = {run.run_id: run.main_metric for run in told}
    assert all(
        main is not None and main.key == ("seconds" if int(run_id[1:]) % 2 else "acc")
        for run_id, main in mains.items()
    )
    best = home.database.read(list_runs, None, "-main_metric", 1).result()
    assert best.runs[0].run_id == "r599"


def test_a_direction_that_is_flipped_turns_better_into_worse(
    home: Home, journal: FakeJournal
) -> None:
    two_attempts(journal)
    before = listed(home)[0]
    journal.put(
        "experiment_edited",
        experiment_id=before.experiment_id,
        directions={"acc": "lower"},
    )
    after = listed(home)[0]
    assert before.main_metric is not None
    assert after.main_metric is not None
    assert (before.main_metric.better, after.main_metric.better) == (True, False)
    assert after.change > before.change
