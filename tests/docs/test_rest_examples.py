"""What the page of the REST API shows is run as it stands there, on a real server."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.end_to_end.notebook import until
from tests.end_to_end.server_process import TOKEN, ServerProcess
from tests.store.journals import FakeJournal, two_attempts

PAGE = Path(__file__).parents[2] / "docs" / "rest-api.md"


def examples(language: str) -> list[str]:
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@asynccontextmanager
async def serve(folder: Path) -> AsyncIterator[ServerProcess]:
    """Start a server whose home has two runs, and end it."""
    home = folder / "served"
    two_attempts(FakeJournal(home), notebook_path=str(folder / "root" / "a.ipynb"))
    server = ServerProcess(folder, home)
    try:
        await server.start()

        async def both() -> bool:
            return len(await server.runs()) == 2

        await until(both, 20)
        yield server
    finally:
        await server.end()


def run(environment: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


async def test_what_the_page_shows_of_curl_and_python_works(
    tmp_path: Path,
) -> None:
    async with serve(tmp_path) as server:
        environment = {
            **os.environ,
            "URL": server.url.rstrip("/"),
            "TOKEN": TOKEN,
            "RUN": "run-b",
        }
        shells = examples("sh")
        assert len(shells) == 3
        answers: list[Any] = [
            json.loads(await asyncio.to_thread(run, environment, "sh", "-ec", shell))
            for shell in shells
        ]
        [program] = examples("python")
        printed = await asyncio.to_thread(
            run, environment, sys.executable, "-W", "error", "-c", program
        )
    listed, found, starred = answers
    assert [one["run_id"] for one in listed["runs"]] == ["run-b", "run-a"]
    assert [one["run_id"] for one in found["runs"]] == ["run-b"]
    assert found["runs"][0]["cells"]
    assert (starred["starred"], starred["tags"]) == (True, {"team": "search"})
    assert printed.splitlines() == ["run-b [0] [0.95]", "run-a [0] [0.9]"]
