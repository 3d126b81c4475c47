"""Whatever the umask: nothing of a home that was used for all can be read by others."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.care.homes import change, fill
from trackbook.paths import aside_dir, database_path
from trackbook_server.care.salvage import salvage
from trackbook_server.cli import main
from trackbook_server.store.backups import keep_backup
from trackbook_server.store.home import Home
from trackbook_server.store.put_back import put_back

SCRIPT = """
import trackbook

with trackbook.start_run("by hand"):
    trackbook.log_metric("loss", 0.5)
"""


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def assert_private(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


@pytest.mark.usefixtures("open_umask")
def test_nothing_that_trackbook_writes_can_be_read_by_others(
    trackbook_home: Path, tmp_path: Path
) -> None:
    subprocess.run([sys.executable, "-c", SCRIPT], check=True, timeout=60)
    fill(trackbook_home)
    home = Home(trackbook_home)  # with its log and what SQLite shares beside it
    home.ingest_now()
    assert database_path(trackbook_home).with_name("trackbook.db-wal").exists()
    assert_private(trackbook_home)
    home.close()
    backup = keep_backup(trackbook_home, "by-hand", datetime.now(UTC))
    put_back(trackbook_home, backup)
    change(trackbook_home, "update metrics set count = 1 where key = 'loss'")
    change(trackbook_home, "delete from runs where run_id = 'run-03'")
    salvage(trackbook_home)
    CliRunner().invoke(main, ["doctor", "--repair", "--yes"], catch_exceptions=False)
    assert len(list(aside_dir(trackbook_home).iterdir())) >= 2
    assert_private(trackbook_home)
    written = tmp_path / "mine.db"
    CliRunner().invoke(main, ["backup", "-o", str(written)], catch_exceptions=False)
    assert_private(written)
    shutil.rmtree(trackbook_home)
