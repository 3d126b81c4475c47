"""`trackbook edit`, `move`, `experiments`, `trash`, `gc`."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.store.journals import FakeJournal
from tests.store.test_trash import age_blobs, fill
from trackbook_server.cli import main


@pytest.fixture
def runs(trackbook_home: Path) -> list[str]:
    found = fill(FakeJournal(trackbook_home), trackbook_home, "run", 12)
    age_blobs(trackbook_home)
    return found


def call(*arguments: str, code: int = 0, typed: str | None = None) -> Result:
    result = CliRunner().invoke(main, arguments, input=typed)
    assert result.exit_code == code, result.output
    return result


def ask(*arguments: str) -> Any:
    return json.loads(call(*arguments, "--json").stdout)


def names(*arguments: str) -> list[str]:
    return sorted(run["run_id"] for run in ask("runs", "--all", *arguments))


def test_runs_are_moved_to_a_new_experiment_and_back(runs: list[str]) -> None:
    result = call("move", runs[0], "--to", "tuning", code=1)
    assert "no experiment is called 'tuning'" in result.output
    assert ask("move", *runs[:2], "--to", "tuning", "--create") == {
        "run_count": 2,
        "changed_count": 2,
    }
    counts = {found["name"]: found["run_count"] for found in ask("experiments")}
    assert counts == {"a": 10, "tuning": 2}
    assert "tuning" in call("experiments").output
    said = call("move", *runs[:3], "--to", "tuning").output
    assert said == "1 run moved to tuning.\n2 were so already.\n"
    assert names("experiment = 'tuning'") == runs[:3]
    call("move", "--filter", "experiment = 'tuning'", "--back")
    assert names("experiment = 'a'") == runs


def test_experiments_are_made_renamed_merged_and_split(runs: list[str]) -> None:
    call("experiments", "create", "one")
    assert "one" in call("experiments", "create", "one", code=1).output
    call("move", runs[0], "--to", "one")
    call("experiments", "rename", "one", "two")
    assert ask("experiments", "merge", "two", "--into", "a")["run_count"] == 12
    assert [found["name"] for found in ask("experiments")] == ["a"]
    assert names("experiment = 'a'") == runs
    result = call("experiments", "merge", "a", "--into", "two", code=1)
    assert "into itself" in result.output
    assert ask("experiments", "split", "two")["run_count"] == 1
    assert names("experiment = 'two'") == runs[:1]


def test_what_is_said_of_runs_is_changed(runs: list[str]) -> None:
    call("edit", runs[0], "--name", "best", "--note", "look here", "--pin", "--star")
    [found] = ask("runs", "--pinned")
    assert (found["name"], found["starred"]) == ("best", True)
    call("edit", "--filter", "params.lr > 0.5", "--tag", "team=red", "--untag", "t")
    assert ask("show", runs[9])["tags"] == {"team": "red"}
    call("edit", "best", "--unpin")
    assert ask("runs", "--pinned") == []
    call("edit", code=2)
    assert "one run" in call("edit", *runs[:2], "--name", "x", code=1).output


def test_archived_runs_are_found_and_brought_back(runs: list[str]) -> None:
    call("edit", "--filter", "params.lr < 0.35", "--archive")
    assert names() == runs[4:]
    assert names("--archived") == runs[:4]
    call("edit", "--filter", "params.lr < 0.15", "--unarchive")
    assert names("--archived") == runs[2:4]


def test_the_trash_says_what_emptying_frees_and_what_it_did(
    trackbook_home: Path, runs: list[str]
) -> None:
    assert call("trash", "--list").output.startswith("The trash is empty.")
    call("trash", "--filter", "params.lr < 0.95")
    call("trash", "--undo", runs[0])
    assert ask("trash", "--list")["run_count"] == 9
    said = call("trash", "--empty", typed="n\n", code=1).output
    assert "9 runs in the trash; emptying it frees" in said
    assert len(names("--trashed")) == 9
    one = ask("trash", "--empty", runs[1])
    assert one["done_count"] == 1
    said = call("trash", "--empty", typed="y\n").output
    assert "8 runs deleted for good; " in said
    assert " KB freed." in said
    assert names() == [runs[0], *runs[10:]]
    assert "RunNotFound" not in call("show", runs[1], code=1).output
    assert ask("gc")["phase"] == "done"


def test_the_trash_can_be_told_to_let_go_of_old_runs(runs: list[str]) -> None:
    said = call("trash", "--keep-days", "30").output
    assert said == "What is in the trash for 30 days is deleted by itself.\n"
    assert ask("trash", "--list")["keep_days"] == 30
    assert "for ever" in call("trash", "--keep-days", "-3", code=1).output
    call("trash", "--older-than", "3", code=2)
    call("trash", code=1)
