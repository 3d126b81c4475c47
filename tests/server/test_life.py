"""Experiments, the archive and the trash over REST, on a server that runs."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from tornado.httpclient import HTTPClientError

from tests.server.test_routes import ask, until
from tests.store.journals import FakeJournal
from tests.store.test_trash import age_blobs, fill
from trackbook_server import contract as c


@pytest.fixture
def runs(trackbook_home: Path) -> list[str]:
    """Eight runs that wait in a journal for the server."""
    found = fill(FakeJournal(trackbook_home), trackbook_home, "run", 8)
    age_blobs(trackbook_home)
    return found


async def read_all(jp_fetch: Any, count: int) -> None:
    """Wait until the server has read so many runs."""

    async def are_there() -> bool:
        return len((await get(jp_fetch, "runs", c.RunList)).runs) == count

    await until(are_there, 30.0)


async def get(jp_fetch: Any, path: str, kind: type, **query: Any) -> Any:
    answer = await ask(jp_fetch, *path.split("/"), params=query)
    return msgspec.convert(answer, type=kind)


async def send(
    jp_fetch: Any, path: str, kind: type, body: Any, method: str = "POST"
) -> Any:
    answer = await ask(
        jp_fetch, *path.split("/"), method=method, body=msgspec.json.encode(body)
    )
    return msgspec.convert(answer, type=kind)


async def test_runs_are_moved_merged_and_given_back(
    runs: list[str], jp_fetch: Any
) -> None:
    await read_all(jp_fetch, 8)
    made = await send(jp_fetch, "experiments", c.Experiment, {"name": "made"})
    with pytest.raises(HTTPClientError) as error:
        await send(jp_fetch, "experiments", c.Experiment, {"name": "made"})
    assert error.value.code == 409
    body = {"run_ids": runs[:3], "experiment_id": made.experiment_id}
    edited = await send(jp_fetch, "runs/edits", c.RunsEdited, body)
    assert edited.count == 3
    listed = await get(jp_fetch, "experiments", c.ExperimentList)
    counts = {found.name: found.run_count for found in listed.experiments}
    assert counts == {"a": 5, "made": 3}
    target = next(found for found in listed.experiments if found.name == "a")
    path = f"experiments/{made.experiment_id}"
    merged = {"merged_into": target.experiment_id}
    await send(jp_fetch, path, c.Experiment, merged, "PATCH")
    found = await get(jp_fetch, f"experiments/{target.experiment_id}", c.Experiment)
    assert (found.run_count, found.merged) == (8, ["made"])
    back = {"merged_into": made.experiment_id}
    whole = f"experiments/{target.experiment_id}"
    with pytest.raises(HTTPClientError) as error:
        await send(jp_fetch, whole, c.Experiment, back, "PATCH")
    assert error.value.code == 400
    await send(jp_fetch, path, c.Experiment, {"merged_into": ""}, "PATCH")
    for undo in edited.undo:
        fields = msgspec.structs.asdict(undo)
        body = {name: value for name, value in fields.items() if value is not None}
        await send(jp_fetch, "runs/edits", c.RunsEdited, body)
    found = await get(jp_fetch, f"experiments/{target.experiment_id}", c.Experiment)
    assert found.run_count == 8


async def test_a_run_is_archived_pinned_and_found(
    runs: list[str], jp_fetch: Any
) -> None:
    await read_all(jp_fetch, 8)
    body = {"archived": True, "pinned": True}
    run = await send(jp_fetch, f"runs/{runs[0]}", c.Run, body, "PATCH")
    assert run.pinned
    assert run.archived_at is not None
    listed = await get(jp_fetch, "runs", c.RunList)
    assert runs[0] not in [row.run_id for row in listed.runs]
    archived = await get(jp_fetch, "runs", c.RunList, archived="true", pinned="true")
    assert [row.run_id for row in archived.runs] == [runs[0]]


async def test_the_trash_is_emptied_while_the_server_runs(
    runs: list[str], jp_fetch: Any
) -> None:
    await read_all(jp_fetch, 8)
    body = {"run_ids": runs[:6], "trashed": True}
    await send(jp_fetch, "runs/edits", c.RunsEdited, body)
    before = await get(jp_fetch, "trash", c.Trash)
    assert (before.run_count, before.emptying) == (6, None)
    assert before.size_bytes > 6_000
    await send(jp_fetch, "trash/emptying", c.Trash, {})

    async def is_done() -> c.Trash | None:
        found: c.Trash = await get(jp_fetch, "trash", c.Trash)
        return found if found.emptying and found.emptying.phase == "done" else None

    after = await until(is_done, 30.0)
    assert after.run_count == 0
    assert after.emptying is not None
    assert after.emptying.done_count == 6
    assert after.emptying.freed_bytes > 6 * 800
    changed = await get(jp_fetch, "runs", c.RunList, since=str(before.change))
    assert set(changed.removed) >= set(runs[:6])
    with pytest.raises(HTTPClientError) as error:
        await get(jp_fetch, f"runs/{runs[0]}", c.Run)
    assert error.value.code == 404
    kept = await send(jp_fetch, "trash", c.Trash, {"keep_days": 9}, "PATCH")
    assert kept.keep_days == 9
    await send(jp_fetch, "trash/emptying/stop", c.Trash, {})
    for wrong in ({"keep_days": -1}, {"keep_days": "x"}):
        with pytest.raises(HTTPClientError) as error:
            await send(jp_fetch, "trash", c.Trash, wrong, "PATCH")
        assert error.value.code == 400


async def test_nested_runs_know_each_other(jp_fetch: Any, trackbook_home: Path) -> None:
    journal = FakeJournal(trackbook_home)
    journal.start("outer", {"lr": 1})
    for child, lr in (("in-1", 2), ("in-2", 3)):
        journal.start(child, {"lr": lr}, parent_run_id="outer", boundary="explicit")
        journal.execute(child, f"e-{child}", results={"acc": 0.5})
        journal.end(child)
    journal.execute("outer", "e0", results={"acc": 0.7})
    await read_all(jp_fetch, 3)
    outer = await get(jp_fetch, "runs/outer", c.Run)
    assert [child.run_id for child in outer.children] == ["in-1", "in-2"]
    assert (outer.child_count, outer.parent) == (2, None)
    inner = await get(jp_fetch, "runs/in-1", c.Run)
    assert inner.parent is not None
    assert inner.parent.name == outer.name
    nested = await get(jp_fetch, "runs", c.RunList, filter="parent = 'outer'")
    assert len(nested.runs) == 2
    top = await get(jp_fetch, "runs", c.RunList, filter="parent is null")
    assert [row.run_id for row in top.runs] == ["outer"]
