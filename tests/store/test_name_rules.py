"""Names that people ignore or promote in an experiment."""

from pathlib import Path

import pytest

from tests.store.journals import FakeJournal
from tests.store.test_runs import listed, run_of
from trackbook.events import NamesRuled
from trackbook_server.store import name_rules
from trackbook_server.store.derived import get_change
from trackbook_server.store.home import Home, now
from trackbook_server.store.queries import list_experiments
from trackbook_server.store.rows import rows


def rule(home: Home, run_id: str, **names: str | None) -> None:
    home.ingest_now()
    event = NamesRuled(seq=0, at=now(), run_id=run_id, names=names)  # type: ignore[arg-type]
    home.edit(event).result()


def attempts(journal: FakeJournal) -> None:
    for number in range(2):
        run_id = f"run-{number}"
        journal.start(run_id, {"lr": number, "seed": number})
        journal.execute(run_id, f"e{number}", results={"acc": 0.5, "my_score": 0.1})
        journal.points(run_id, "seconds", [number + 1.0], origin="value")
        journal.end(run_id)


def test_an_ignored_name_is_neither_param_nor_result_nor_value(
    home: Home, journal: FakeJournal
) -> None:
    attempts(journal)
    before = run_of(home, "run-1")
    assert (before.name, before.main_metric and before.main_metric.key) == (
        "lr 1, seed 1",
        "acc",
    )
    rule(home, "run-1", seed="ignore", acc="ignore", seconds="ignore")
    run = run_of(home, "run-1")
    assert (run.name, run.params, list(run.metrics)) == (
        "lr 1",
        {"lr": 1},
        ["my_score"],
    )
    assert run.main_metric
    assert run.main_metric.key == "my_score"
    assert run.values == []
    assert run.param_changes == {}
    assert run.names == {"seed": "ignore", "acc": "ignore", "seconds": "ignore"}
    assert [row.name for row in listed(home)] == ["lr 1", "first"]
    [experiment] = home.database.read(list_experiments).result().experiments
    assert experiment.names == run.names


def test_an_ignored_name_is_not_chosen_and_comes_back_when_the_rule_is_taken_back(
    home: Home, journal: FakeJournal
) -> None:
    attempts(journal)
    rule(home, "run-0", acc="ignore", seed="ignore")
    # Also what comes later is ignored.
    journal.start("run-2", {"lr": 1, "seed": 9})
    journal.execute("run-2", "e9", results={"acc": 0.5, "my_score": 0.2})
    assert list(run_of(home, "run-2").metrics) == ["my_score"]
    assert run_of(home, "run-2").params == {"lr": 1}
    rule(home, "run-0", acc=None, seed=None)
    run = run_of(home, "run-2")
    assert (list(run.metrics), run.params) == (
        ["acc", "my_score"],
        {"lr": 1, "seed": 9},
    )
    assert run.main_metric
    assert run.main_metric.key == "acc"
    assert run.names == {}


def test_runs_that_differ_in_ignored_names_only_are_folded_into_one_row(
    home: Home, journal: FakeJournal
) -> None:
    for number in range(3):
        journal.start(f"run-{number}", {"lr": 1, "now": number})
        journal.execute(f"run-{number}", f"e{number}", results={"acc": 0.5})
        journal.end(f"run-{number}")
    assert len(listed(home)) == 3
    rule(home, "run-0", now="ignore")
    [row] = listed(home)
    assert row.alike_count == 3


def test_a_promoted_value_is_a_result(home: Home, journal: FakeJournal) -> None:
    journal.start("run", {"lr": 1})
    journal.execute("run", "e1")
    journal.points("run", "val_seconds", [2.0], origin="value")
    journal.points("run", "other", [2.0], origin="value")
    journal.end("run")
    assert listed(home, without_result=True)[0].main_metric is None
    rule(home, "run", val_seconds="promote")
    [row] = listed(home)
    run = run_of(home, "run")
    assert [(metric.key, metric.origin) for metric in run.metric_list] == [
        ("val_seconds", "auto")
    ]
    assert [metric.key for metric in run.values] == ["other"]
    assert row.run_id == "run"


def test_the_later_word_counts_in_whichever_order_it_comes(
    home: Home, journal: FakeJournal
) -> None:
    attempts(journal)
    journal.put("names_ruled", run_id="run-1", names={"acc": "ignore"})
    early = journal.line("names_ruled", run_id="run-1", names={"acc": "ignore"})
    journal.put("names_ruled", run_id="run-1", names={"acc": None})
    journal.raw(early)
    assert run_of(home, "run-1").names == {}


def test_a_kernel_may_rule_before_it_has_a_run(
    home: Home, trackbook_home: Path
) -> None:
    first = FakeJournal(trackbook_home, "w1")
    attempts(first)
    home.ingest_now()
    home.database.write(
        lambda db: db.execute("update experiments set notebook_path = '/n.ipynb'")
    ).result()
    other = FakeJournal(trackbook_home, "w2", kernel_id="kernel-2")
    other.put("kernel_placed", kernel_id="kernel-2", notebook_path="/n.ipynb")
    other.put("names_ruled", names={"acc": "ignore"})
    assert run_of(home, "run-0").names == {"acc": "ignore"}


def test_a_rule_for_an_experiment_that_is_not_there_is_bad(
    home: Home, journal: FakeJournal
) -> None:
    attempts(journal)
    journal.put("names_ruled", run_id="no run", names={"acc": "ignore"})
    journal.put("names_ruled", experiment_id="none", names={"acc": "ignore"})
    assert run_of(home, "run-0").names == {}
    assert len(home.database.read(rows, "select * from bad_lines").result()) == 2


def test_a_rule_reaches_thousands_of_runs_a_few_at_a_time(
    home: Home, journal: FakeJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(name_rules, "AT_ONCE", 4)
    for number in range(30):
        journal.start(f"run-{number}", {"lr": number, "seed": number})
        journal.points(f"run-{number}", "acc", [0.5])
        journal.end(f"run-{number}")
    rule(home, "run-0", seed="ignore")
    change = home.database.read(get_change).result()

    def obeying() -> list[str]:
        found = home.database.read(
            rows,
            "select run_id from runs where run_id not in "
            "(select run_id from params where key = 'seed')",
        )
        return sorted((row["run_id"] for row in found.result()), key=len)

    assert obeying() == [f"run-{number}" for number in range(26, 30)]
    home.ingest_now()
    assert len(obeying()) == 30
    assert home.database.read(get_change).result() > change
    assert listed(home)[0].name == "lr 29"
