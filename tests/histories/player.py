"""Plays a history: a person at a notebook, the front end, the server, the store.

The kernel, the journal, the ingest and the list are the real ones; the front end's and
the server's part is what they send: execute requests with their metadata, captured
documents, which notebook a kernel runs, and the silent request that begins recording.
"""

import time
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.histories.kernels import Kernel, Spawner
from tests.histories.script import TIMES, Cell, Command, Drawn, History
from trackbook.events import KernelPlaced
from trackbook.paths import blobs_dir
from trackbook_server.contract import Capture
from trackbook_server.notebooks.captures import CaptureMemory, take_capture
from trackbook_server.store import queries
from trackbook_server.store.home import Home
from trackbook_server.store.run_details import get_run
from trackbook_server.store.run_scope import RunScope

FIRST = "notebook.ipynb"


@dataclass
class Notebook:
    """An open notebook: its cells in their order, its kernel's id, its client's id."""

    path: str
    kernel_id: str
    cells: dict[str, Cell] = field(default_factory=dict)
    client_id: str = field(default_factory=lambda: uuid.uuid4().hex)


class Player:
    """Plays one history in a home of its own."""

    def __init__(self, spawner: Spawner, folder: Path) -> None:
        self._spawner = spawner
        self._folder = folder
        self._home = Home(folder / "home")
        self._memory = CaptureMemory()
        self._kernels: dict[str, Kernel] = {}
        self._notebooks: dict[str, Notebook] = {}
        self._console = uuid.uuid4().hex
        self._names: dict[str, str] = {}
        self._open(FIRST, uuid.uuid4().hex)

    def play(self, history: History) -> tuple[list[Drawn], int]:
        """Do all that it tells; return the runs as listed, and those without result."""
        try:
            for step in history.steps:
                if isinstance(step, Cell):
                    self._take(step)
                else:
                    self._do(step)
        finally:
            for kernel in self._kernels.values():
                kernel.close()
        self._home.ingest_now()
        try:
            return self._listed()
        finally:
            self._home.close()

    # --- a person -----------------------------------------------------------------

    def _take(self, cell: Cell) -> None:
        """Type a cell, and execute it unless that is all."""
        if cell.in_console:
            self._names[f"console-{len(self._names)}"] = cell.name
            self._send(self._current, cell, list(self._names)[-1])
            return
        if cell.notebook is not None:
            self._current = self._notebooks[cell.notebook]
        self._current.cells[cell.name] = cell
        if not cell.typed_only:
            self._execute(cell)
            self._current.cells[cell.name] = replace(cell, interrupted_at=None)

    def _do(self, command: Command) -> None:
        match command:
            case Command("run", ("all",)):
                for cell in list(self._current.cells.values()):
                    if self._execute(cell) != "ok":
                        break
            case Command("run", names):
                for name in names:
                    count, _, rest = name.partition(TIMES)
                    for _ in range(int(rest or 1)):
                        self._execute(self._current.cells[count])
            case Command("restart", ()):
                self._kernels.pop(self._current.kernel_id).close()
                self._begin(self._current.kernel_id)
            case Command("reload", ()):
                self._current.client_id = uuid.uuid4().hex
            case Command("delete", names):
                for name in names:
                    del self._current.cells[name]
            case Command("open", (path,)):
                self._open(path, uuid.uuid4().hex)
            case Command("open", (path, "on", "the", "same", "kernel")):
                self._open(path, self._current.kernel_id)
            case Command("wait", (seconds,)):
                time.sleep(float(seconds))
            case _:
                raise AssertionError(f"nobody knows how to do {command}")

    # --- the front end and the server ----------------------------------------------

    def _open(self, path: str, kernel_id: str) -> None:
        """Open a notebook: a session, whose kernel the server places and arms."""
        self._current = self._notebooks[path] = Notebook(path, kernel_id)
        if kernel_id not in self._kernels:
            self._begin(kernel_id)
        self._home.edit(
            KernelPlaced(
                seq=0,
                at=datetime.now(UTC),
                kernel_id=kernel_id,
                notebook_path=str(self._folder / path),
            )
        ).result()
        self._arm(kernel_id)

    def _begin(self, kernel_id: str) -> None:
        environment = {
            "TRACKBOOK_HOME": str(self._home.path),
            "TRACKBOOK_SERVER": "1",
            "IPYTHONDIR": str(self._folder / "ipython"),
        }
        kernel = Kernel(self._spawner, kernel_id, self._folder, environment)
        self._kernels[kernel_id] = kernel
        self._arm(kernel_id)

    def _arm(self, kernel_id: str) -> None:
        notebooks = [n for n in self._notebooks.values() if n.kernel_id == kernel_id]
        answer = self._kernels[kernel_id].ask('__import__("trackbook").arm()')
        assert answer["state"] == "recording", answer
        if len(notebooks) > 1:
            self._kernels[kernel_id].ask(
                '__import__("trackbook.extension").extension.share()'
            )

    def _execute(self, cell: Cell) -> str:
        cell_id = f"{Path(self._current.path).stem}-{cell.name}"
        self._names[cell_id] = cell.name
        return self._send(self._current, cell, cell_id)

    def _send(self, notebook: Notebook, cell: Cell, cell_id: str) -> str:
        """Send the request as JupyterLab does, and then the document."""
        metadata: dict[str, Any] = {"trusted": True, "cellId": cell_id}
        session = self._console
        if not cell.in_console:
            metadata |= {"deletedCells": [], "recordTiming": False}
            session = notebook.client_id
        if cell.tags:
            metadata["tags"] = list(cell.tags)
        kernel = self._kernels[notebook.kernel_id]
        waiting = [cell.interrupted_at] if cell.interrupted_at else []

        def on_text(said: str) -> None:
            if waiting and waiting[0] in said:
                waiting.clear()
                kernel.interrupt()

        message_id, status = kernel.execute(cell.source, metadata, session, on_text)
        if not cell.in_console:
            self._capture(notebook, message_id, cell_id)
        return status

    def _capture(self, notebook: Notebook, message_id: str, cell_id: str) -> None:
        cells = {
            f"{name}-{hash(cell.source)}": {
                "cell_type": "code",
                "id": f"{Path(notebook.path).stem}-{name}",
                "metadata": {"tags": list(cell.tags)} if cell.tags else {},
                "source": cell.source,
                "outputs": [],
                "execution_count": None,
            }
            for name, cell in notebook.cells.items()
        }
        frame = {"metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        capture = Capture(
            kernel_id=notebook.kernel_id,
            client_id=notebook.client_id,
            moment="scheduled",
            messages={message_id: cell_id},
            frame=frame,
            cell_keys=list(cells),
            cells=cells,
            notebook_path=str(self._folder / notebook.path),
        )
        self._home.database.write(
            take_capture,
            blobs_dir(self._home.path),
            self._memory,
            capture,
            datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        ).result()

    # --- what the sidebar shows ------------------------------------------------------

    def _listed(self) -> tuple[list[Drawn], int]:
        """Return the runs of each notebook's list, the oldest first."""
        found: list[Drawn] = []
        without_result = 0
        for path in self._notebooks:
            scope = RunScope(notebook_path=str(self._folder / path))
            page = self._home.database.read(
                queries.list_runs, scope, "started_at", 500
            ).result()
            counts = self._home.database.read(queries.count_runs, scope).result()
            without_result += counts.without_result_count
            notebook = path if len(self._notebooks) > 1 else ""
            found += [self._drawn(row, notebook) for row in page.runs]
        return found, without_result

    def _drawn(self, row: Any, notebook: str) -> Drawn:
        run = self._home.database.read(get_run, row.run_id).result()
        names = [self._names[e.cell_id] for e in run.cell_executions if e.cell_id]
        main = row.main_metric
        return Drawn(
            status=row.status,
            times=row.alike_count,
            params=run.params,
            main=(main.key, f"{main.value:.4g}") if main else None,
            cells=tuple(dict.fromkeys(names)),
            notebook=notebook,
        )
