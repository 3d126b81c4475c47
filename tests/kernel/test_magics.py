"""`%track` and `%%track`, as they are typed."""

import pytest

from trackbook.events import (
    ArtifactLogged,
    ExecutionEnded,
    ParamsLogged,
    PointsLogged,
    RunEdited,
    RunEnded,
    RunResumed,
    RunStarted,
)
from trackbook.magics import SUBCOMMANDS


def test_track_says_what_is_being_recorded(run, home, capsys):
    run("%track")
    said = capsys.readouterr().out
    assert str(home) in said
    assert "none yet" in said
    run("accuracy = 0.5")
    run("%track")
    assert "1 run, 2 cell executions, 1 result\n" in capsys.readouterr().out


def test_start_takes_name_experiment_and_tags(run, journal):
    run("%track start 'my 😀 run' --experiment digits --tag a=1 --tag b=two")
    (started,) = journal.of(RunStarted)
    assert (started.name, started.experiment) == ("my 😀 run", "digits")
    assert started.tags == {"a": "1", "b": "two"}
    assert started.boundary == "explicit"
    assert not started.provisional


def test_an_explicit_run_takes_everything_until_its_end(run, journal):
    run("%track start")
    for value in (1, 2, 3):
        run(f"lr = {value}", "params")
        run("accuracy = lr / 4", "score")
    assert len(journal.runs()) == 1
    run("%track end")
    run("lr = 4", "params")
    assert len(journal.runs()) == 2
    assert journal.of(RunStarted)[1].boundary == "auto"


def test_what_the_cell_with_the_end_yields_counts(run, journal):
    run("%track start")
    run("accuracy = 1 / 2\n%track end")
    (point,) = journal.of(PointsLogged)
    assert point.run_id == journal.runs()[0]
    kinds = [type(event).__name__ for event in journal.events()]
    assert kinds.index("PointsLogged") < kinds.index("RunEnded")


def test_new_ends_the_run_and_the_rest_of_its_cell_is_the_next(run, journal):
    run("x = [1]")
    source = "%track new\nlr = 0.5\ny = str(2)"
    run(source)
    first, second = journal.runs()
    assert journal.run_of(source) == [second]
    assert {p.key for p in journal.of(RunStarted)[1].params} == {"x", "lr"}
    assert first != second


def test_a_track_cell_is_a_run_each_time(run, journal):
    for _ in range(2):
        run("%%track small\nlr = 0.5\naccuracy = lr / 2")
    runs = journal.of(RunStarted)
    assert [(event.name, event.boundary) for event in runs] == [("small", "cell")] * 2
    points = [event for event in journal.of(PointsLogged) if event.key == "accuracy"]
    assert [event.run_id for event in points] == journal.runs()
    assert [event.status for event in journal.of(RunEnded)] == ["finished"] * 2


def test_a_track_cell_may_go_on_with_its_last_run(run, journal):
    source = "%%track long --append\ntrackbook.log_metric('loss', 1)"
    run("import trackbook")
    for _ in range(3):
        run(source, "train")
    run(source, "another")
    first, second = (event.run_id for event in journal.of(RunStarted))
    points = [(e.run_id, e.steps) for e in journal.of(PointsLogged)]
    assert points == [(first, (0,)), (first, (1,)), (first, (2,)), (second, (0,))]
    assert [event.run_id for event in journal.of(RunResumed)] == [first, first]


def test_a_track_cell_that_raises_is_a_failed_run_and_cell(run, journal, capsys):
    result = run("%%track\n1 / 0")
    assert not result.success
    assert capsys.readouterr().out.count("division by zero") == 1
    assert [event.status for event in journal.of(ExecutionEnded)] == ["error"]
    assert [event.status for event in journal.of(RunEnded)] == ["failed"]


def test_by_hand(run, journal, tmp_path, shell):
    path = tmp_path / "model.txt"
    path.write_text("weights")
    shell.user_ns["rate"] = 0.25
    run("%track param lr=0.1 name=adam layers='[1, 2]' rate=rate")
    run("%track metric auc=0.5 loss=-1 --step 3")
    run("%track tag who=ada")
    run("%track note it works; <b>mostly</b>")
    run(f"%track artifact {path}")
    params = {p.key: p.value for e in journal.of(ParamsLogged) for p in e.params}
    assert params == {"lr": 0.1, "name": "adam", "layers": [1, 2], "rate": 0.25}
    assert journal.metrics() == {"auc": [0.5], "loss": [-1.0]}
    assert {event.steps for event in journal.of(PointsLogged)} == {(3,)}
    assert [(e.tags, e.note) for e in journal.of(RunEdited)] == [
        ({"who": "ada"}, None),
        ({}, "it works; <b>mostly</b>"),
    ]
    (artifact,) = journal.of(ArtifactLogged)
    assert (artifact.name, artifact.size_bytes) == ("model.txt", 7)
    assert len(journal.runs()) == 1


@pytest.mark.parametrize(
    ("line", "cure"),
    [
        ("%track strat", "start"),
        ("%track end", "no run is open"),
        ("%track param", "k=v"),
        ("%track param lr", "k=v"),
        ("%track metric acc=high", "not a number"),
        ("%track metric acc=1 --step", "needs a value"),
        ("%track start --colour red", "--experiment"),
        ("%track artifact /no/such/file", "can't read"),
        ("%track start 'open", "quote"),
        ("%track note", "needs the text"),
    ],
)
def test_a_wrong_line_says_what_to_do(run, line, cure, capsys):
    result = run(line)
    assert type(result.error_in_exec).__name__ == "UsageError"
    assert cure in str(result.error_in_exec)


def test_off_stops_and_on_begins_again(run, journal, capsys):
    run("x = [1]")
    run("%track off")
    run("y = [2]")
    run("%track")
    assert "not recording" in capsys.readouterr().out
    run("%track on")
    run("z = [3]")
    assert journal.run_of("y = [2]") == []
    assert journal.run_of("z = [3]") != []
    assert [event.reason for event in journal.of(RunEnded)] == ["%track off"]


def test_help_names_every_subcommand(run, capsys):
    run("%track help")
    said = capsys.readouterr().out
    for name in SUBCOMMANDS:
        assert f"%track {name}" in said


@pytest.mark.filterwarnings("ignore:.*pending deprecation")
def test_tab_completes_subcommands(run, shell):
    _, found = shell.complete(None, "%track st", 9)
    assert "start" in found
    _, found = shell.complete("", "%track ", 7)
    assert {"start", "end", "new"} <= set(found)


@pytest.mark.filterwarnings("ignore:.*pending deprecation")
def test_tab_completes_options_of_the_subcommand(run, shell):
    _, found = shell.complete(None, "%track metric a=1 --s", 21)
    assert found == ["--step"]
    _, found = shell.complete(None, "%track start --", 15)
    assert set(found) == {"--experiment", "--tag"}
    _, found = shell.complete(None, "%track nonsense --", 18)
    assert "--step" not in found


def test_a_note_may_hold_any_text(run, journal):
    run("%track note it's \"so --simple\" 'isn't it")
    (edited,) = journal.of(RunEdited)
    assert edited.note == "it's \"so --simple\" 'isn't it"
