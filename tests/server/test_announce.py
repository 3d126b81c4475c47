"""“Run changed” on Jupyter's event bus."""

import asyncio
from pathlib import Path
from typing import Any

from jupyter_server.serverapp import ServerApp

from tests.store.journals import FakeJournal, two_attempts
from trackbook_server.announce import SCHEMA_ID


async def heard(server: ServerApp, said: list[dict[str, Any]], run_id: str) -> None:
    deadline = asyncio.get_running_loop().time() + 10
    while asyncio.get_running_loop().time() < deadline:
        if any(run_id in event["run_ids"] for event in said):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{run_id} was not announced: {said}")


def listen(server: ServerApp) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = []

    async def note(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        said.append(data)

    server.event_logger.add_listener(schema_id=SCHEMA_ID, listener=note)
    return said


async def test_runs_are_announced_when_the_store_has_them(
    jp_serverapp: ServerApp, jp_fetch: Any, trackbook_home: Path
) -> None:
    await jp_fetch("trackbook", "api", "status")
    said = listen(jp_serverapp)
    journal = FakeJournal(trackbook_home)
    two_attempts(journal)
    await heard(jp_serverapp, said, "run-b")
    before = said[-1]["change"]
    said.clear()
    journal.points("run-a", "acc", [0.1], first_step=7)
    await heard(jp_serverapp, said, "run-a")
    assert said[-1]["change"] > before
    assert said[-1]["truncated"] is False


async def test_edits_are_announced_too(
    jp_serverapp: ServerApp, jp_fetch: Any, trackbook_home: Path
) -> None:
    two_attempts(FakeJournal(trackbook_home))
    said = listen(jp_serverapp)
    await heard(jp_serverapp, said, "run-a")
    said.clear()
    await jp_fetch(
        "trackbook", "api", "runs", "run-a", method="PATCH", body='{"starred": true}'
    )
    await heard(jp_serverapp, said, "run-a")
    assert all(event["run_ids"] == ["run-a"] for event in said)
