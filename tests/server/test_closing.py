"""With what status runs end that their kernel can't end; on a real home."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.store.journals import FakeJournal
from trackbook.journal import list_segments
from trackbook_server import closing
from trackbook_server.closing import RunCloser, infer_end
from trackbook_server.live_store import LiveStore
from trackbook_server.store.home import Home
from trackbook_server.store.ingest import ingest_batch
from trackbook_server.store.liveness import get_machine
from trackbook_server.store.open_runs import OpenWriter
from trackbook_server.store.run_details import get_run

MACHINE = get_machine()
ALIVE = {
    "host": MACHINE.host,
    "boot_id": MACHINE.boot_id,
    "pid": os.getpid(),
    "pid_started_at": psutil.Process().create_time(),
}
GONE = {"host": MACHINE.host, "boot_id": "an-earlier-boot", "pid": 1}
ELSEWHERE = {"host": "another-host", "boot_id": "boot", "pid": 1}


@pytest.fixture(autouse=True)
def _last_words_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "SETTLE_SECONDS", 0)


class Kernels:
    """A home with a run a writer, and what the server says of their kernels."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.closer = RunCloser(LiveStore(home), MACHINE)
        self.written: dict[str, FakeJournal] = {}

    def writes(self, name: str, process: dict[str, Any], **header: Any) -> None:
        """A run `name` of that process; its cell still executes."""
        journal = FakeJournal(self.home.path, name, **process, **header)
        journal.start(name)
        journal.execute(name, f"e-{name}", status=None)
        self.written[name] = journal
        self.read()

    def ends_its_cell(self, name: str) -> None:
        self.written[name].put(
            "execution_ended", execution_id=f"e-{name}", run_id=name, status="ok"
        )
        self.read()

    def read(self) -> None:
        """Read the journals as a server does that has not looked after the dead yet."""
        for segment in list_segments(self.home.path / "journals"):
            self.home.database.write(ingest_batch, segment).result()

    def status(self, name: str) -> str:
        return self.home.database.read(get_run, name).result().status


@pytest.fixture
def kernels(trackbook_home: Path) -> Iterator[Kernels]:
    home = Home(trackbook_home)
    yield Kernels(home)
    home.close()


async def test_a_restart_ends_the_old_process_and_not_the_new_one(
    kernels: Kernels,
) -> None:
    kernels.writes("old", GONE)
    await kernels.closer.kernel_ending("kernel-1")
    kernels.writes("new", ALIVE)
    await kernels.closer.kernel_ended("kernel-1", "restart")
    assert (kernels.status("old"), kernels.status("new")) == ("interrupted", "running")


async def test_what_was_taken_for_lost_in_the_middle_of_a_restart_is_told_again(
    kernels: Kernels,
) -> None:
    kernels.writes("old", GONE)
    await kernels.closer.kernel_ending("kernel-1")
    kernels.home.ingest_now()
    assert kernels.status("old") == "lost"
    await kernels.closer.kernel_ended("kernel-1", "restart")
    assert kernels.status("old") == "interrupted"


async def test_on_another_host_only_writers_from_before_are_ended(
    kernels: Kernels,
) -> None:
    kernels.writes("old", ELSEWHERE)
    kernels.ends_its_cell("old")
    await kernels.closer.kernel_ending("kernel-1")
    kernels.writes("new", ELSEWHERE)
    await kernels.closer.kernel_ended("kernel-1", "restart")
    assert (kernels.status("old"), kernels.status("new")) == ("finished", "running")


async def test_other_kernels_are_left_alone(kernels: Kernels) -> None:
    kernels.writes("other", GONE, kernel_id="kernel-2")
    await kernels.closer.kernel_ending("kernel-1")
    await kernels.closer.kernel_ended("kernel-1", "death")
    assert kernels.status("other") == "running"


async def test_a_kernels_own_last_word_supersedes_what_was_inferred(
    kernels: Kernels,
) -> None:
    kernels.writes("old", GONE)
    await kernels.closer.kernel_ending("kernel-1")
    await kernels.closer.kernel_ended("kernel-1", "shutdown")
    assert kernels.status("old") == "interrupted"
    kernels.ends_its_cell("old")
    kernels.written["old"].end("old")
    kernels.read()
    assert kernels.status("old") == "finished"


@pytest.mark.parametrize(
    ("cause", "is_executing", "status"),
    [
        ("shutdown", False, "finished"),
        ("shutdown", True, "interrupted"),
        ("restart", True, "interrupted"),
        ("restart", False, "finished"),
        ("death", False, "lost"),
        ("death", True, "lost"),
    ],
)
def test_an_end_is_inferred_from_what_ran_and_who_asked(
    cause: closing.Cause, is_executing: bool, status: str
) -> None:
    writer = OpenWriter("w", "k", "host", "boot", 1, 1.0, None, is_executing)
    assert infer_end(writer, cause).status == status
