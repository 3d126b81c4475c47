import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from trackbook.process import read_process_start_ms
from trackbook_server.store.liveness import Machine, get_machine
from trackbook_server.store.open_runs import OpenWriter


def a_writer(
    host: str,
    boot_id: str,
    pid: int | None,
    started_at: float,
    started_boot_ms: int | None = None,
) -> OpenWriter:
    return OpenWriter("w", None, host, boot_id, pid, started_at, started_boot_ms, False)


def writer_of(pid: int, started_at: float) -> OpenWriter:
    machine = get_machine()
    return a_writer(machine.host, machine.boot_id, pid, started_at)


def test_this_process_is_alive():
    me = psutil.Process(os.getpid())
    assert get_machine().look_at(writer_of(me.pid, me.create_time())) == "alive"


def test_a_process_that_was_killed_is_gone_also_before_its_parent_noticed():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    started_at = psutil.Process(child.pid).create_time()
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE
    assert get_machine().look_at(writer_of(child.pid, started_at)) == "gone"
    child.communicate()
    assert get_machine().look_at(writer_of(child.pid, started_at)) == "gone"


def test_a_later_process_under_the_same_pid_is_not_the_writer():
    me = psutil.Process(os.getpid())
    assert get_machine().look_at(writer_of(me.pid, me.create_time() - 60)) == "gone"


def test_a_header_that_says_when_it_was_written_is_of_the_process_that_wrote_it():
    me = psutil.Process(os.getpid())
    assert get_machine().look_at(writer_of(me.pid, me.create_time() + 60)) == "alive"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="Linux only")
def test_a_clock_that_was_changed_makes_nobody_dead_and_nobody_alive():
    me, machine = os.getpid(), get_machine()
    start = read_process_start_ms(me)
    assert start is not None
    for shift in (-7200, 0, 7200):
        said = psutil.Process(me).create_time() + shift
        here = (machine.host, machine.boot_id, me, said)
        assert machine.look_at(a_writer(*here, start)) == "alive"
        # An earlier process of the same pid.
        assert machine.look_at(a_writer(*here, start - 60_000)) == "gone"


def test_of_another_boot_all_processes_are_gone_and_of_another_host_none_is_known():
    me = psutil.Process(os.getpid())
    here = Machine("here", "boot-2")
    assert here.look_at(a_writer("here", "boot-1", me.pid, 0)) == "gone"
    assert here.look_at(a_writer("there", "boot-2", me.pid, 0)) == "unknown"
    assert here.look_at(a_writer("here", "boot-2", None, 0)) == "unknown"
