"""The journal's writer: nothing logged is lost, whatever happens to the process."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trackbook import writer as writer_module
from trackbook.events import (
    MAX_BATCH_POINTS,
    MAX_LINE_BYTES,
    CaptureFailed,
    Event,
    ExecutionStarted,
    JournalOpened,
    Param,
    ParamsLogged,
    PointsLogged,
    RunStarted,
)
from trackbook.journal import list_segments, read_lines
from trackbook.writer import JournalWriter

TARGET = ("run", None, "user")
START_NS = 1_700_000_000_000_000_000


def make(folder: Path, **options: Any) -> JournalWriter:
    ticks = count(START_NS, 1_000_000)
    ids = count()
    options.setdefault("notify", lambda _: None)
    return JournalWriter(
        folder, clock=lambda: next(ticks), ids=lambda: f"writer{next(ids)}", **options
    )


def read(folder: Path) -> list[Event]:
    events = []
    for segment in list_segments(folder):
        for line in read_lines(segment.path):
            assert line.event is not None, line.problem
            events.append(line.event)
    return events


def points(events: list[Event]) -> list[tuple[int, Any]]:
    return [
        pair
        for event in events
        if isinstance(event, PointsLogged)
        for pair in zip(event.steps, event.values, strict=True)
    ]


def test_nothing_is_created_before_the_first_event(tmp_path):
    writer = make(tmp_path / "journals")
    writer.close()
    assert list(tmp_path.iterdir()) == []


def test_what_cells_say_is_written_between_them_or_soon_all_the_same(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(writer_module, "TICK_SECONDS", 0.1)
    busy = [True]
    writer = make(tmp_path, is_busy=lambda: busy[0])
    writer.put(RunStarted, run_id="a")  # the thread is there from now on
    while len(read(tmp_path)) < 2:
        time.sleep(0.01)
    began = time.monotonic()
    writer.put(RunStarted, run_id="b")
    writer.request_flush()
    while len(read(tmp_path)) < 3:
        time.sleep(0.01)
    # Ticks come later on a busy machine, never earlier.
    assert time.monotonic() - began >= (writer_module.BUSY_TICKS - 1) * 0.1
    writer.put(RunStarted, run_id="c")
    busy[0] = False
    while len(read(tmp_path)) < 4:
        time.sleep(0.01)
    writer.close()


def test_the_first_line_names_the_writer(tmp_path):
    writer = make(tmp_path, kernel_id="k")
    writer.put(RunStarted, run_id="r")
    writer.close()
    header, started = read(tmp_path)
    assert isinstance(header, JournalOpened)
    assert (header.seq, header.segment, header.pid) == (0, 0, os.getpid())
    assert (header.writer_id, header.kernel_id) == ("writer0", "k")
    assert 0 < header.pid_started_at <= time.time()
    assert started.seq == 1
    (segment,) = list_segments(tmp_path)
    assert segment.path.stat().st_mode & 0o777 == 0o600


def test_points_become_columns_that_keep_what_json_can_not_say(tmp_path):
    writer = make(tmp_path)
    for value in (1.0, float("nan"), float("inf"), float("-inf")):
        writer.put_point(TARGET, "loss", value)
    writer.put_point(TARGET, "loss", 2.0, 10)
    writer.put_point(TARGET, "loss", 3.0)
    writer.close()
    _, event = read(tmp_path)
    assert isinstance(event, PointsLogged)
    assert event.values == (1.0, "NaN", "Infinity", "-Infinity", 2.0, 3.0)
    assert event.steps == (0, 1, 2, 3, 10, 11)
    assert event.times_ms[0] == START_NS // 1_000_000


def test_no_batch_and_no_line_is_over_its_bound(tmp_path):
    writer = make(tmp_path)
    for step in range(3 * MAX_BATCH_POINTS):
        writer.put_point(TARGET, "k" * 10_000, -1 / (step + 3) * 1e-300, 2**62 + step)
    text = "\x00é" * 500_000
    params = (Param("p", "x" * 300_000), Param("q", [1.5] * 200_000))
    writer.put(ExecutionStarted, execution_id="e", run_id=None, order=1, source=text)
    writer.put(ParamsLogged, run_id="r", params=params)
    writer.put(RunStarted, run_id="r", tags={"a": "\ud800"}, name="b" * 10**6)
    writer.close()
    (segment,) = list_segments(tmp_path)
    lines = segment.path.read_bytes().splitlines(keepends=True)
    assert max(map(len, lines)) <= MAX_LINE_BYTES
    events = read(tmp_path)
    assert len(points(events)) == 3 * MAX_BATCH_POINTS
    source = next(
        event for event in events if isinstance(event, ExecutionStarted)
    ).source
    assert "characters left out" in source


def test_segments_rotate_and_each_begins_with_a_header(tmp_path):
    writer = make(tmp_path, segment_bytes=1_000)
    for number in range(40):
        writer.put(RunStarted, run_id=f"run{number}")
        writer.flush()
    writer.close()
    segments = list_segments(tmp_path)
    assert len(segments) > 2
    for segment in segments:
        first = next(iter(read_lines(segment.path))).event
        assert isinstance(first, JournalOpened)
        assert first.segment == segment.index
    assert [event.seq for event in read(tmp_path)] == list(range(40 + len(segments)))


def test_a_flush_is_one_write(tmp_path, monkeypatch):
    writer = make(tmp_path)
    writer.put(RunStarted, run_id="r")
    writer.flush()
    writes = []
    original = os.write
    monkeypatch.setattr(
        os, "write", lambda fd, data: writes.append(len(data)) or original(fd, data)
    )
    for step in range(1000):
        writer.put_point(TARGET, "loss", 1.0, step)
        if step % 100 == 0:
            writer.put(RunStarted, run_id="r")
    with writer._lock:
        writer.flush()
    assert 1 <= len(writes) <= 2  # the thread may have been at it before
    writer.close()


def wait_until(true: Any, seconds: float = 10.0) -> float:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "waited in vain"
        time.sleep(0.002)
    return time.monotonic() - began


def test_a_requested_flush_comes_with_the_next_tick_and_others_within_a_second(
    tmp_path,
):
    writer = JournalWriter(tmp_path)
    writer.put(RunStarted, run_id="r")
    assert wait_until(lambda: len(list_segments(tmp_path)) == 1) < 1.0
    wait_until(lambda: len(read(tmp_path)) == 2)
    writer.put_point(TARGET, "loss", 1.0)
    assert wait_until(lambda: len(read(tmp_path)) == 3) < 1.0
    took = []
    for number in range(5):
        writer.put_point(TARGET, "loss", 1.0)
        writer.request_flush()
        took.append(wait_until(lambda n=number: len(read(tmp_path)) == 4 + n))
    assert sorted(took)[2] < 0.4
    writer.close()


def test_an_idle_writer_does_not_wake_up(tmp_path, monkeypatch):
    monkeypatch.setattr("trackbook.writer.LINGER_TICKS", 1)
    monkeypatch.setattr("trackbook.writer.SYNC_TICKS", 1)
    writer = JournalWriter(tmp_path)
    writer.put(RunStarted, run_id="r")
    writer.request_flush()
    wait_until(lambda: len(read(tmp_path)) == 2 and writer._wake_at == 1)
    writer._file.sync()
    flushed = []
    monkeypatch.setattr(writer, "flush", lambda: flushed.append(1) or True)
    assert not writer._wake.wait(1.2)
    assert flushed == []
    monkeypatch.undo()
    writer.close()


def test_a_full_disk_is_said_once_and_nothing_is_lost(tmp_path, monkeypatch):
    said: list[str] = []
    writer = make(tmp_path, notify=said.append)
    writer.put(RunStarted, run_id="r")
    writer.flush()
    original = os.write
    room = [70]

    def write(fd: int, data: bytes) -> int:
        if room[0] <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = original(fd, data[: room[0]])
        room[0] -= written
        return written

    monkeypatch.setattr(os, "write", write)
    for step in range(100):
        writer.put_point(TARGET, "loss", 1.0, step)
        assert not writer.flush()
    assert len(said) == 1
    assert "No space left" in said[0]
    assert str(tmp_path) in said[0]
    room[0] = 10**9
    assert writer.flush()
    assert len(said) == 2
    monkeypatch.undo()
    writer.close()
    assert [step for step, _ in points(read(tmp_path))] == list(range(100))


def test_a_folder_that_can_not_be_made_is_no_error_of_the_caller(tmp_path):
    blocker = tmp_path / "file"
    blocker.write_text("")
    said: list[str] = []
    writer = make(blocker / "journals", notify=said.append)
    writer.put(RunStarted, run_id="r")
    assert not writer.flush()
    assert "TRACKBOOK_HOME" in said[0]
    blocker.unlink()
    assert writer.close()
    assert len(read(blocker / "journals")) == 2


def test_above_the_bound_points_wait_then_are_counted_as_lost(tmp_path, monkeypatch):
    said: list[str] = []
    writer = make(tmp_path, notify=said.append, max_pending=50, wait_seconds=0.05)
    monkeypatch.setattr(
        os, "open", lambda *_: (_ for _ in ()).throw(PermissionError(13, "denied"))
    )
    for step in range(60):
        writer.put_point(TARGET, "loss", 1.0, step)
    assert len(writer._queue) < 60
    assert any("dropped" in text for text in said)
    monkeypatch.undo()
    assert writer.close()
    events = read(tmp_path)
    (failed,) = [event for event in events if isinstance(event, CaptureFailed)]
    lost = int(failed.error.split()[0])
    assert len(points(events)) + lost == 60


def test_a_removed_file_is_followed_by_a_new_segment(tmp_path):
    writer = make(tmp_path)
    writer.put(RunStarted, run_id="a")
    writer.flush()
    list_segments(tmp_path)[0].path.unlink()
    writer.put(RunStarted, run_id="b")
    writer.close()
    header, started = read(tmp_path)
    assert isinstance(header, JournalOpened)
    assert header.segment == 1
    assert isinstance(started, RunStarted)


def test_a_child_of_fork_drops_what_it_inherited_and_writes_its_own_journal(tmp_path):
    program = """
import os, sys, time
from pathlib import Path
from trackbook.events import RunStarted
from trackbook.writer import JournalWriter
writer = JournalWriter(Path(sys.argv[1]))
target = ("run", None, "user")
writer.put(RunStarted, run_id="run")
writer.flush()
for step in range(1000):
    writer.put_point(target, "parent", 1.0, step)
child = os.fork()
for step in range(1000):
    writer.put_point(target, "child" if child == 0 else "parent", 1.0, 1000 + step)
if child == 0:
    writer.request_flush()
    time.sleep(0.5)
    os._exit(0)
os.waitpid(child, 0)
writer.close()
"""
    subprocess.run([sys.executable, "-c", program, tmp_path], check=True, timeout=50)
    headers = [event for event in read(tmp_path) if isinstance(event, JournalOpened)]
    assert len({header.writer_id for header in headers}) == 2
    assert len({header.pid for header in headers}) == 2
    steps: dict[str, list[int]] = {"parent": [], "child": []}
    for event in read(tmp_path):
        if isinstance(event, PointsLogged):
            steps[event.key] += event.steps
    assert steps["parent"] == list(range(2000))
    assert steps["child"] == list(range(1000, 2000))


LOGGER = """
import sys, time
from pathlib import Path
from trackbook.writer import JournalWriter
writer = JournalWriter(Path(sys.argv[1]))
step = 0
while True:
    writer.put_point(("run", None, "user"), "loss", 1.0, step)
    step += 1
    if step % 50 == 0:
        sys.stdout.write(f"{step} {time.time()}\\n")
        sys.stdout.flush()
        time.sleep(0.001)
"""


@pytest.mark.parametrize("after", [0.1, 0.6, 0.9, 1.3, 1.7, 2.2])
def test_what_was_logged_a_second_before_a_kill_is_on_disk_once(tmp_path, after):
    process = subprocess.Popen(
        [sys.executable, "-c", LOGGER, tmp_path], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    said = [process.stdout.readline()]
    reader = threading.Thread(target=lambda: said.extend(process.stdout or ()))
    reader.start()
    time.sleep(after)
    killed = time.time()
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    reader.join(10)
    process.stdout.close()
    due = [int(line.split()[0]) for line in said if float(line.split()[1]) < killed - 1]
    found = [step for step, _ in points(read(tmp_path))]
    assert found == list(range(len(found)))
    assert len(found) >= max(due, default=0)


TEXTS = st.text(st.characters(), max_size=20)
SAID = st.lists(st.tuples(st.floats() | TEXTS, st.booleans()), max_size=20)


@settings(max_examples=60, deadline=None)
@given(said=SAID, part=st.floats(0, 1))
def test_any_prefix_of_a_journal_is_readable(tmp_path_factory, said, part):
    folder = tmp_path_factory.mktemp("journal")
    writer = make(folder)
    for value, flushes in said:
        if isinstance(value, float):
            writer.put_point(TARGET, "loss", value)
        else:
            writer.put(RunStarted, run_id="r", name=value, tags={value: value})
        if flushes:
            writer.flush()
    writer.put(RunStarted, run_id="last")
    writer.close()
    (segment,) = list_segments(folder)
    whole = segment.path.read_bytes()
    events = read(folder)
    segment.path.write_bytes(whole[: round(part * len(whole))])
    lines = list(read_lines(segment.path))
    assert [line.event for line in lines] == events[: len(lines)]
    end = lines[-1].end if lines else 0
    # Once the torn line is completed, reading goes on where it stopped.
    segment.path.write_bytes(whole)
    rest = [line.event for line in read_lines(segment.path, end)]
    assert [line.event for line in lines] + rest == events
