"""Where a kernel's runs belong, as the server follows sessions and files."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from trackbook_server.rest.handler import SETTINGS_KEY
from trackbook_server.store.home import Home


class Places:
    """Sessions over REST, and the paths that the store then knows."""

    def __init__(self, app: Any, fetch: Any) -> None:
        self.app, self._fetch = app, fetch

    @property
    def home(self) -> Home:
        found = self.app.web_app.settings[SETTINGS_KEY].home
        assert isinstance(found, Home)
        return found

    async def fetch(self, *parts: str, **options: Any) -> Any:
        if "body" in options:
            options["body"] = json.dumps(options["body"])
        answer = await self._fetch(*parts, **options)
        return json.loads(answer.body) if answer.body else None

    async def open(self, path: str, **other: Any) -> dict[str, Any]:
        body = {"path": path, "name": Path(path).name, "type": "notebook", **other}
        return await self.fetch("api", "sessions", method="POST", body=body)

    async def patch(self, session: dict[str, Any], **changes: Any) -> dict[str, Any]:
        parts = ("api", "sessions", session["id"])
        return await self.fetch(*parts, method="PATCH", body=changes)

    def path_of(self, session: dict[str, Any]) -> str | None:
        """Return where the store places that session's kernel, relative to the root."""
        kernel_id = session["kernel"]["id"]
        query = "select notebook_path from kernels where kernel_id = ?"
        row = self.home.database.read(
            lambda db: db.execute(query, (kernel_id,)).fetchone()
        ).result()
        return None if row is None else str(Path(row[0]).relative_to(self.root))

    @property
    def root(self) -> Path:
        return Path(self.app.root_dir)


@pytest.fixture
def places(jp_serverapp, jp_fetch, jp_asyncio_loop):
    yield Places(jp_serverapp, jp_fetch)
    jp_asyncio_loop.run_until_complete(
        jp_serverapp.kernel_manager.shutdown_all(now=True)
    )


@pytest.mark.parametrize(
    "path", ["a.ipynb", "RTC:a.ipynb", "my folder/Prüfung ✓.ipynb", "a:b/c'\"d.ipynb"]
)
async def test_a_kernel_belongs_to_the_path_of_its_session(places, path):
    session = await places.open(path)
    assert places.path_of(session) == path.removeprefix("RTC:")


async def test_a_console_has_no_notebook_unless_it_shares_the_kernel_of_one(places):
    lone = await places.open("console-1-x", type="console")
    assert places.path_of(lone) is None
    notebook = await places.open("a.ipynb")
    kernel = {"id": notebook["kernel"]["id"]}
    shared = await places.open("console-2-y", type="console", kernel=kernel)
    assert shared["kernel"]["id"] == notebook["kernel"]["id"]
    assert places.path_of(shared) == "a.ipynb"
    said = await places.fetch("trackbook", "api", "recordings", kernel["id"])
    assert said["notebook_path"] == "a.ipynb"


async def test_a_session_made_for_a_kernel_that_runs_already_is_followed(places):
    kernel = await places.fetch("api", "kernels", method="POST", body={})
    session = await places.open("late.ipynb", kernel={"id": kernel["id"]})
    assert session["kernel"]["id"] == kernel["id"]
    assert places.path_of(session) == "late.ipynb"


async def test_another_kernel_for_the_session_is_placed_too(places):
    session = await places.open("a.ipynb")
    name = session["kernel"]["name"]
    changed = await places.patch(session, kernel={"name": name})
    assert changed["kernel"]["id"] != session["kernel"]["id"]
    assert places.path_of(changed) == "a.ipynb"


async def test_a_renamed_folder_takes_its_kernels_along(places):
    (places.root / "one").mkdir()
    session = await places.open("one/a.ipynb")
    parts = ("api", "contents", "one")
    await places.fetch(*parts, method="PATCH", body={"path": "two"})

    async with asyncio.timeout(5):
        while places.path_of(session) != "two/a.ipynb":  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_saved_under_another_name_later_runs_belong_to_the_new_one(places):
    session = await places.open("a.ipynb")
    await places.patch(session, path="b.ipynb", name="b.ipynb")
    assert places.path_of(session) == "b.ipynb"


async def test_a_session_that_is_not_there_is_jupyters_own_404(places):
    with pytest.raises(Exception, match="404"):
        await places.patch({"id": "no-such"}, path="b.ipynb")


async def test_a_restart_works_also_when_we_fail(places, monkeypatch):
    session = await places.open("a.ipynb")
    state = places.app.web_app.settings[SETTINGS_KEY]

    async def broken(*args: Any) -> None:
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr(state.recordings, "kernel_ready", broken)
    parts = ("api", "kernels", session["kernel"]["id"], "restart")
    answer = await places.fetch(*parts, method="POST", body={})
    assert answer["id"] == session["kernel"]["id"]
