"""One home, several processes: who writes, what a kill leaves, which files go."""

import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.store.journals import FakeJournal, two_attempts
from trackbook.errors import HomeNotWritable
from trackbook.events import RunEdited
from trackbook_server.reading import open_home, search_runs
from trackbook_server.store.home import Home
from trackbook_server.store.ownership import Owner, boot_id, is_process_alive
from trackbook_server.store.placement import end_lost_runs
from trackbook_server.store.queries import count_runs
from trackbook_server.store.rows import rows
from trackbook_server.store.run_details import get_run


def until(condition: Any, seconds: float = 20.0) -> Any:
    """Poll until `condition` returns something true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError("it did not happen in time")


def living(**header: Any) -> dict[str, Any]:
    """A header of a writer that lives: this process."""
    return {
        "host": platform.node(),
        "boot_id": boot_id(),
        "pid": os.getpid(),
        "pid_started_at": psutil.Process().create_time(),
        **header,
    }


def a_dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def start_process(code: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )


HOLDER = """
import sys
from pathlib import Path
from trackbook_server.store.home import Home
home = Home(Path({home!r}))
home.start()
print("ready", flush=True)
sys.stdin.read()
home.close()
"""


def test_what_is_written_is_visible_soon_after(
    home: Home, journal: FakeJournal
) -> None:
    home.start()
    until(lambda: home.database.read(rows, "select * from writers").result())
    slowest = 0.0
    for number in range(5):
        journal.start(f"run-{number}")
        written = time.monotonic()
        until(
            lambda n=number: home.database.read(
                rows, "select 1 from runs where run_id = ?", (f"run-{n}",)
            ).result()
        )
        slowest = max(slowest, time.monotonic() - written)
    assert slowest < 1.0  # 0.3 on a machine that does nothing else


def test_a_second_process_reads_and_its_edits_are_applied_by_the_first(
    trackbook_home: Path, journal: FakeJournal
) -> None:
    two_attempts(journal)
    first = start_process(HOLDER.format(home=str(trackbook_home)))
    assert first.stdout is not None
    assert first.stdout.readline() == "ready\n"
    second = Home(trackbook_home)
    assert not second.owns
    assert f"process {first.pid}" in (second.describe_owner() or "")
    until(lambda: second.database.read(count_runs).result().total == 2)
    edit = RunEdited(seq=0, at=datetime.now(UTC), run_id="run-a", name="from afar")
    second.edit(edit).result()
    until(lambda: second.database.read(get_run, "run-a").result().name == "from afar")
    first.communicate(timeout=20)
    second.close()


def test_the_second_process_takes_over_when_the_first_is_killed(
    trackbook_home: Path, journal: FakeJournal
) -> None:
    first = start_process(HOLDER.format(home=str(trackbook_home)))
    assert first.stdout is not None
    first.stdout.readline()
    second = Home(trackbook_home)
    second.start()
    assert not second.owns
    first.kill()
    first.wait()
    two_attempts(journal)
    until(lambda: second.owns)
    until(lambda: second.database.read(count_runs).result().total == 2)
    second.close()
    first.communicate()


def test_a_command_waits_for_the_owner_to_catch_up(
    trackbook_home: Path, journal: FakeJournal
) -> None:
    first = start_process(HOLDER.format(home=str(trackbook_home)))
    assert first.stdout is not None
    first.stdout.readline()
    for number in range(50):
        two_attempts_of(journal, number)
    with open_home(trackbook_home, wait_seconds=20) as second:
        assert not second.owns
        assert second.database.read(count_runs).result().total == 50
    first.communicate(timeout=20)


def two_attempts_of(journal: FakeJournal, number: int) -> None:
    journal.start(f"run-{number:03}", {"n": number})
    journal.points(f"run-{number:03}", "acc", [number / 100])
    journal.end(f"run-{number:03}")


def test_a_rotated_segment_goes_once_it_is_in_the_database(
    home: Home, trackbook_home: Path
) -> None:
    journal = FakeJournal(trackbook_home, **living())
    two_attempts(journal)
    old = journal.path
    content = old.read_bytes()
    journal.rotate()
    journal.start("run-c")
    home.ingest_now()
    assert not old.exists()
    assert journal.path.exists()
    old.write_bytes(content)  # a backup was put back
    home.ingest_now()
    assert not old.exists()
    assert home.database.read(count_runs).result().total == 3
    run = home.database.read(get_run, "run-a").result()
    assert run.metrics["acc"].count == 1


def test_a_dead_writer_s_runs_are_lost_and_its_half_line_is_kept(
    home: Home, trackbook_home: Path
) -> None:
    journal = FakeJournal(trackbook_home, **living(pid=a_dead_pid()))
    journal.start("run")
    journal.execute("run", "e1", status=None)
    journal.raw(b'{"type": "run_en')
    home.ingest_now()
    run = home.database.read(get_run, "run").result()
    assert (run.status, run.cell_executions[0].status) == ("lost", "interrupted")
    assert not journal.path.exists()
    [torn] = home.database.read(rows, "select * from bad_lines").result()
    assert (torn["kind"], torn["text"]) == ("torn", b'{"type": "run_en')


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"host": "another host", "pid": 1},
        {"boot_id": "", "pid_started_at": 0.0},
    ],
)
def test_a_writer_that_may_live_keeps_its_run_and_its_file(
    home: Home, trackbook_home: Path, header: dict[str, Any]
) -> None:
    journal = FakeJournal(trackbook_home, **living(**header))
    journal.start("run")
    home.ingest_now()
    assert home.database.read(get_run, "run").result().status == "open"
    assert journal.path.exists()


def test_a_writer_of_an_earlier_boot_is_gone(home: Home, trackbook_home: Path) -> None:
    if not boot_id():
        pytest.skip("this system names no boots")
    journal = FakeJournal(trackbook_home, **living(boot_id="an-earlier-one"))
    journal.start("run")
    home.ingest_now()
    assert home.database.read(get_run, "run").result().status == "lost"


def test_a_process_with_a_reused_pid_is_another() -> None:
    me = psutil.Process()
    assert is_process_alive(me.pid, me.create_time())
    assert is_process_alive(me.pid, 0)
    assert not is_process_alive(me.pid, me.create_time() - 3600)


def test_a_lost_run_that_writes_again_is_running_again(
    home: Home, trackbook_home: Path
) -> None:
    journal = FakeJournal(trackbook_home)
    journal.start("run")
    home.ingest_now()

    def lose(db: Any) -> list[str]:
        return end_lost_runs(
            db,
            writer_ids=["w1"],
            reason="gone",
            at=datetime.fromisoformat("2026-11-23T10:00:10Z"),
        )

    assert home.database.write(lose).result() == ["run"]
    assert home.database.read(get_run, "run").result().status == "lost"
    journal.execute("run", "e1", status=None)  # said before it was taken for lost
    home.ingest_now()
    assert home.database.read(get_run, "run").result().status == "lost"
    journal.seq = 60
    journal.execute("run", "e2", status=None)
    home.ingest_now()
    assert home.database.read(get_run, "run").result().status == "running"
    home.database.write(lose).result()
    journal.end("run", "finished")
    home.ingest_now()
    # The last execution never ended; its kernel still said that the run finished.
    assert home.database.read(get_run, "run").result().status == "finished"


def test_the_owner_file_says_who_writes(home: Home) -> None:
    owner = json.loads((home.path / "owner.json").read_text())
    assert Owner(**owner).pid == os.getpid()
    assert home.ownership.get_owner() is not None


def test_a_home_that_another_host_writes_ahead_is_not_read_here(
    home: Home,
) -> None:
    path = home.path / "owner.json"
    owner = json.loads(path.read_text())
    path.write_text(json.dumps({**owner, "host": "far-away", "boot_id": "other"}))
    with pytest.raises(HomeNotWritable, match="far-away"):
        Home(home.path)


def test_search_runs_gives_a_frame(trackbook_home: Path, journal: FakeJournal) -> None:
    two_attempts(journal)
    journal.put("run_edited", run_id="run-a", tags={"who": "me"})
    frame = search_runs(home=trackbook_home)
    assert list(frame["run_id"]) == ["run-b", "run-a"]
    assert list(frame["params.lr"]) == [0.003, 0.01]
    assert list(frame["metrics.acc"]) == [0.95, 0.9]
    assert frame["tags.who"][1] == "me"
    assert str(frame["start_time"].dtype).startswith("datetime64")
    assert list(search_runs(order_by="main_metric", home=trackbook_home)["run_id"]) == [
        "run-a",
        "run-b",
    ]
    assert len(search_runs(max_results=1, home=trackbook_home)) == 1
    good = search_runs("metrics.acc > 0.9 and tags.who = 'me'", home=trackbook_home)
    assert list(good["run_id"]) == []
    good = search_runs("metrics.acc > 0.9", home=trackbook_home)
    assert list(good["run_id"]) == ["run-b"]


def test_search_runs_of_an_empty_home_is_an_empty_frame(trackbook_home: Path) -> None:
    assert len(search_runs(home=trackbook_home)) == 0
