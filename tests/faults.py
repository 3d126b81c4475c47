"""Faults for tests: a process killed at a random moment, a flipped bit, a full disk.

    def test_…(nest: Nest, dice: random.Random, trackbook_home: Path) -> None:
        for _ in rounds(5):
            nest.kill_at_random(CODE.format(home=str(trackbook_home)), dice, 0.3)
            check_store(trackbook_home)

CODE calls `ready()` where the moments begin that a kill may fall into. The suite runs
few rounds; TRACKBOOK_FAULT_ROUNDS=20 (`make faults`) twenty times as many. A test that
fails prints the seed of its dice: TRACKBOOK_FAULT_SEED repeats them.
"""

import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from trackbook_server.store import series

_FACTOR = float(os.environ.get("TRACKBOOK_FAULT_ROUNDS", "1"))

_NEST = """
import json, os, signal, sys, traceback
import trackbook.writer, trackbook.blobs
import trackbook_server.reading, trackbook_server.store.home

def run(code):
    def ready():
        os.write(1, f"ready {os.getpid()}\\n".encode())
    status = 1
    try:
        exec(compile(code, "<killed>", "exec"), {"ready": ready, "__name__": "killed"})
        status = 0
    except BaseException:
        traceback.print_exc()
        os.write(1, f"failed {os.getpid()}\\n".encode())
    finally:
        os._exit(status)

for line in sys.stdin:
    asked = json.loads(line)
    if "code" in asked:
        if os.fork() == 0:
            run(asked["code"])
    else:
        _, status = os.waitpid(asked["wait"], 0)
        print("ended", os.waitstatus_to_exitcode(status), flush=True)
"""


def rounds(count: int) -> range:
    """As many rounds as a test is to make; `count` of them in the usual suite."""
    return range(max(1, round(count * _FACTOR)))


def make_dice() -> random.Random:
    """Return dice whose seed is printed, which pytest shows of a test that fails."""
    seed = int(os.environ.get("TRACKBOOK_FAULT_SEED") or time.time_ns())
    sys.stdout.write(f"TRACKBOOK_FAULT_SEED={seed}\n")
    return random.Random(seed)


class Nest:
    """A process that forks others which have trackbook imported already.

    So a kill costs a few milliseconds, not a start of Python.
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _NEST],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, code: str) -> int:
        """Fork a process that runs `code`; return its pid once it said `ready()`."""
        self._ask({"code": code})
        said, pid = self._read().split()
        assert said == "ready", "the code failed before it was ready; see stderr"
        return int(pid)

    def kill_at_random(self, code: str, dice: random.Random, seconds: float) -> bool:
        """Kill `code` at a random moment within `seconds` of its `ready()`.

        Return whether the kill came before the code was done.
        """
        pid = self.start(code)
        time.sleep(dice.uniform(0, seconds))
        return self.kill(pid) == -signal.SIGKILL

    def measure(self, code: str) -> float:
        """Run `code` to its end; return the seconds since it was ready."""
        pid = self.start(code)
        began = time.monotonic()
        assert self.wait(pid) == 0
        return time.monotonic() - began

    def kill(self, pid: int) -> int:
        """End a process that `start` began as `kill -9` does; return its exit code."""
        os.kill(pid, signal.SIGKILL)
        return self.wait(pid)

    def wait(self, pid: int) -> int:
        """Return the exit code of a process that `start` began; -9: it was killed."""
        self._ask({"wait": pid})
        while (said := self._read().split())[0] != "ended":
            pass
        return int(said[1])

    def close(self) -> None:
        """End the nest; whom it forked must have ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()

    def _ask(self, what: dict[str, object]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()

    def _read(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the nest is gone"
        return line


def flip_bit(path: Path, dice: random.Random, start: int = 0) -> int:
    """Turn one bit of a file at or behind `start`; return the byte's offset."""
    at = dice.randrange(start, path.stat().st_size)
    with path.open("r+b") as file:
        file.seek(at)
        [byte] = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ (1 << dice.randrange(8))]))
    return at


def check_store(home: Path, *, may_lose: bool = False) -> None:
    """Assert what holds of every home, whatever was killed: sound, whole, private.

    `may_lose`: points may be marked as lost, where a disk damaged them.
    """
    with sqlite3.connect(home / "trackbook.db") as db:
        assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert db.execute("pragma foreign_key_check").fetchall() == []
        for series_id, count in db.execute("select series_id, count from metrics"):
            check_series(db, series_id, count, may_lose=may_lose)
    db.close()
    for path in (home / "blobs").glob("??/*"):
        if not path.name.startswith("."):
            named = path.parent.name + path.name
            assert hashlib.sha256(path.read_bytes()).hexdigest() == named
    for path in (home, *home.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, f"{path} is not private"


def check_series(
    db: sqlite3.Connection, series_id: int, count: int, *, may_lose: bool = False
) -> None:
    """Assert that the chunks of a series hold each of its points once."""
    expected = 0
    for first, chunk_count, data in db.execute(
        "select first_point, count, data from chunks where series_id = ? "
        "order by first_point",
        (series_id,),
    ):
        assert first == expected
        is_lost = data == series.lost_chunk(chunk_count)
        assert len(series.unpack(data)) == (0 if is_lost else chunk_count)
        assert may_lose or not is_lost
        expected += chunk_count
    assert expected == count
