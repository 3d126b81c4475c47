"""The environment, git, and the notebook's file of a headless run."""

import subprocess
import sys
import threading
from pathlib import Path

from trackbook.capture.background import Background
from trackbook.capture.environment import (
    capture_environment,
    capture_git,
    identify_environment,
)
from trackbook.capture.notebook import find_notebook, read_notebook
from trackbook.events import EnvironmentCaptured, JournalOpened
from trackbook.installed import list_packages
from trackbook.journal import list_segments, read_lines
from trackbook.writer import JournalWriter


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "-C", folder, *who, *arguments], check=True)


def test_git_says_commit_branch_and_dirt_and_no_password(repository):
    assert capture_git(repository.parent / "nowhere") is None
    git(repository, "init", "-q", "-b", "trunk")
    git(repository, "remote", "add", "origin", "https://me:secret@example.org/x.git")
    (repository / "a").write_text("1")
    git(repository, "add", "a")
    git(repository, "commit", "-q", "-m", "first")
    found = capture_git(repository)
    assert found is not None
    assert len(found["commit"]) == 40
    assert (found["branch"], found["dirty"]) == ("trunk", False)
    assert found["remote"] == "https://example.org/x.git"
    (repository / "a").write_text("2")
    assert (capture_git(repository) or {})["dirty"] is True


def test_packages_are_named_as_installers_do_and_the_first_folder_wins(tmp_path):
    for folder, name in [
        ("one", "scikit_learn-1.8.0.dist-info"),
        ("one", "Some.Thing-2.0-py3.11.egg-info"),
        ("two", "scikit_learn-0.1.dist-info"),
        ("two", "not a package"),
    ]:
        (tmp_path / folder / name).mkdir(parents=True)
    folders = [str(tmp_path / name) for name in ("one", "missing", "two")]
    assert list_packages(folders) == {"scikit-learn": "1.8.0", "some-thing": "2.0"}


def test_an_environment_is_named_by_what_it_holds():
    environment = capture_environment()
    assert identify_environment(environment) == identify_environment(
        dict(reversed(environment.items()))
    )
    assert environment["packages"]["msgspec"]


def test_who_waits_for_what_is_due_waits_also_for_what_has_just_begun(tmp_path):
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for number in range(20):
            writer = JournalWriter(tmp_path / str(number))
            background = Background(writer, tmp_path, {})
            background.run_opened("r", tmp_path)
            other = threading.Thread(target=background.begin)
            other.start()
            background.wait(10)
            writer.close()
            other.join()
            events = [
                line.event
                for segment in list_segments(writer.folder)
                for line in read_lines(segment.path)
            ]
            assert [type(event) for event in events] == [
                JournalOpened,
                EnvironmentCaptured,
            ]
    finally:
        sys.setswitchinterval(interval)


def test_the_notebook_is_left_to_a_server_and_found_without_one(tmp_path, monkeypatch):
    path = tmp_path / "a.ipynb"
    path.write_text('{"cells": []}')
    namespace = {"__vsc_ipynb_file__": str(path)}
    monkeypatch.setenv("TRACKBOOK_SERVER", "1")
    assert find_notebook(namespace) is None
    monkeypatch.delenv("TRACKBOOK_SERVER")
    assert find_notebook(namespace) == path
    assert read_notebook(path) == (path.read_bytes(), 0)
    for text in ("", "[]", '{"cells": 3}', "{"):
        path.write_text(text)
        assert read_notebook(path) is None
