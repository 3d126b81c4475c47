"""Names that a person ignores or promotes."""

import pytest

from trackbook.events import NamesRuled, ParamsLogged, RunStarted
from trackbook.extension import arm, rule_names


def test_an_ignored_name_is_neither_param_nor_result_nor_value(run, journal):
    run("%track ignore seed acc total", "rule")
    run("seed = 3\nacc = 1 / 2\ntotal = sum([1])\nlr = 0.1")
    assert journal.params() == {"lr": 0.1}
    assert journal.metrics() == {}
    assert journal.metrics(values=True) == {}
    (event,) = journal.of(NamesRuled)
    assert event.names == dict.fromkeys(["seed", "acc", "total"], "ignore")
    assert event.run_id == journal.runs()[0]


def test_an_ignored_name_is_no_boundary(run, journal):
    run("seed = 1", "params")
    run("acc = 1 / 2")
    run("%track ignore seed")
    assert journal.of(ParamsLogged)[-1].removed == ("seed",)
    run("seed = 2", "other")
    assert len(journal.runs()) == 1


def test_a_promoted_name_is_a_result(run, journal):
    run("%track promote total")
    run("total = sum([1])")
    run("for k in range(3):\n    total = k")
    assert journal.metrics() == {"total": [1.0, 0.0, 1.0, 2.0]}
    assert journal.metrics(values=True) == {}


def test_a_rule_is_taken_back(run, journal):
    run("x = len('a')")
    run("%track ignore acc")
    run("%track ignore --undo acc")
    run("acc = 1 / 2")
    assert journal.metrics() == {"acc": [0.5]}
    assert [event.names for event in journal.of(NamesRuled)] == [
        {"acc": "ignore"}, {"acc": None},
    ]  # fmt: skip


def test_a_rule_of_one_key_leaves_its_siblings(run, journal):
    run("%track ignore cfg.seed")
    run("cfg = {'seed': 1, 'lr': 0.1}")
    assert journal.params() == {"cfg.lr": 0.1}
    run("%track ignore cfg")
    assert journal.params() == {}


def test_ignored_names_in_loops_are_no_series(run, journal):
    run("%track ignore loss")
    run("losses = []\nfor k in range(3):\n    loss = k / 2\n    acc = k / 4")
    assert list(journal.metrics()) == ["acc"]


def test_rules_need_names(run, capsys):
    run("%track ignore")
    assert "needs the names" in "".join(capsys.readouterr())


def test_the_server_hands_over_rules_that_it_has_stored(shell, journal):
    arm(names={"seed": "ignore"})
    shell.run_cell("seed = 3\nlr = 0.1", store_history=True)
    rule_names({"lr": "ignore"})
    shell.run_cell("acc = 1 / 2\nlr = 0.2", store_history=True)
    assert journal.params() == {}
    assert journal.of(NamesRuled) == []
    assert len(journal.of(RunStarted)) == 1


@pytest.mark.parametrize("before", [True, False])
def test_rules_outlast_a_pause(run, journal, before):
    if before:
        run("%track ignore seed")
    run("%track off")
    run("%track on")
    run("seed = 3")
    assert journal.params() == ({} if before else {"seed": 3})
