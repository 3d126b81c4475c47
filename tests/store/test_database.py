"""The database file: who may open it, how, and what happens when it can't be."""

import json
import os
import resource
import sqlite3
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlite_utils

from tests.store.journals import FakeJournal, two_attempts
from trackbook.errors import HomeNotWritable, HomeTooNew
from trackbook.events import RunEdited
from trackbook.paths import database_path
from trackbook_server.store import filesystem
from trackbook_server.store.database import Database
from trackbook_server.store.filesystem import is_network_path
from trackbook_server.store.home import Home
from trackbook_server.store.migrations import schema_version
from trackbook_server.store.put_back import owned
from trackbook_server.store.queries import count_for_status, count_runs


def add_experiment(db: sqlite_utils.Database, name: str) -> None:
    db.execute(
        "insert into experiments (experiment_id, name) values (?, ?)", (name, name)
    )


def count_experiments(db: sqlite_utils.Database) -> int:
    return int(db.execute("select count(*) from experiments").fetchone()[0])


def test_a_database_in_memory_writes_and_reads() -> None:
    database = Database(memory=True)
    database.write(add_experiment, "a").result()
    assert database.read(count_experiments).result() == 1
    database.close()


def test_a_failing_write_leaves_nothing_behind() -> None:
    def fails(db: sqlite_utils.Database) -> None:
        add_experiment(db, "a")
        raise RuntimeError("half way")

    database = Database(memory=True)
    with pytest.raises(RuntimeError):
        database.write(fails).result()
    assert database.read(count_experiments).result() == 0
    database.close()


def test_reading_can_not_write(home: Home) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        home.database.read(add_experiment, "a").result()


def test_everything_in_the_home_is_private(home: Home, journal: FakeJournal) -> None:
    two_attempts(journal)
    home.ingest_now()
    for path in home.path.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


@pytest.mark.parametrize(("network", "mode"), [(False, "wal"), (True, "delete")])
def test_only_a_local_home_has_a_write_ahead_log(
    trackbook_home: Path, network: bool, mode: str
) -> None:
    home = Home(trackbook_home, network=network)
    two_attempts(FakeJournal(trackbook_home))
    home.ingest_now()
    found = home.database.read(
        lambda db: db.execute("pragma journal_mode").fetchone()[0]
    ).result()
    assert found == mode
    assert home.database.read(count_runs).result().total == 2
    home.close()


def test_a_home_moves_from_a_local_disk_to_a_network_one(trackbook_home: Path) -> None:
    home = Home(trackbook_home)
    two_attempts(FakeJournal(trackbook_home))
    home.ingest_now()
    home.close()
    home = Home(trackbook_home, network=True)
    assert home.database.read(count_runs).result().total == 2
    home.close()
    assert database_path(trackbook_home).read_bytes()[18:20] == b"\x01\x01"


@pytest.mark.parametrize(
    ("kind", "expected"), [("ext4", False), ("nfs4", True), ("fuse.sshfs", True)]
)
def test_network_file_systems_are_recognised(
    tmp_path: Path, kind: str, expected: bool
) -> None:
    shared = tmp_path / "a share"
    shared.mkdir()
    mounts = tmp_path / "mounts"
    escaped = str(shared).replace(" ", r"\040")
    mounts.write_text(
        "/dev/a / ext4 rw 0 0\nbroken\n" + f"server:/x {escaped} {kind} rw 0 0\n"
    )
    assert is_network_path(shared / "home", mounts) is expected
    assert is_network_path(tmp_path, mounts) is False
    assert is_network_path(shared, tmp_path / "missing") is False


def test_a_home_of_a_newer_version_is_refused_and_not_touched(
    trackbook_home: Path,
) -> None:
    Home(trackbook_home).close()
    path = database_path(trackbook_home)
    with sqlite3.connect(path) as newer:
        newer.execute("pragma journal_mode = delete").fetchall()
        newer.execute(f"pragma user_version = {schema_version() + 1}")
    newer.close()
    before = path.read_bytes()
    names = sorted(trackbook_home.iterdir())
    with pytest.raises(HomeTooNew, match=r"newer trackbook.*Upgrade"):
        Home(trackbook_home)
    assert path.read_bytes() == before
    assert sorted(trackbook_home.iterdir()) == names


def test_a_process_stops_where_a_newer_trackbook_has_migrated_meanwhile(
    trackbook_home: Path,
) -> None:
    """As on a disk whose locks tell nothing, or once the owner's lock was free."""
    owner = Home(trackbook_home)
    two_attempts(FakeJournal(trackbook_home))
    owner.ingest_now()
    reader = Home(trackbook_home)
    assert not reader.owns
    with sqlite3.connect(database_path(trackbook_home)) as newer:
        newer.execute(f"pragma user_version = {schema_version() + 1}")
    newer.close()
    journal = FakeJournal(trackbook_home, writer_id="later")
    journal.start("run-c")
    for home in (owner, reader):
        with pytest.raises(HomeTooNew, match=r"newer trackbook.*Upgrade"):
            home.database.read(count_runs).result()
    with pytest.raises(HomeTooNew, match=r"newer trackbook.*Upgrade"):
        owner.ingest_now()
    owner.close()
    with pytest.raises(HomeTooNew):
        reader.try_own()
    reader.close()
    with sqlite3.connect(database_path(trackbook_home)) as same:
        same.execute(f"pragma user_version = {schema_version()}")
    same.close()
    home = Home(trackbook_home)  # upgraded: what the kernels said meanwhile is there
    home.ingest_now()
    assert home.database.read(lambda db: db["runs"].count).result() == 3
    home.close()


def test_a_home_on_a_network_disk_is_told_by_its_mount(
    trackbook_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/a / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\n")
    monkeypatch.setattr(filesystem, "MOUNTS", mounts)
    home = Home(trackbook_home)
    assert home.is_network
    two_attempts(FakeJournal(trackbook_home))
    home.ingest_now()
    home.edit(
        RunEdited(seq=0, at=datetime.now(UTC), run_id="run-a", name="here")
    ).result()
    assert not database_path(trackbook_home).with_name("trackbook.db-wal").exists()
    home.close()
    # Another host, to whom the lock tells nothing, may read it: there is no log.
    owner = trackbook_home / "owner.json"
    said = json.loads(owner.read_text())
    owner.write_text(json.dumps({**said, "host": "far-away", "boot_id": "other"}))
    with owned(trackbook_home):
        elsewhere = Home(trackbook_home)
        assert not elsewhere.owns
        assert elsewhere.database.read(count_runs).result().total == 2
        # What it is told goes to a journal, for the owner.
        edit = RunEdited(seq=0, at=datetime.now(UTC), run_id="run-b", name="there")
        elsewhere.edit(edit).result()
        elsewhere.close()
    home = Home(trackbook_home)
    home.ingest_now()
    names = home.database.read(
        lambda db: [name for (name,) in db.execute("select name from runs order by 1")]
    ).result()
    assert names == ["here", "there"]
    home.close()


def test_an_older_home_is_backed_up_before_it_is_migrated(
    trackbook_home: Path,
) -> None:
    home = Home(trackbook_home)
    two_attempts(FakeJournal(trackbook_home))
    home.ingest_now()
    home.close()
    path = database_path(trackbook_home)
    code = f"""
from pathlib import Path
from trackbook_server.store import migrations
from trackbook_server.store.home import Home

@migrations.migrations()
def m999_more(db):
    db.execute("create table more (x)")

home = Home(Path({str(trackbook_home)!r}))
print(home.database.read(lambda db: "more" in db.table_names()).result())
home.close()
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60
    )
    assert ran.stdout == "True\n", ran.stderr
    [copy] = trackbook_home.glob("backups/*-before-schema-*.db")
    with sqlite3.connect(copy) as kept:
        assert kept.execute("select count(*) from runs").fetchone() == (2,)
        assert kept.execute("pragma user_version").fetchone() == (schema_version(),)
    kept.close()
    assert path.exists()


def test_a_file_that_is_no_database_is_named_and_left_alone(
    trackbook_home: Path,
) -> None:
    trackbook_home.mkdir()
    path = database_path(trackbook_home)
    path.write_bytes(b"my precious notes " * 100)
    with pytest.raises(HomeNotWritable, match="not a trackbook database"):
        Home(trackbook_home)
    assert path.read_bytes() == b"my precious notes " * 100


def test_a_home_that_is_a_file_says_what_mends_it(trackbook_home: Path) -> None:
    trackbook_home.write_text("a file")
    with pytest.raises(HomeNotWritable, match="TRACKBOOK_HOME"):
        Home(trackbook_home)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_without_permission_says_what_mends_it(trackbook_home: Path) -> None:
    trackbook_home.mkdir(mode=0o500)
    with pytest.raises(HomeNotWritable, match="TRACKBOOK_HOME"):
        Home(trackbook_home)


def test_a_full_disk_stops_ingest_and_loses_nothing(trackbook_home: Path) -> None:
    """A process that may write no file beyond 400 KB stands for a full disk."""
    journal = FakeJournal(trackbook_home)
    two_attempts(journal)
    for number in range(200):
        journal.points(
            "run-b", f"noise {number}", [(number * k * 0.37) % 1 for k in range(500)]
        )
    code = f"""
import resource, signal
from pathlib import Path
from trackbook.errors import HomeNotWritable
from trackbook_server.store.home import Home

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
home = Home(Path({str(trackbook_home)!r}))
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, {resource.RLIM_INFINITY}))
try:
    home.ingest_now()
except HomeNotWritable as error:
    print(error)
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60
    )
    assert "Free some space" in ran.stdout, ran.stderr
    home = Home(trackbook_home)
    home.ingest_now()
    _, run_count, bad_count = home.database.read(count_for_status).result()
    assert (run_count, bad_count) == (2, 0)
    metrics = home.database.read(
        lambda db: db.execute("select count(*), sum(count) from metrics").fetchone()
    ).result()
    assert metrics == (202, 100_002)
    home.close()
