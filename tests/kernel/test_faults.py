"""Whatever of ours fails, cells go on unharmed, and the rest is recorded.

The faults are put where the world is: a part of ours that raises, the calls to the
operating system, the files under our feet, the clock.
"""

import contextlib
import errno
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kernel.kernels import Kernel, wait_for
from tests.redaction.corpus import make_secrets
from trackbook import live_points
from trackbook import writer as writer_module
from trackbook.api import process
from trackbook.capture import (
    background,
    cells,
    outputs,
    outputs_doors,
    probe,
    readings,
    redaction,
)
from trackbook.capture import environment as environment_module
from trackbook.events import (
    CaptureFailed,
    ExecutionEnded,
    ExecutionStarted,
    PointsLogged,
)
from trackbook.open_runs import OpenRuns
from trackbook.recorder import Recorder
from trackbook.run_journal import RunJournal
from trackbook.writer import JournalWriter

pytestmark = pytest.mark.filterwarnings("ignore")

CELLS = [
    "x = [1]",
    "lr = 0.1",
    "print('said', lr)",
    "acc = max(0.5, lr)",
    "for i in range(3):\n    loss = 1.0 / (i + 1)\nprint(i)",
    "from IPython.display import display\ndisplay('shown')",
    "acc",
    "q = 1\nraise ValueError('theirs')",
    "def f(: pass",
    "%track tag a=b",
    "done = get_ipython().run_cell('y = 2').success",
    "import asyncio\nawait asyncio.sleep(0)\nz = [x, y]\nr = range(3)",
]
NAMES = ("x", "lr", "acc", "loss", "i", "y", "z")


_NUMBERED = r"\x1b\[[0-9;]*m|(?:In|Out)\s?\[\d+\]|[Ll]ine:? \d+|<ipython-[^>]*>"


def run_all(run: Callable[[str], Any], shell: Any, capsys: Any) -> tuple[Any, str]:
    """Execute CELLS; return what a person sees and has, and what we said of it."""
    capsys.readouterr()
    results = []
    for source in CELLS:
        result = run(source)
        error = result.error_before_exec or result.error_in_exec
        results.append((repr(result.result)[:9], type(error).__name__))
    shown = capsys.readouterr()
    have = {name: shell.user_ns.get(name) for name in NAMES}
    plain = re.sub(_NUMBERED, "", shown.out)
    return (results, plain, have), shown.err


calls: list[int] = []
"""The faults that came about since the list was emptied."""


# As our own code raises: what a user's signal handler raises in it is not ours.
FAULT = """
def injected(*_, **__):
    calls.append(1)
    raise RuntimeError("injected")
"""
ours: dict[str, Any] = {"__name__": "trackbook.faults", "calls": calls}
exec(FAULT, ours)
injected = ours["injected"]


PLACES: list[tuple[Any, str]] = [
    (Recorder, "execution_begins"),
    (Recorder, "execution_starts"),
    (Recorder, "execution_learns"),
    (Recorder, "execution_ends"),
    (readings, "analyse"),
    (readings, "read_attempt"),
    (cells, "watch_loops"),
    (cells, "collect"),
    (probe.Probe, "_give"),
    (probe.Probe, "_take"),
    (probe.Probe, "close"),
    (cells, "read_estimators"),
    (cells, "find_unbound"),
    (cells, "describe_error"),
    (cells, "ExecutionState"),
    (outputs.Outputs, "put"),
    (outputs.Outputs, "stir"),
    (outputs.Outputs, "follow"),
    (outputs.Outputs, "ended"),
    (outputs.Outputs, "_apply"),
    (outputs_doors.ShellDoor, "enter"),
    (outputs_doors.ShellDoor, "leave"),
    (background.Background, "_capture"),
    (environment_module, "capture_environment"),
    (environment_module, "capture_git"),
    (redaction.Redactor, "redact_event"),
    (redaction.Redactor, "redact_text"),
    (redaction.Redactor, "redact_output"),
    (redaction.Redactor, "look_around"),
    (RunJournal, "apply"),
    (RunJournal, "execution_started"),
    (RunJournal, "execution_ended"),
    (live_points.LivePoints, "take"),
    (JournalWriter, "_make_header"),
    (JournalWriter, "put"),
    (JournalWriter, "request_flush"),
]


ONCE_A_RECORDING = {
    "analyse",
    "read_attempt",
    "capture_environment",
    "_make_header",
    "take",
}

SILENCING = [
    (Recorder, "execution_begins"),
    (Recorder, "execution_starts"),
    (cells, "ExecutionState"),
    (redaction.Redactor, "redact_event"),
    (RunJournal, "execution_started"),
    (RunJournal, "execution_ended"),
    (JournalWriter, "put"),
]
"""Without these there is no saying that a cell ran, or how it ended."""


@pytest.mark.parametrize(
    ("owner", "name"), PLACES, ids=[f"{o.__name__}.{n}" for o, n in PLACES]
)
def test_a_part_that_raises_reaches_no_cell(
    owner: Any, name: str, run, journal, shell, capsys, monkeypatch
):
    before, said = run_all(run, shell, capsys)
    assert said == ""
    assert process.recorder is not None
    assert process.recorder.journal.flush()
    for variable in NAMES:
        shell.user_ns.pop(variable, None)
    calls.clear()
    with monkeypatch.context() as fault:
        fault.setattr(owner, name, injected)
        if name in ONCE_A_RECORDING:
            run("%track off")
            run("%track on")
        after, said = run_all(run, shell, capsys)
        process.recorder.outputs.settle()
        process.recorder.background.wait(10)
        process.recorder.journal.flush()
    assert calls, "the fault did not come about"
    assert after == before
    assert said.count("trackbook:") <= 1, said
    assert "Traceback" not in said
    if said:
        assert "Your code is not affected" in said
        assert "injected" in said

    # When the fault has passed, recording goes on; at the latest where the notice says.
    run("%track off")
    run("%track on")
    run("w = [3]")
    assert journal.run_of("w = [3]") != [None]
    starts = [event.source for event in journal.of(ExecutionStarted)]
    assert all(source in starts for source in CELLS)
    if (owner, name) not in SILENCING:
        # What did not fail is recorded: that the cells ran, and how that ended.
        withheld = starts.count(redaction.REDACTED)  # what could not be cleaned
        assert withheld == (len(CELLS) if name == "redact_text" else 0)
        assert sum(starts.count(c) for c in CELLS) + withheld == 2 * len(CELLS)
        ended = {event.execution_id: event for event in journal.of(ExecutionEnded)}
        assert set(ended) == {e.execution_id for e in journal.of(ExecutionStarted)}


def test_a_start_is_told_once_though_what_follows_fails(run, journal, monkeypatch):
    run("y = [1]")
    changed = RunJournal._params_changed

    def fail_once(self: RunJournal, *args: Any) -> None:
        monkeypatch.setattr(RunJournal, "_params_changed", changed)
        injected()

    monkeypatch.setattr(RunJournal, "_params_changed", fail_once)
    calls.clear()
    run("lr = 0.1")
    assert calls == [1]
    assert [e.source for e in journal.of(ExecutionStarted)] == ["y = [1]", "lr = 0.1"]
    assert len(journal.of(ExecutionEnded)) == 2


class Disk:
    """The operating system's write and open, with so much room."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.error: int | None = None
        write, opened = os.write, os.open

        def failing_write(file: int, data: bytes) -> int:
            if self.error is not None and file > 2 and b'"type"' in data[:40]:
                raise OSError(self.error, os.strerror(self.error))
            return write(file, data)

        def failing_open(path: Any, flags: int, *args: Any, **kwargs: Any) -> int:
            is_ours = "trackbook-home" in os.fspath(path) if self.error else False
            if is_ours and flags & (os.O_WRONLY | os.O_RDWR):
                raise OSError(self.error, os.strerror(self.error))
            return opened(path, flags, *args, **kwargs)

        monkeypatch.setattr(os, "write", failing_write)
        monkeypatch.setattr(os, "open", failing_open)


@pytest.mark.parametrize(
    "error", [errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO, errno.EACCES]
)
def test_a_disk_that_fails_is_said_once_and_nothing_is_lost(
    error, run, journal, shell, capsys, monkeypatch
):
    disk = Disk(monkeypatch)
    before, said = run_all(run, shell, capsys)
    assert process.recorder is not None
    writer = process.recorder.journal
    assert writer.flush()
    disk.error = error
    after, said = run_all(run, shell, capsys)
    assert not writer.flush()
    run("last = None")  # with which it is said at the latest
    said += capsys.readouterr().err
    assert after == before
    assert said.count("trackbook:") == 1, said
    assert os.strerror(error) in said
    assert "Free some space" in said
    disk.error = None
    assert writer.flush()
    said, until = "", time.monotonic() + 10  # the journal's thread may say it
    while not said and time.monotonic() < until:
        time.sleep(0.02)
        said += capsys.readouterr().err
    assert said.count("can be written again") == 1
    starts = [event.source for event in journal.of(ExecutionStarted)]
    assert [starts.count(source) for source in CELLS] == [2] * len(CELLS)
    assert journal.of(CaptureFailed) == []


def test_what_waits_for_a_disk_is_bounded_and_what_is_dropped_is_counted(
    run, journal, capsys, monkeypatch
):
    disk = Disk(monkeypatch)
    run("x = [1]")
    assert process.recorder is not None
    writer = process.recorder.journal
    assert writer.flush()
    disk.error = errno.ENOSPC
    monkeypatch.setattr(writer_module, "MAX_WAITING_CHARACTERS", 100_000)
    run("y = [2]")
    assert not writer.flush()
    for _ in range(40):
        assert run("long = '" + "words " * 1000 + "'").success
    said = capsys.readouterr().err
    assert said.count("trackbook:") == 1, said
    disk.error = None
    assert writer.flush()
    (dropped,) = [e for e in journal.of(CaptureFailed) if e.where == "journal"]
    assert re.match(r"\d+ events were dropped", dropped.error)
    run("z = [3]")
    starts = [event.source for event in journal.of(ExecutionStarted)]
    assert starts[0] == "x = [1]"
    assert starts[1] == "y = [2]"
    assert starts[-1] == "z = [3]"
    assert 10 < len(starts) < 40


def remove(home: Path) -> None:
    shutil.rmtree(home)


def replace_by_a_file(home: Path) -> None:
    shutil.rmtree(home)
    home.write_text("mine")


def remove_journals(home: Path) -> None:
    for path in (home / "journals").iterdir():
        path.unlink()


@pytest.mark.parametrize("spoil", [remove, replace_by_a_file, remove_journals])
def test_a_home_that_is_gone_is_no_matter_of_a_cell(
    spoil, run, journal, home, shell, capsys
):
    before, _ = run_all(run, shell, capsys)
    assert process.recorder is not None
    writer = process.recorder.journal
    process.recorder.background.wait(10)
    assert writer.flush()
    spoil(home)
    after, said = run_all(run, shell, capsys)
    is_written = writer.flush()
    run("last = None")
    said += capsys.readouterr().err
    assert after == before
    if spoil is replace_by_a_file:
        assert not is_written
        assert said.count("trackbook:") == 1, said
        assert str(home) in said
        home.unlink()
        assert writer.flush()
    else:
        assert (is_written, said) == (True, "")
    run("w = [3]")
    starts = [event.source for event in journal.of(ExecutionStarted)]
    assert starts == [*CELLS, "last = None", "w = [3]"]


def test_a_clock_that_is_set_back_mixes_nothing_up(run, journal, monkeypatch):
    run("x = [1]")
    time_ns, now = time.time_ns, time.time_ns()
    assert process.recorder is not None
    for attribute in ("_clock", "clock"):
        if hasattr(process.recorder.journal, attribute):
            monkeypatch.setattr(
                process.recorder.journal, attribute, lambda: now - 3600 * 10**9
            )
    monkeypatch.setattr(time, "time_ns", lambda: now - 3600 * 10**9)
    run("acc = max(0.5, 0.1)")
    run("acc = max(0.6, 0.1)")
    monkeypatch.setattr(time, "time_ns", time_ns)
    run("z = [3]")
    events = journal.events()
    assert [event.seq for event in events] == list(range(len(events)))
    ended = journal.of(ExecutionEnded)
    assert len(ended) == 4
    assert all(0 <= (event.duration_ms or 0) < 60_000 for event in ended)
    assert journal.metrics() == {"acc": [0.5, 0.6]}
    assert min(e.at for e in events).timestamp() < now / 1e9 - 3000


FORKING = {
    "os.fork": """
import os
pid = os.fork()
if pid == 0:
    import trackbook
    trackbook.log_metric("child", 1.0)
    os._exit(0)
os.waitpid(pid, 0)
came = [0]
""",
    "os.fork that leaves by sys.exit": """
import os, sys
child = os.fork()
if child == 0:
    try:
        sys.exit(0)
    finally:
        os._exit(0)
os.waitpid(child, 0)
came = [0]
""",
    "multiprocessing": """
import multiprocessing
with multiprocessing.get_context("fork").Pool(2) as pool:
    came = pool.map(abs, range(-20, 0))
""",
    "subprocess": """
import subprocess, sys
came = subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True).stdout
""",
    "joblib": """
import joblib
came = joblib.Parallel(2)(joblib.delayed(abs)(n) for n in range(-9, 0))
""",
    "joblib threads": """
import joblib
came = joblib.Parallel(2, backend="threading")(
    joblib.delayed(abs)(n) for n in range(-9, 0)
)
""",
}

PROGRAM = """
import sys, threading, time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(user_ns={{}})
shell.run_line_magic("load_ext", "trackbook")
secret = {secret!r}
stop = threading.Event()
def work():
    import trackbook
    n = 0
    while not stop.is_set():
        trackbook.log_metric("thread", float(n))
        trackbook.set_tag("t", secret + str(n))
        n += 1
        time.sleep(0.0005)
assert shell.run_cell("x = [1]", store_history=True).success
thread = threading.Thread(target=work)
thread.start()
for _ in range(4):
    assert shell.run_cell({source!r}, store_history=True).success
    assert shell.user_ns["came"]
stop.set()
thread.join()
assert shell.run_cell("print('last')", store_history=True).success
"""


@pytest.mark.timeout(120)
@pytest.mark.parametrize("kind", FORKING)
def test_a_process_with_threads_forks_unharmed(kind, home, journal, tmp_path):
    if kind.startswith("joblib"):
        pytest.importorskip("joblib")
    program = PROGRAM.format(
        source=FORKING[kind], secret="password=" + make_secrets()["GitHub token"]
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env={**os.environ, "IPYTHONDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    assert "trackbook" not in done.stderr
    assert done.stdout.endswith("last\n")
    starts = [event.source for event in journal.of(ExecutionStarted)]
    assert starts == ["x = [1]", *[FORKING[kind]] * 4, "print('last')"]
    assert len(journal.of(ExecutionEnded)) == len(starts)
    assert {e.status for e in journal.of(ExecutionEnded)} == {"ok"}
    points = [
        n for e in journal.of(PointsLogged) if e.key == "thread" for n in e.values
    ]
    assert sorted(points) == list(range(len(points)))
    assert journal.of(CaptureFailed) == []
    if kind == "os.fork":
        assert [e.key for e in journal.of(PointsLogged)].count("child") == 4


def test_a_cell_below_a_failing_magic_runs(run, journal, shell, monkeypatch, capsys):
    for place in ("start", "end"):
        with monkeypatch.context() as fault:
            fault.setattr(OpenRuns, place, injected)
            result = run(f"%%track best\n{place} = [1]")
            assert result.success, result.error_in_exec
            assert shell.user_ns[place] == [1]
            result = run("%%track best\nraise ValueError('theirs')")
            assert str(result.error_in_exec) == "theirs"
    said = capsys.readouterr().err
    assert said.count("`%track best` failed (RuntimeError: injected)") == 2
    assert {event.where for event in journal.of(CaptureFailed)} == {
        "%track",
        "the end of a run",
    }


@pytest.fixture
def kernel(home: Path, tmp_path: Path, monkeypatch: Any) -> Iterator[Kernel]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    made = Kernel(tmp_path)
    made.run("%load_ext trackbook")
    yield made
    made.close()


def run_in(kernel: Kernel, source: str) -> tuple[str, str]:
    """Execute; return status and what came on the screen."""
    said: list[str] = []

    def hear(message: Any) -> None:
        content = message["content"]
        said.append(content.get("text") or repr(content.get("data", "")))

    reply = kernel.client.execute_interactive(source, timeout=60, output_hook=hear)
    return reply["content"]["status"], "".join(said)


def test_a_kernel_whose_files_may_not_grow_goes_on(kernel, journal):
    """A real limit of the system, lifted again."""
    run_in(kernel, "x = [1]")
    limit = "import resource; kind = resource.RLIMIT_FSIZE; before = {}; "
    limit = limit.format("resource.getrlimit(kind)")
    run_in(kernel, limit + "resource.setrlimit(kind, (4096, before[1]))")
    shown = [
        run_in(kernel, f"print({number!r} * 3000)\nvalue = {number}")
        for number in "123"
    ]
    time.sleep(1.5)  # a flush and a retry
    _, late = run_in(kernel, "import time; time.sleep(0.1)")
    text = "".join(said for _, said in shown) + late
    assert [status for status, _ in shown] == ["ok"] * 3
    for number in "123":
        assert number * 3000 in text
    assert text.count("trackbook: can't write the journal") == 1, text[-2000:]
    assert "File too large" in text
    run_in(kernel, "resource.setrlimit(kind, before)")
    wait_for(lambda: len(journal.of(ExecutionEnded)) == 7)
    (notice,) = re.findall(r"trackbook:[^\n]*", text)
    assert "Free some space" in notice


def test_a_full_file_system_is_no_matter_of_a_kernel(
    home, journal, tmp_path, monkeypatch
):
    """A real file system of 64 KB, filled by someone else, and emptied again."""
    home.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(home)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("mounting is not permitted here")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    kernel = Kernel(tmp_path)
    try:
        kernel.run("%load_ext trackbook")
        run_in(kernel, "x = [1]")
        wait_for(lambda: journal.of(ExecutionEnded))
        ballast = home / "ballast"
        with contextlib.suppress(OSError):
            ballast.write_bytes(b"x" * 100_000)
        status, text = run_in(kernel, "y = [2]\nprint('y' * 9000)")
        time.sleep(1.5)
        more, late = run_in(kernel, "import time; time.sleep(0.1)\nprint('late')")
        assert (status, more) == ("ok", "ok")
        text += late
        assert "y" * 9000 in text
        assert "late" in text
        assert text.count("trackbook:") == 1, text[-2000:]
        assert "No space left on device" in text
        ballast.unlink()
        wait_for(lambda: len(journal.of(ExecutionEnded)) == 3)
        assert [e.source[:7] for e in journal.of(ExecutionStarted)][:2] == [
            "x = [1]",
            "y = [2]",
        ]
    finally:
        kernel.close()
        subprocess.run(["umount", str(home)], check=True)


AT_EXIT = """
import trackbook.recorder, trackbook.writer
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(user_ns={})
shell.run_line_magic("load_ext", "trackbook")
shell.run_cell("x = [1]", store_history=True)
def injected(*_, **__):
    raise RuntimeError("injected")
trackbook.recorder.Boundaries.end_all = injected
trackbook.recorder.Outputs.close = injected
"""


def test_a_failing_end_is_not_seen_and_the_journal_is_written(home, journal, tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", AT_EXIT],
        env={**os.environ, "IPYTHONDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [event.source for event in journal.of(ExecutionStarted)] == ["x = [1]"]
    assert journal.of(CaptureFailed)


class Closed:
    """A stream of someone's that does not take what we say."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        if "trackbook" in text:
            raise ValueError("I/O operation on closed file")
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def test_a_notice_that_can_not_be_given_does_no_harm(run, journal, monkeypatch):
    disk = Disk(monkeypatch)
    monkeypatch.setattr(cells, "collect", injected)
    monkeypatch.setattr(sys, "stderr", Closed(sys.stderr))
    disk.error = errno.ENOSPC
    assert run("acc = max(0.5, 0.1)").success
    assert process.recorder is not None
    assert not process.recorder.journal.flush()
    disk.error = None
    assert process.recorder.journal.flush()
    assert len(journal.of(ExecutionEnded)) == 1
