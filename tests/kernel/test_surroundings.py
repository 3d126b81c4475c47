"""The environment, git, and the notebook's file of a headless run."""

import subprocess
from pathlib import Path

from trackbook.capture.environment import (
    capture_environment,
    capture_git,
    identify_environment,
)
from trackbook.capture.notebook import find_notebook, read_notebook
from trackbook.installed import list_packages


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
