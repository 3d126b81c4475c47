import os
from collections.abc import Sequence

import psutil
import pytest

from trackbook_server import closing
from trackbook_server.closing import InferredEnd, RunCloser, infer_end
from trackbook_server.store.liveness import get_machine
from trackbook_server.store.open_runs import OpenWriter

MACHINE = get_machine()
ALIVE = (
    MACHINE.host,
    MACHINE.boot_id,
    os.getpid(),
    psutil.Process().create_time(),
)
GONE = (MACHINE.host, "an-earlier-boot", 1, 1.0)
ELSEWHERE = ("another-host", "boot", 1, 1.0)


class Writers:
    """The store's writers of open runs, in memory."""

    def __init__(self, *writers: OpenWriter) -> None:
        self.open = {each.writer_id: each for each in writers}
        self.ends: list[InferredEnd] = []

    async def list_open_writers(self) -> list[OpenWriter]:
        return list(self.open.values())

    async def end_runs(self, ends: Sequence[InferredEnd]) -> None:
        for end in ends:
            self.ends.append(end)
            self.open.pop(end.writer_id, None)


def a_writer(writer_id: str, process: tuple, **changes) -> OpenWriter:
    host, boot_id, pid, pid_started_at = process
    facts = {"kernel_id": "kernel-1", "is_executing": False} | changes
    return OpenWriter(
        writer_id,
        host=host,
        boot_id=boot_id,
        pid=pid,
        pid_started_at=pid_started_at,
        **facts,
    )


@pytest.fixture(autouse=True)
def _last_words_are_short(monkeypatch):
    monkeypatch.setattr(closing, "SETTLE_SECONDS", 0)


async def test_a_restart_ends_the_old_process_and_not_the_new_one():
    store = Writers(a_writer("old", GONE, is_executing=True))
    closer = RunCloser(store, MACHINE)
    await closer.kernel_ending("kernel-1")
    store.open["new"] = a_writer("new", ALIVE)
    await closer.kernel_ended("kernel-1", "restart")
    assert [(end.writer_id, end.status) for end in store.ends] == [
        ("old", "interrupted")
    ]


async def test_what_was_taken_for_lost_in_the_middle_of_a_restart_is_told_again():
    store = Writers(a_writer("old", GONE, is_executing=True))
    closer = RunCloser(store, MACHINE)
    await closer.kernel_ending("kernel-1")
    store.open.clear()
    await closer.kernel_ended("kernel-1", "restart")
    assert [(end.writer_id, end.status) for end in store.ends] == [
        ("old", "interrupted")
    ]


async def test_on_another_host_only_writers_from_before_are_ended():
    store = Writers(a_writer("old", ELSEWHERE))
    closer = RunCloser(store, MACHINE)
    await closer.kernel_ending("kernel-1")
    store.open["new"] = a_writer("new", ELSEWHERE)
    await closer.kernel_ended("kernel-1", "restart")
    assert [end.writer_id for end in store.ends] == ["old"]


async def test_other_kernels_are_left_alone():
    store = Writers(a_writer("other", GONE, kernel_id="kernel-2"))
    closer = RunCloser(store, MACHINE)
    await closer.kernel_ending("kernel-1")
    await closer.kernel_ended("kernel-1", "death")
    assert store.ends == []


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
def test_an_end_is_inferred_from_what_ran_and_who_asked(cause, is_executing, status):
    writer = a_writer("w", GONE, is_executing=is_executing)
    assert infer_end(writer, cause).status == status
