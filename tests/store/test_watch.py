"""When the runs of processes that are gone end, seen with a clock of our own."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.store.journals import FakeJournal
from trackbook.paths import journals_dir
from trackbook_server.store.home import Home
from trackbook_server.store.liveness import get_machine
from trackbook_server.store.placement import end_lost_runs
from trackbook_server.store.run_details import get_run
from trackbook_server.store.watch import CARE_SECONDS, Watch


@pytest.fixture
def look(home: Home) -> Callable[[], str]:
    """Look after writers, as often as it is called; return the run's status."""
    now = [0.0]
    watch = Watch(journals_dir(home.path), home.database, clock=lambda: now[0])

    def look() -> str:
        watch.round()
        now[0] += CARE_SECONDS
        return home.database.read(get_run, "run").result().status

    return look


@pytest.fixture
def dead(home: Home) -> FakeJournal:
    """A writer of an earlier boot of this machine, with an open run."""
    if not get_machine().boot_id:
        pytest.skip("this system names no boots")
    header = {"host": get_machine().host, "boot_id": "an-earlier-one", "pid": 1}
    journal = FakeJournal(home.path, **header)
    journal.start("run")
    return journal


def test_a_run_whose_process_is_gone_is_lost_at_the_second_look(
    dead: FakeJournal, look: Callable[[], str]
) -> None:
    assert [look(), look(), look()] == ["open", "lost", "lost"]


def test_what_is_known_of_the_end_between_two_looks_holds(
    home: Home, dead: FakeJournal, look: Callable[[], str]
) -> None:
    assert look() == "open"

    def shut_down(db):
        end_lost_runs(db, writer_ids=["w1"], status="finished", at=datetime.now(UTC))

    home.database.write(shut_down).result()
    assert [look(), look()] == ["finished", "finished"]


def test_runs_of_other_hosts_and_of_processes_that_live_stay_open(
    home: Home, look: Callable[[], str]
) -> None:
    journal = FakeJournal(home.path, host="another-host", boot_id="its", pid=1)
    journal.start("run")
    assert [look(), look(), look()] == ["open", "open", "open"]
