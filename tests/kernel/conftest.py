"""A real shell a test, and what it said in its journal."""

import atexit
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from trackbook.api import process
from trackbook.events import (
    Event,
    ExecutionEnded,
    ExecutionStarted,
    ParamsLogged,
    PointsLogged,
    RunStarted,
)
from trackbook.extension import loaded
from trackbook.journal import list_segments, read_lines
from trackbook.paths import PARENT_VARIABLE

from .kernels import Kernel

E = TypeVar("E", bound=Event)


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    names = [thread.name for thread in threading.enumerate()]
    assert "trackbook-journal" not in names


class Journal:
    """What a home's journals hold."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "journals"

    def events(self) -> list[Event]:
        """All events by writer and order; fails on a line that is none."""
        if process.recorder is not None:
            process.recorder.journal.flush()
        found = []
        for segment in list_segments(self._folder):
            for line in read_lines(segment.path):
                assert line.event is not None, line.problem
                found.append(line.event)
        return found

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events() if isinstance(event, kind)]

    def runs(self) -> list[str]:
        return [event.run_id for event in self.of(RunStarted)]

    def metrics(self, *, values: bool = False) -> dict[str, list[Any]]:
        """Values by key; those of origin `value` only if asked for."""
        found: dict[str, list[Any]] = {}
        for event in self.of(PointsLogged):
            if (event.origin == "value") is values:
                found.setdefault(event.key, []).extend(event.values)
        return found

    def params(self) -> dict[str, Any]:
        """Params in force at the end, over all runs."""
        found: dict[str, Any] = {}
        for event in self.of(ParamsLogged):
            for key in event.removed:
                found.pop(key, None)
            found.update({param.key: param.value for param in event.params})
        return found

    def run_of(self, source: str) -> list[str | None]:
        """The runs of the executions of a source, as their ends say."""
        ids = [
            event.execution_id
            for event in self.of(ExecutionStarted)
            if event.source == source
        ]
        ends = {event.execution_id: event.run_id for event in self.of(ExecutionEnded)}
        return [ends[execution_id] for execution_id in ids]


@pytest.fixture
def home(trackbook_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # As below a server: the test runner's own command line is no notebook's.
    monkeypatch.setenv("TRACKBOOK_SERVER", "1")
    return trackbook_home


@pytest.fixture
def journal(home: Path) -> Journal:
    return Journal(home)


@pytest.fixture
def script(journal: Journal) -> Iterator[Journal]:
    """A process that calls the public functions; what it opens is closed afterwards."""
    yield journal
    if process.recorder is not None:
        process.recorder.close()
        process.recorder = None
    assert PARENT_VARIABLE not in os.environ


@pytest.fixture
def shell(home: Path, tmp_path: Path) -> Iterator[Any]:
    """A fresh shell with history, which has no hook of ours at its end."""
    InteractiveShell.clear_instance()
    config = Config()
    config.HistoryManager.hist_file = str(tmp_path / "history.sqlite")
    made = InteractiveShell.instance(config=config, user_ns={})
    before = {name: list(hooks) for name, hooks in made.events.callbacks.items()}
    yield made
    made.run_line_magic("unload_ext", "trackbook")
    assert loaded.extension is None
    assert process.recorder is None
    assert made.ast_transformers == []
    assert "transform_ast" not in vars(made)
    assert made.events.callbacks == before
    assert "track" not in made.magics_manager.magics["line"]
    assert "track" not in made.magics_manager.magics["cell"]
    made.history_manager.end_session()
    made.history_manager.close()
    atexit.unregister(made.atexit_operations)
    made.restore_sys_module_state()
    InteractiveShell.clear_instance()


Run = Callable[..., Any]


@pytest.fixture
def run(shell: Any) -> Run:
    """Run a cell as a person does; the extension is loaded."""
    shell.run_line_magic("load_ext", "trackbook")

    def run_cell(source: str, cell_id: str | None = None) -> Any:
        return shell.run_cell(source, store_history=True, cell_id=cell_id)

    return run_cell


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    return folder


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("JPY_"):
            monkeypatch.delenv(name)


@pytest.fixture
def kernel(home: Path, tmp_path: Path, monkeypatch: Any) -> Iterator[Kernel]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    made = Kernel(tmp_path)
    yield made
    made.close()
