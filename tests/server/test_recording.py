"""Recordings against a real server, real kernels and a real home."""

import asyncio
import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.store.journals import FakeJournal
from trackbook.errors import KernelNotFound
from trackbook.events import NamesRuled
from trackbook_server.closing import RunCloser
from trackbook_server.contents_paths import ContentsPaths
from trackbook_server.contract import Recording
from trackbook_server.kernel_watch import KernelWatch
from trackbook_server.live import Live, ServerKernels
from trackbook_server.live_store import LiveStore
from trackbook_server.recording import Recordings
from trackbook_server.store.home import Home, now
from trackbook_server.store.liveness import get_machine
from trackbook_server.store.run_details import get_run

KERNEL_PACKAGE = Path(__file__).parents[2] / "kernel"

LAUNCHER = """
import sys
from pathlib import Path
sys.path[:] = [p for p in sys.path if not (Path(p) / "trackbook").is_dir()]
sys.meta_path[:] = [f for f in sys.meta_path if "editable" not in repr(f)]
sys.path.append({modules!r})
from ipykernel.kernelapp import launch_new_instance
launch_new_instance()
"""
"""A kernel that finds a trackbook in one folder only, wherever else it is installed."""

IS_RECORDING = (
    "import trackbook; assert trackbook.recording_state()['state'] == 'recording'"
)


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    """A server without trackbook: what is tested is wired by hand."""
    return {}


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    """The folder where kernels of "bare" would find their trackbook; it is empty."""
    folder = tmp_path / "modules"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def _kernel_specs(jp_data_dir: Path, modules: Path, tmp_path: Path) -> None:
    launcher = tmp_path / "launch.py"
    launcher.write_text(LAUNCHER.format(modules=str(modules)))
    for name, language, start, path in (
        ("here", "python", ["-m", "ipykernel_launcher"], str(KERNEL_PACKAGE)),
        ("bare", "python", [str(launcher)], ""),
        ("other", "R", ["-m", "ipykernel_launcher"], ""),
    ):
        folder = Path(jp_data_dir) / "kernels" / name
        folder.mkdir(parents=True)
        argv = [sys.executable, *start, "-f", "{connection_file}"]
        spec = {"argv": argv, "display_name": name, "language": language}
        spec["env"] = {"PYTHONPATH": path}
        (folder / "kernel.json").write_text(json.dumps(spec))


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 what is awaited is another process
            await asyncio.sleep(0.02)


class Bench:
    """A server that follows its kernels, on a home."""

    def __init__(self, app: Any, home: Home) -> None:
        self.app, self.home = app, home
        self.announced: list[Recording] = []
        self.clients: list[Any] = []
        store = LiveStore(home)
        paths = ContentsPaths(app.contents_manager.root_dir)
        self._live = Live(paths)
        self.watch = KernelWatch(app, self._live)
        self.recordings = Recordings(
            ServerKernels(self.watch, paths),
            store,
            self.announced.append,
            lambda path: paths.to_contents(path) or path,
            home=str(home.path),
        )
        self._live.connect(store, RunCloser(store, get_machine()), self.recordings)
        self._store = store

    async def start(self) -> None:
        await self.recordings.load()
        self.watch.start()

    async def stop(self) -> None:
        for client in self.clients:
            client.stop_channels()
        await self.watch.stop()
        await self._live.stop()
        await self.recordings.stop()

    async def intents(self) -> list[str]:
        """The notebooks that record, as the home keeps them."""
        return await self._store.list_recordings()

    async def until_intended(self, *paths: str) -> None:
        async with asyncio.timeout(20):
            while await self.intents() != list(paths):  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def open(self, path: str, kernel: str = "here") -> dict[str, Any]:
        return await self.app.session_manager.create_session(
            path=path, name=Path(path).name, type="notebook", kernel_name=kernel
        )

    async def state(self, kernel_id: str, wanted: str) -> None:
        """Return once the recording's state is `wanted`."""
        async with asyncio.timeout(20):
            while True:
                if (await self.recordings.get(kernel_id)).state == wanted:
                    return
                await asyncio.sleep(0.05)

    async def up(self, kernel_id: str) -> None:
        """Return once the server hears what the kernel says; it misses the first."""
        while self.watch.find_kernel(kernel_id).execution_state == "starting":
            await (await execute(self, kernel_id, "'are you there?'"))()

    async def busy(self, kernel_id: str) -> None:
        """Return once the kernel executes something."""
        await until(lambda: self.watch.is_busy(kernel_id))


@pytest.fixture
def bench(jp_serverapp, jp_asyncio_loop, trackbook_home):
    made: list[Bench] = []
    home = Home(trackbook_home)
    home.start()

    async def make() -> Bench:
        bench = Bench(jp_serverapp, home)
        await bench.start()
        made.append(bench)
        return bench

    async def stop() -> None:
        for bench in made:
            await bench.stop()
        await jp_serverapp.kernel_manager.shutdown_all(now=True)

    yield make
    jp_asyncio_loop.run_until_complete(stop())
    home.close()


async def execute(bench: Bench, kernel_id: str, code: str) -> Callable[[], Any]:
    """Send a cell; the answer is a function that waits until it has ended."""
    client = bench.watch.find_kernel(kernel_id).client()
    client.session.session = uuid4().hex
    bench.clients.append(client)
    client.start_channels(iopub=False, stdin=False, hb=False)
    # As a front end does: nothing is sent before the kernel has said what it is.
    client.kernel_info()
    await client.get_shell_msg(timeout=30)
    message_id = client.execute(code)

    async def ended() -> dict[str, Any]:
        while True:
            reply = await client.get_shell_msg(timeout=30)
            if reply["parent_header"]["msg_id"] == message_id:
                return reply["content"]

    return ended


async def test_record_arms_the_kernel_and_keeps_the_intent(bench):
    bench = await bench()
    session = await bench.open("my notebook ü.ipynb")
    kernel_id = session["kernel"]["id"]
    assert (await bench.recordings.get(kernel_id)).state == "off"
    said = await bench.recordings.put(kernel_id, True)
    assert (said.state, said.reason) == ("recording", None)
    assert said.notebook_path == "my notebook ü.ipynb"
    [intent] = await bench.intents()
    assert Path(intent).name == "my notebook ü.ipynb"
    assert bench.announced[-1].state == "recording"

    said = await bench.recordings.put(kernel_id, False)
    assert (said.state, await bench.intents()) == ("off", [])
    assert bench.announced[-1].state == "off"


async def test_arming_leaves_no_trace_in_history_or_namespace(bench):
    bench = await bench()
    kernel_id = (await bench.open("a.ipynb"))["kernel"]["id"]
    await bench.recordings.put(kernel_id, True)
    code = "assert 'trackbook' not in dir() and In == ['', In[1]]"
    content = await (await execute(bench, kernel_id, code))()
    assert (content["status"], content["execution_count"]) == ("ok", 1)


async def test_a_busy_kernel_waits_and_records_when_its_cell_ends(bench, tmp_path):
    bench = await bench()
    kernel_id = (await bench.open("a.ipynb"))["kernel"]["id"]
    await bench.up(kernel_id)
    gate = tmp_path / "gate"
    code = f"import os, time\nwhile not os.path.exists({str(gate)!r}): time.sleep(0.05)"
    ended = await execute(bench, kernel_id, code)
    await bench.busy(kernel_id)
    bench.announced.clear()
    said = await bench.recordings.put(kernel_id, True)
    assert said.state == "waiting"
    assert "when the running cell ends" in said.reason
    gate.touch()
    assert (await ended())["status"] == "ok"
    await bench.state(kernel_id, "recording")
    async with asyncio.timeout(10):  # it is announced after it is so
        while len(bench.announced) < 2:  # noqa: ASYNC110 - a list has no event
            await asyncio.sleep(0.02)
    assert [each.state for each in bench.announced] == ["waiting", "recording"]


async def test_a_request_that_a_failing_cell_aborts_is_sent_again(bench, tmp_path):
    bench = await bench()
    kernel_id = (await bench.open("a.ipynb"))["kernel"]["id"]
    await bench.up(kernel_id)
    gate = tmp_path / "gate"
    code = f"import os, time\nwhile not os.path.exists({str(gate)!r}): time.sleep(0.05)"
    ended = await execute(bench, kernel_id, code + "\n1 / 0")
    await bench.busy(kernel_id)
    assert (await bench.recordings.put(kernel_id, True)).state == "waiting"
    gate.touch()
    assert (await ended())["status"] == "error"
    await bench.state(kernel_id, "recording")


async def test_an_environment_without_trackbook_says_the_line_that_mends_it(
    bench, modules
):
    bench = await bench()
    kernel_id = (await bench.open("a.ipynb", kernel="bare"))["kernel"]["id"]
    said = await bench.recordings.put(kernel_id, True)
    assert said.state == "cannot"
    assert sys.executable in said.reason
    assert said.cure == "%pip install trackbook-kernel"
    python = shlex.quote(sys.executable)
    assert said.terminal_cure == f"{python} -m pip install trackbook-kernel"
    assert (await bench.recordings.get(kernel_id)).state == "cannot"
    # Installed meanwhile: pressing again is enough.
    (modules / "trackbook").symlink_to(KERNEL_PACKAGE / "trackbook")
    said = await bench.recordings.put(kernel_id, True)
    assert (said.state, said.cure, said.terminal_cure) == ("recording", None, None)


async def test_a_kernel_of_another_language_can_not_record(bench):
    bench = await bench()
    kernel_id = (await bench.open("a.ipynb", kernel="other"))["kernel"]["id"]
    assert (await bench.recordings.get(kernel_id)).state == "off"
    said = await bench.recordings.put(kernel_id, True)
    assert said.state == "cannot"
    assert "not a Python kernel" in said.reason
    assert (await bench.recordings.put(kernel_id, False)).state == "off"


async def test_after_a_restart_it_is_armed_before_the_restart_is_answered(bench):
    bench = await bench()
    kernel_id = (await bench.open("a.ipynb"))["kernel"]["id"]
    await bench.recordings.put(kernel_id, True)
    await bench.app.kernel_manager.restart_kernel(kernel_id)
    assert (await (await execute(bench, kernel_id, IS_RECORDING))())["status"] == "ok"
    assert (await bench.recordings.get(kernel_id)).state == "recording"


async def test_looking_while_the_kernel_restarts_does_not_undo_the_arming(bench):
    bench = await bench()
    kernel_id = (await bench.open("a.ipynb"))["kernel"]["id"]
    await bench.recordings.put(kernel_id, True)
    manager = bench.app.kernel_manager
    restarting = asyncio.create_task(manager.restart_kernel(kernel_id))
    looks = []
    while not restarting.done():
        looks.append(asyncio.create_task(bench.recordings.get(kernel_id)))
        await asyncio.sleep(0.1)
    await asyncio.gather(restarting, *looks)
    assert (await bench.recordings.get(kernel_id)).state == "recording"
    assert (await (await execute(bench, kernel_id, IS_RECORDING))())["status"] == "ok"


async def test_a_notebook_that_does_not_record_restarts_untouched(bench, modules):
    bench = await bench()
    kernel_id = (await bench.open("a.ipynb"))["kernel"]["id"]
    await bench.app.kernel_manager.restart_kernel(kernel_id)
    code = "import sys; assert 'trackbook' not in sys.modules"
    assert (await (await execute(bench, kernel_id, code))())["status"] == "ok"


async def test_a_notebook_opened_again_is_armed_ahead_of_its_first_cell(bench):
    first = await bench()
    session = await first.open("sub folder/a.ipynb")
    await first.recordings.put(session["kernel"]["id"], True)
    await first.app.session_manager.delete_session(session["id"])

    await first.stop()
    second = await bench()
    kernel_id = (await second.open("sub folder/a.ipynb"))["kernel"]["id"]
    assert (await (await execute(second, kernel_id, IS_RECORDING))())["status"] == "ok"
    await second.state(kernel_id, "recording")


async def test_a_kernel_hears_that_a_second_notebook_uses_it(bench):
    bench = await bench()
    kernel_id = (await bench.open("a.ipynb"))["kernel"]["id"]
    await bench.recordings.put(kernel_id, True)
    several = (
        "from trackbook.extension import loaded; "
        "assert loaded.extension.capture.documents.are_several is {}"
    )
    ended = await execute(bench, kernel_id, several.format(False))
    assert (await ended())["status"] == "ok"
    await bench.app.session_manager.create_session(
        path="b.ipynb", name="b.ipynb", type="notebook", kernel_id=kernel_id
    )
    await bench.state(kernel_id, "recording")
    ended = await execute(bench, kernel_id, several.format(True))
    assert (await ended())["status"] == "ok"


async def test_another_kernel_for_the_notebook_is_armed_too(bench, jp_fetch):
    bench = await bench()
    session = await bench.open("a.ipynb")
    await bench.recordings.put(session["kernel"]["id"], True)
    body = json.dumps({"kernel": {"name": "here"}})
    answer = await jp_fetch("api", "sessions", session["id"], method="PATCH", body=body)
    kernel_id = json.loads(answer.body)["kernel"]["id"]
    assert kernel_id != session["kernel"]["id"]
    await bench.state(kernel_id, "recording")


async def test_the_intent_follows_a_rename_of_notebook_or_folder(
    bench, jp_fetch, jp_root_dir
):
    bench = await bench()
    (jp_root_dir / "one").mkdir()
    (jp_root_dir / "one" / "a.ipynb").write_text("{}")
    kernel_id = (await bench.open("one/a.ipynb"))["kernel"]["id"]
    await bench.recordings.put(kernel_id, True)

    async def rename(before: str, after: str, expected: str) -> None:
        body = json.dumps({"path": after})
        await jp_fetch("api", "contents", before, method="PATCH", body=body)
        await bench.until_intended(str(jp_root_dir / expected))

    await rename("one/a.ipynb", "one/b ü.ipynb", expected="one/b ü.ipynb")
    await rename("one", "two", expected="two/b ü.ipynb")


async def test_a_deleted_notebook_takes_its_intent_with_it(
    bench, jp_fetch, jp_root_dir
):
    bench = await bench()
    (jp_root_dir / "a.ipynb").write_text("{}")
    kernel_id = (await bench.open("a.ipynb"))["kernel"]["id"]
    await bench.recordings.put(kernel_id, True)
    await jp_fetch("api", "contents", "a.ipynb", method="DELETE")
    await bench.until_intended()


async def test_what_was_typed_by_hand_is_seen(bench):
    bench = await bench()
    kernel_id = (await bench.open("a.ipynb"))["kernel"]["id"]
    await (await execute(bench, kernel_id, "import trackbook; trackbook.arm()"))()
    await bench.state(kernel_id, "recording")
    await (await execute(bench, kernel_id, "trackbook.disarm()"))()
    await bench.state(kernel_id, "off")


async def test_track_off_by_hand_takes_the_intent_back(bench):
    bench = await bench()
    kernel_id = (await bench.open("a.ipynb"))["kernel"]["id"]
    await bench.recordings.put(kernel_id, True)
    await (await execute(bench, kernel_id, "trackbook = __import__('trackbook')"))()
    await (await execute(bench, kernel_id, "trackbook.disarm()"))()
    await bench.state(kernel_id, "off")
    assert await bench.intents() == []


async def test_a_kernel_that_crashes_is_armed_again_when_jupyter_restarts_it(bench):
    bench = await bench()
    kernel_id = (await bench.open("a.ipynb"))["kernel"]["id"]
    await bench.recordings.put(kernel_id, True)
    bench.announced.clear()
    await execute(bench, kernel_id, "import os; os.kill(os.getpid(), 9)")
    await until(lambda: [each.state for each in bench.announced][-1:] == ["recording"])


async def test_an_unknown_kernel_is_named(bench):
    bench = await bench()
    with pytest.raises(KernelNotFound, match="'no-such-kernel'"):
        await bench.recordings.put("no-such-kernel", True)


async def test_stopping_puts_every_method_back(bench, jp_serverapp):
    managers = (jp_serverapp.kernel_manager, jp_serverapp.session_manager)
    names = ("start_kernel", "restart_kernel", "shutdown_kernel", "update_session")
    before = [vars(manager).get(name) for manager in managers for name in names]
    bench = await bench()
    wrapped = [vars(manager).get(name) for manager in managers for name in names]
    assert wrapped != before
    await bench.watch.stop()
    after = [vars(manager).get(name) for manager in managers for name in names]
    assert after == before


NEWER = """
told = []
def arm(notebook=None, names={}):
    told.append(dict(names))
    return recording_state()
def recording_state():
    return {"state": "recording", "version": "9"}
"""
"""What a kernel's trackbook knows of rules, and notes what it was told."""


@pytest.fixture
def ruled(modules: Path, trackbook_home: Path) -> None:
    """A kernel of "bare" finds a trackbook that obeys rules."""
    package = modules / "trackbook"
    package.mkdir()
    (package / "__init__.py").write_text(NEWER + "from . import extension\n")
    (package / "extension.py").write_text(
        "def rule_names(names):\n"
        "    import trackbook\n"
        "    trackbook.told.append(names)\n"
    )


async def told(bench: Bench, kernel_id: str, *wanted: dict[str, Any]) -> None:
    """Return when the kernel was told exactly this."""
    await holds(bench, kernel_id, f"trackbook.told == {list(wanted)!r}")


async def holds(bench: Bench, kernel_id: str, condition: str) -> None:
    """Return when that is so in the kernel."""
    code = f"import trackbook; assert {condition}"
    async with asyncio.timeout(20):
        while True:
            answer = await (await execute(bench, kernel_id, code))()
            if answer["status"] == "ok":
                return
            await asyncio.sleep(0.05)


def rule(bench: Bench, experiment_id: str, **names: Any) -> None:
    event = NamesRuled(seq=0, at=now(), experiment_id=experiment_id, names=names)
    bench.home.edit(event).result()


def an_experiment(bench: Bench, trackbook_home: Path, path: str) -> str:
    """The experiment of a notebook that was recorded before."""
    journal = FakeJournal(trackbook_home)
    journal.start("run", notebook_path=str(Path(bench.app.root_dir) / path))
    bench.home.ingest_now()
    row = bench.home.database.read(get_run, "run").result()
    return row.experiment_id


async def test_kernels_are_armed_with_the_rules_and_told_those_that_change(
    bench, ruled, trackbook_home
):
    bench = await bench()
    experiment_id = an_experiment(bench, trackbook_home, "a.ipynb")
    rule(bench, experiment_id, acc="ignore", ü="promote")
    kernel_id = (await bench.open("a.ipynb", kernel="bare"))["kernel"]["id"]
    said = await bench.recordings.put(kernel_id, True)
    assert said.state == "recording"
    armed = {"acc": "ignore", "ü": "promote"}
    await told(bench, kernel_id, armed)
    await bench.recordings.runs_changed()
    rule(bench, experiment_id, acc=None, lr="ignore")
    await bench.recordings.runs_changed()
    changed = {"acc": None, "lr": "ignore"}
    await told(bench, kernel_id, armed, changed)
    await bench.recordings.runs_changed()
    await told(bench, kernel_id, armed, changed)
    await bench.app.kernel_manager.restart_kernel(kernel_id)
    await told(bench, kernel_id, {"lr": "ignore", "ü": "promote"})


async def test_rules_that_change_while_a_kernel_is_busy_reach_it_afterwards(
    bench, ruled, trackbook_home, tmp_path
):
    bench = await bench()
    experiment_id = an_experiment(bench, trackbook_home, "a.ipynb")
    kernel_id = (await bench.open("a.ipynb", kernel="bare"))["kernel"]["id"]
    await bench.recordings.put(kernel_id, True)
    await bench.up(kernel_id)
    gate = tmp_path / "gate"
    code = f"import os, time\nwhile not os.path.exists({str(gate)!r}): time.sleep(0.05)"
    await execute(bench, kernel_id, code)
    await bench.busy(kernel_id)
    for names in ({"a": "ignore"}, {"b": "ignore"}):
        rule(bench, experiment_id, **names)
        await bench.recordings.runs_changed()
    gate.touch()
    said = "{name: rule for told in trackbook.told for name, rule in told.items()}"
    await holds(bench, kernel_id, f"{said} == {{'a': 'ignore', 'b': 'ignore'}}")
