"""Searches end when they are given up, and what others ask goes on."""

import time
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils

from trackbook.errors import TookTooLong
from trackbook_server.store.database import Database
from trackbook_server.store.patience import GivenUp, Limit, count_within, within

ENDLESS = (
    "with recursive n(i) as (select 1 union all select i + 1 from n) "
    "select max(i) from n"
)
ROWS = (
    "with recursive n(i) as (select 1 union all select i + 1 from n where i < {}) "
    "select i from n"
)


def ask_endlessly(db: sqlite_utils.Database) -> Any:
    return db.execute(ENDLESS).fetchone()


@pytest.fixture
def database(tmp_path: Path) -> Any:
    found = Database(tmp_path / "trackbook.db")
    found.start_writing()
    yield found
    found.close()


def test_a_search_past_its_time_says_what_to_do(database: Database) -> None:
    answer = database.read_within(Limit(0.05), ask_endlessly)
    with pytest.raises(TookTooLong, match=r"longer than 0\.05 s .* Add a condition"):
        answer.result(10)
    assert database.read(lambda db: db.execute("select 1").fetchone()).result() == (1,)


def test_a_search_is_cancelled_from_another_thread(database: Database) -> None:
    limits = [Limit() for _ in range(6)]
    answers = [database.read_within(limit, ask_endlessly) for limit in limits]
    time.sleep(0.05)
    assert not any(answer.done() for answer in answers)
    for limit in limits:
        limit.cancel()
    for answer in answers:
        # Also those that had no thread yet.
        with pytest.raises(TookTooLong, match="nobody waits"):
            answer.result(10)


def test_steps_end_a_select_at_the_same_row_always() -> None:
    db = sqlite_utils.Database(memory=True)
    seen: list[list[int]] = [[], []]
    for rows in seen:
        limit = Limit(steps=20_000)
        with pytest.raises(GivenUp) as given_up, within(db, limit):
            rows.extend(row for (row,) in db.execute(ROWS.format(100_000)))
        assert given_up.value.limit is limit
    assert len(seen[0]) == len(seen[1]) > 100
    assert len(db.execute(ROWS.format(100_000)).fetchall()) == 100_000


def test_the_limit_that_is_over_is_named_however_they_nest() -> None:
    db = sqlite_utils.Database(memory=True)
    outer = Limit(steps=5_000)
    with pytest.raises(GivenUp) as given_up, within(db, outer):
        count_within(db, ROWS.format(10_000_000), (), 60.0)
    assert given_up.value.limit is outer
    with within(db, Limit(60.0)):
        assert count_within(db, ROWS.format(1000), (), 60.0) == (1000, True)
        found, is_all = count_within(db, ROWS.format(10_000_000), (), 0.02)
        assert found > 0
        assert not is_all
        assert db.execute("select 1").fetchone() == (1,)


def test_errors_of_other_kinds_are_left_as_they_are() -> None:
    db = sqlite_utils.Database(memory=True)
    with pytest.raises(Exception, match="no such table"), within(db, Limit(5.0)):
        db.execute("select * from nowhere")
