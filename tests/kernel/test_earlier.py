"""Params of cells that ran before the recording are those of its first run."""

import pytest
from IPython.core.error import UsageError

from trackbook.capture.earlier import read_earlier
from trackbook.events import ExecutionStarted, PointsLogged, RunStarted


def test_only_what_still_holds_is_taken() -> None:
    sources = [
        "lr = 0.1\ndepth = 3",
        "%matplotlib inline\nname = 'adam'",
        "lr = 0.2",
        "total = 0",
        "for each in range(3): total += each",
        "this is no Python",
        "gone = 1",
    ]
    namespace = {"lr": 0.2, "depth": 4, "name": "adam", "total": 3}

    def transform(source: str) -> str:
        return source.replace("%matplotlib inline", "get_ipython()")

    params, estimators = read_earlier(sources, transform, namespace)
    assert {param.key: param.value for held in params.values() for param in held} == {
        "lr": 0.2,
        "name": "adam",
    }
    assert estimators == {}


def test_pressed_late_the_first_run_has_the_params_of_earlier_cells(
    shell, journal
) -> None:
    shell.run_cell("rate = 0.5", store_history=True)
    shell.run_cell("val_acc = 1 - rate", store_history=True)
    shell.extension_manager.load_extension("trackbook")
    from trackbook.extension import loaded

    assert loaded.extension is not None
    loaded.extension.add_earlier()
    shell.run_cell("val_acc = 1 - rate", store_history=True)
    (run,) = journal.of(RunStarted)
    assert [(param.key, param.value) for param in run.params] == [("rate", 0.5)]
    assert len(run.adopts) == 2
    started = journal.of(ExecutionStarted)
    assert [event.before_recording for event in started] == [True, True, False]


def test_a_metric_by_hand_may_be_nan_but_no_word(shell, run, journal) -> None:
    run("%track metric acc=nan worst=-inf")
    assert [event.values for event in journal.of(PointsLogged)] == [
        ("NaN",),
        ("-Infinity",),
    ]
    with pytest.raises(UsageError, match="'good' is not a number"):
        shell.run_line_magic("track", "metric acc=good")


def test_the_experiment_in_use_is_said(shell, run, capsys) -> None:
    run("%track start --experiment churn")
    capsys.readouterr()
    run("%track")
    assert "experiment  churn" in capsys.readouterr().out
