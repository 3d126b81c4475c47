"""Backups: made while the home is used, checked, rotated, and put back."""

import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.faults import Nest, check_store, flip_bit, rounds
from tests.store.journals import FakeJournal, two_attempts
from tests.store.old_homes import content_of
from trackbook.errors import (
    BackupNotFound,
    HomeDamaged,
    HomeError,
    HomeNotWritable,
    HomeTooNew,
    WouldOverwrite,
)
from trackbook.paths import aside_dir, backups_dir, database_path
from trackbook_server.store.backups import (
    check_backup,
    find_backup,
    keep_backup,
    list_backups,
    write_backup,
)
from trackbook_server.store.daily_backups import DailyBackups, Keep, list_spare
from trackbook_server.store.home import Home
from trackbook_server.store.migrations import schema_version
from trackbook_server.store.put_back import put_back
from trackbook_server.store.queries import count_runs

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def used(trackbook_home: Path, journal: FakeJournal) -> Path:
    """A home with two runs, closed."""
    two_attempts(journal)
    with_ingest(trackbook_home)
    return trackbook_home


def with_ingest(path: Path) -> int:
    """Open the home, take in its journals, and return how many runs are listed."""
    home = Home(path)
    home.ingest_now()
    total = home.database.read(count_runs).result().total
    home.close()
    return total


def daily(home: Path, now: datetime, **options: Any) -> DailyBackups:
    keep = options.pop("keep", Keep())
    return DailyBackups(home, keep=keep, network=False, now=lambda: now, **options)


def add_run(home: Path, run_id: str) -> None:
    journal = FakeJournal(home, writer_id=f"writer-of-{run_id}")
    journal.start(run_id, {"is": run_id})
    journal.execute(run_id, f"e-{run_id}", results={"acc": 0.5})
    journal.end(run_id)


@pytest.mark.parametrize("network", [False, True])
def test_a_backup_of_a_home_in_use_holds_what_the_store_holds(
    trackbook_home: Path, network: bool
) -> None:
    home = Home(trackbook_home, network=network)
    two_attempts(FakeJournal(trackbook_home))
    home.ingest_now()
    made = keep_backup(trackbook_home, "by-hand", NOON, network=network)
    assert made.name == "20261128T120000Z-by-hand.db"
    again = keep_backup(trackbook_home, "by-hand", NOON, network=network)
    assert again.name == "20261128T120001Z-by-hand.db"
    home.close()
    assert content_of(made) == content_of(database_path(trackbook_home))
    assert made.stat().st_mode & 0o777 == 0o600
    assert sorted(backups_dir(trackbook_home).iterdir()) == [made, again]


def test_one_is_made_a_day_and_only_when_something_changed(used: Path) -> None:
    assert daily(used, NOON).make_due() is not None
    add_run(used, "later")
    with_ingest(used)
    assert daily(used, NOON + timedelta(hours=23)).make_due() is None
    assert daily(used, NOON + timedelta(hours=24)).make_due() is not None
    assert daily(used, NOON + timedelta(hours=60)).make_due() is None
    assert [backup.kind for backup in list_backups(used)] == ["daily", "daily"]


def test_a_home_without_anything_in_it_has_no_backups(trackbook_home: Path) -> None:
    assert daily(trackbook_home, NOON).make_due() is None
    Home(trackbook_home).close()
    assert daily(trackbook_home, NOON).make_due() is None


def test_seven_days_and_four_weeks_stay(used: Path) -> None:
    last = NOON
    for day in range(60):
        last = NOON + timedelta(days=day)
        add_run(used, f"run-{day:02}")
        with_ingest(used)
        backups = daily(used, last)
        assert backups.make_due() is not None, backups.problem
    ages = [(last - backup.made_at).days for backup in list_backups(used)]
    # 60 days after a Saturday is a Tuesday; the weeks' last backups are of Sundays.
    assert ages == [0, 1, 2, 3, 4, 5, 6, 9, 16]


def test_what_a_person_made_and_what_is_of_the_future_stays(used: Path) -> None:
    keep_backup(used, "by-hand", NOON - timedelta(days=90))
    for number in range(5):
        keep_backup(used, "before-schema-9", NOON - timedelta(days=80 + number))
    ahead = keep_backup(used, "daily", NOON + timedelta(days=400))
    add_run(used, "later")
    with_ingest(used)
    # The clock went back: what it made before counts for nothing, and stays.
    assert daily(used, NOON, keep=Keep(days=1, weeks=0)).make_due() is not None
    kinds = [backup.kind for backup in list_backups(used)]
    assert kinds == ["daily", "daily", *["before-schema-9"] * 3, "by-hand"]
    assert list_backups(used)[0].path == ahead
    assert list_spare(list_backups(used), Keep(0, 0), NOON) != []


def test_where_there_is_no_room_it_is_said_and_mended_by_room(used: Path) -> None:
    tight = daily(used, NOON, free=lambda _: 1_000_000)
    assert tight.make_due() is None
    assert "no room for a backup" in (tight.problem or "")
    assert "backup -o FILE" in (tight.problem or "")
    assert list_backups(used) == []
    roomy = daily(used, NOON)
    assert roomy.make_due() is not None
    assert roomy.problem is None


def test_a_disk_that_fills_up_meanwhile_leaves_no_half_backup(used: Path) -> None:
    code = f"""
import resource, signal
from datetime import UTC, datetime
from pathlib import Path
from trackbook.errors import HomeNotWritable
from trackbook_server.store.backups import keep_backup
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, {resource.RLIM_INFINITY}))
try:
    keep_backup(Path({str(used)!r}), "daily", datetime.now(UTC))
except HomeNotWritable as error:
    print(error)
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60
    )
    assert "Free some space" in ran.stdout, ran.stderr
    assert list(backups_dir(used).iterdir()) == []


MAKE = """
from datetime import UTC, datetime
from pathlib import Path
from trackbook_server.store.backups import keep_backup
ready()
while True:
    keep_backup(Path({home!r}), "daily", datetime.now(UTC))
"""


def test_a_backup_that_is_there_is_sound_whenever_its_maker_was_killed(
    used: Path, nest: Nest, dice: random.Random
) -> None:
    for _ in rounds(8):
        nest.kill_at_random(MAKE.format(home=str(used)), dice, 0.3)
        for backup in list_backups(used)[:3]:
            check_backup(backup.path)
            assert content_of(backup.path) == content_of(database_path(used))
    old = datetime.now().timestamp() - 8000
    for left in backups_dir(used).glob(".making-*"):
        os.utime(left, (old, old))
    keep_backup(used, "by-hand", NOON)
    assert not list(backups_dir(used).glob(".making-*"))
    check_store(used)


PUT_BACK = """
from pathlib import Path
from trackbook_server.store.put_back import put_back
ready()
put_back(Path({home!r}), Path({backup!r}))
"""


def test_putting_back_killed_at_any_moment_leaves_the_one_or_the_other(
    used: Path, nest: Nest, dice: random.Random, tmp_path: Path
) -> None:
    backup = keep_backup(used, "by-hand", NOON)
    older = content_of(backup)
    for number in rounds(10):
        add_run(used, f"run-{number}")
        with_ingest(used)
        newer = content_of(database_path(used))
        code = PUT_BACK.format(home=str(used), backup=str(backup))
        nest.kill_at_random(code, dice, 0.05)
        now = content_of(database_path(used))
        if now != newer:
            assert now == older
            kept = max(aside_dir(used).iterdir()) / "trackbook.db"
            assert content_of(kept) == newer
        check_store(used)


def test_what_came_after_a_backup_is_named_and_kept(used: Path) -> None:
    backup = keep_backup(used, "by-hand", NOON)
    before = content_of(database_path(used))
    add_run(used, "later")
    with_ingest(used)
    after = content_of(database_path(used))
    add_run(used, "in a journal still")
    done = put_back(used, backup)
    assert [run.run_id for run in done.later_runs] == ["later"]
    assert done.aside is not None
    assert content_of(done.aside) == after
    assert content_of(database_path(used)) == before
    # All that lies there yet is applied, once: what came in since, too.
    assert with_ingest(used) == 4
    assert with_ingest(used) == 4
    # And the way back is the same.
    assert put_back(used, done.aside).later_count == 1
    assert with_ingest(used) == 4
    check_store(used)


def test_a_process_that_reads_meanwhile_sees_what_was_put_back(used: Path) -> None:
    reader = Home(used)
    reader.ownership.release()  # as one that came second
    backup = keep_backup(used, "by-hand", NOON)
    writer = Home(used)
    add_run(used, "later")
    writer.ingest_now()
    writer.close()
    assert reader.database.read(count_runs).result().total == 3
    put_back(used, backup)
    assert reader.database.read(count_runs).result().total == 2
    reader.close()


def test_a_home_in_use_is_not_touched(used: Path) -> None:
    backup = keep_backup(used, "by-hand", NOON)
    home = Home(used)
    with pytest.raises(HomeNotWritable, match=r"in use by process.*close JupyterLab"):
        put_back(used, backup)
    home.close()


def test_a_backup_that_is_not_sound_is_refused(
    used: Path, dice: random.Random, tmp_path: Path
) -> None:
    backup = keep_backup(used, "by-hand", NOON)
    before = content_of(database_path(used))
    refused = 0
    for _ in rounds(30):
        damaged = tmp_path / "damaged.db"
        shutil.copy2(backup, damaged)
        for _ in range(40):
            flip_bit(damaged, dice)
        try:
            check_backup(damaged)
        except HomeError:
            refused += 1
            with pytest.raises(HomeError):
                put_back(used, damaged)
            assert content_of(database_path(used)) == before
    assert refused
    short = tmp_path / "short.db"
    short.write_bytes(backup.read_bytes()[:9000])
    with pytest.raises(HomeDamaged, match="not sound"):
        put_back(used, short)
    newer = tmp_path / "newer.db"
    shutil.copy2(backup, newer)
    with sqlite3.connect(newer) as db:
        db.execute(f"pragma user_version = {schema_version() + 1}")
    db.close()
    with pytest.raises(HomeTooNew):
        put_back(used, newer)
    assert content_of(database_path(used)) == before
    assert not aside_dir(used).exists()


def test_a_backup_is_found_by_name_path_or_as_the_latest(
    used: Path, tmp_path: Path
) -> None:
    with pytest.raises(BackupNotFound, match="has none yet"):
        find_backup(used, "@latest")
    first = keep_backup(used, "by-hand", NOON)
    second = keep_backup(used, "by-hand", NOON + timedelta(days=1))
    elsewhere = write_backup(database_path(used), tmp_path / "mine.db")
    assert find_backup(used, "@latest") == second
    assert find_backup(used, first.name) == first
    assert find_backup(used, str(elsewhere)) == elsewhere
    with pytest.raises(BackupNotFound, match=second.name):
        find_backup(used, "nothing.db")
    with pytest.raises(WouldOverwrite):
        write_backup(database_path(used), elsewhere)


def test_a_server_makes_a_backup_on_a_thread_of_its_own(used: Path) -> None:
    ticks = iter([0.0, 10.0, 31.0, 31.0, 40.0])
    backups = daily(used, NOON, clock=lambda: next(ticks))
    backups.look()
    assert list_backups(used) == []
    backups.look()
    backups.look()
    while not list_backups(used):
        pass
    backups.close()
    assert len(list_backups(used)) == 1
