"""A search ends with whoever asked for it, and at its deadline, over real HTTP."""

import asyncio
import json
from typing import Any

import pytest
import sqlite_utils
from tornado.httpclient import HTTPClientError
from tornado.simple_httpclient import HTTPTimeoutError

from trackbook_server.rest.lists import ListHandler
from trackbook_server.store import queries


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting the runs of a list never comes to an end."""

    def count(db: sqlite_utils.Database, scope: Any) -> Any:
        return db.execute(
            "with recursive n(i) as (select 1 union all select i + 1 from n) "
            "select max(i) from n"
        ).fetchone()

    monkeypatch.setattr(queries, "count_runs", count)


async def test_who_leaves_takes_the_search_along(endless: None, jp_fetch: Any) -> None:
    path = ("trackbook", "api", "runs", "counts")
    asked = [jp_fetch(*path, request_timeout=0.3) for _ in range(8)]
    for answer in await asyncio.gather(*asked, return_exceptions=True):
        assert isinstance(answer, HTTPTimeoutError)
    # More of them than threads that read: they would keep others waiting for ever.
    listed = await jp_fetch("trackbook", "api", "runs", request_timeout=10)
    assert json.loads(listed.body)["runs"] == []


async def test_a_search_past_its_time_is_a_problem_that_says_what_to_do(
    endless: None, jp_fetch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ListHandler, "read_seconds", 0.2)
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch("trackbook", "api", "runs", "counts")
    assert refused.value.code == 503
    problem = json.loads(refused.value.response.body)
    assert problem["error"] == "TookTooLong"
    assert "Add a condition that fewer runs meet" in problem["message"]
