"""`trackbook backup`: made, listed, put back by one command."""

import json
from pathlib import Path

from click.testing import CliRunner

from tests.store.journals import FakeJournal, two_attempts
from trackbook.paths import backups_dir
from trackbook_server.cli import main
from trackbook_server.store.home import Home


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["backup", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_backup_is_made_listed_and_put_back(
    trackbook_home: Path, tmp_path: Path
) -> None:
    assert "has no backups yet" in run("--list")
    two_attempts(FakeJournal(trackbook_home))
    run()
    [made] = backups_dir(trackbook_home).iterdir()
    [listed] = json.loads(run("--list", "--json"))
    assert listed["path"] == str(made)
    assert listed["kind"] == "by-hand"
    assert made.name in run("--list")
    written = json.loads(run("-o", str(tmp_path / "mine.db"), "--json"))
    assert written["size_bytes"] == (tmp_path / "mine.db").stat().st_size
    later = FakeJournal(trackbook_home, writer_id="later")
    later.start("run-c")
    later.execute("run-c", "e9", results={"acc": 0.1})
    home = Home(trackbook_home)
    home.ingest_now()
    home.close()
    for segment in (trackbook_home / "journals").iterdir():
        segment.unlink()
    said = run("--restore", "@latest")
    assert "2 runs" in said
    assert "1 run came after the backup" in said
    assert "run-c" in said
    back = json.loads(run("--restore", str(tmp_path / "mine.db"), "--json"))
    assert (back["run_count"], back["later_count"]) == (2, 0)
    assert Path(back["aside"]).is_file()


def test_what_can_not_be_done_is_said_in_one_line(trackbook_home: Path) -> None:
    result = CliRunner().invoke(main, ["backup", "--restore", "nothing"])
    assert result.exit_code == 1
    assert "there is no backup 'nothing'" in result.output
    result = CliRunner().invoke(main, ["backup", "--list", "--restore", "x"])
    assert "choose one of" in result.output
