"""Databases of every older schema are brought up to date, all of it or nothing."""

import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.faults import Nest, check_store, rounds
from tests.store.journals import FakeJournal, two_attempts
from tests.store.old_homes import content_of, make_older, older_versions
from trackbook.errors import HomeNotMigrated
from trackbook.paths import backups_dir, database_path, ensure_home
from trackbook_server.store import migrations
from trackbook_server.store.database_file import read_version
from trackbook_server.store.home import Home
from trackbook_server.store.migrations import schema_version
from trackbook_server.store.queries import count_runs

OPEN = """
from pathlib import Path
from trackbook_server.store.home import Home
ready()
Home(Path({home!r})).close()
"""


@pytest.fixture
def newest(tmp_path: Path) -> Path:
    """A database with something in it, as this version leaves it."""
    used = tmp_path / "used"
    home = Home(used)
    journal = FakeJournal(used)
    two_attempts(journal)
    for number in range(40):
        journal.start(f"run-{number:02}", {"lr": number / 100, "name": f"x{number}"})
        for step in range(5):
            journal.points(
                f"run-{number:02}", "loss", [1 / (step + 1)], first_step=step
            )
        journal.execute(f"run-{number:02}", f"x{number}", results={"acc": number / 50})
        journal.end(f"run-{number:02}")
    home.ingest_now()
    home.close()
    return database_path(used)


def place(database: Path, home: Path) -> Path:
    shutil.rmtree(home, ignore_errors=True)
    ensure_home(home)
    shutil.copy2(database, database_path(home))
    return database_path(home)


@pytest.mark.parametrize("version", older_versions())
def test_an_older_database_killed_in_its_migration_is_as_it_was_or_done(
    version: int,
    newest: Path,
    nest: Nest,
    dice: random.Random,
    trackbook_home: Path,
    tmp_path: Path,
) -> None:
    old = make_older(newest, tmp_path / "old.db", version)
    before = content_of(old)
    place(old, trackbook_home)
    code = OPEN.format(home=str(trackbook_home))
    whole = nest.measure(code)
    done = content_of(database_path(trackbook_home))
    for _ in rounds(2):
        path = place(old, trackbook_home)
        nest.kill_at_random(code, dice, whole)
        with sqlite3.connect(path) as db:
            [(at,)] = db.execute("pragma user_version").fetchall()
        db.close()
        assert content_of(path) == (before if at == version else done)
        assert at in (version, schema_version())
        Home(trackbook_home).close()
        assert content_of(path) == done
    check_store(trackbook_home)
    home = Home(trackbook_home)
    assert home.database.read(count_runs).result().total == 42
    home.close()


def test_a_migration_that_fails_in_the_middle_changes_nothing(
    newest: Path, trackbook_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = 12  # the next one asks for `number_of`
    path = place(make_older(newest, tmp_path / "old.db", version), trackbook_home)
    before = content_of(path)
    monkeypatch.setattr(migrations, "number_of", None)  # the last one can't go on
    with pytest.raises(HomeNotMigrated, match=r"from schema \d+ to \d+.*Nothing was"):
        Home(trackbook_home)
    assert content_of(path) == before
    assert read_version(path) == version
    with pytest.raises(HomeNotMigrated):
        Home(trackbook_home)
    assert len(list(backups_dir(trackbook_home).iterdir())) == 1
    monkeypatch.undo()
    home = Home(trackbook_home)
    assert home.database.read(count_runs).result().total == 42
    home.close()


def test_the_copy_before_a_migration_is_sound_and_of_the_old_schema(
    newest: Path, trackbook_home: Path, tmp_path: Path
) -> None:
    version = schema_version() - 1
    old = make_older(newest, tmp_path / "old.db", version)
    place(old, trackbook_home)
    Home(trackbook_home).close()
    [copy] = backups_dir(trackbook_home).iterdir()
    assert copy.name.endswith(f"-before-schema-{schema_version()}.db")
    assert read_version(copy) == version
    assert content_of(copy) == content_of(old)
