"""Random programs of cells in a real kernel: the store holds what ran, and only that.

What ran is known from the kernel's own replies and messages, never from trackbook.
"""

import contextlib
import json
import math
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jupyter_client.manager import KernelManager

from trackbook_server.store.home import Home

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.timeout(300)]

NAMES = st.sampled_from(["lr", "depth", "data", "x", "model_name", "größe"])
SCORES = st.sampled_from(["acc", "val_loss", "f1_score", "rmse"])
NUMBERS = st.floats(allow_nan=True, allow_infinity=True, width=32)
LITERALS = st.one_of(
    st.integers(-(10**9), 10**9),
    st.floats(-1e6, 1e6),
    st.booleans(),
    st.text(max_size=20),
    st.lists(st.integers(0, 9), max_size=4),
)
FAILING = st.sampled_from(
    [
        "1 / 0",
        "raise ValueError('no such thing')",
        "undefined_name",
        "def broken(:\n    pass",
        "raise KeyboardInterrupt",
        "class Odd(Exception):\n    def __str__(self):\n        1 / 0\nraise Odd",
        "%no_such_magic",
    ]
)
PLAIN = st.sampled_from(
    [
        "import math",
        "def train(a, b=1):\n    return a + b",
        "class Model:\n    pass",
        "x = [n * n for n in range(10)]\nx",
        "for n in range(5):\n    last = n",
        "import asyncio\nawait asyncio.sleep(0)",
        "print = print",
        "x = lr = 3\ndel lr",
        "%time total = sum(range(100))",
        "%%time\ntotal = 1",
        "%%capture held\nprint('not seen')",
        "!echo from a process",
        "# only a comment",
        "import sys\nprint('aside', file=sys.stderr)\nprint('straight')",
        "from IPython.display import display\ndisplay({'a': 1}, 'b')",
        "with open('a file', 'w') as f:\n    f.write('x')",
        "exec('hidden = 1')",
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n    caught = True",
        "'🦊 ünïcode ' * 3",
        "text = '" + "long " * 2000 + "'",
        "%track new",
        "%track end",
        "%track start by-hand",
        "%track param hand=1",
        "%%track\ninside = 1",
    ]
)


@dataclass(frozen=True)
class Cell:
    """One request: `score` is what it binds that must be found as a result."""

    source: str
    score: tuple[str, float] | None = None
    silent: bool = False
    cell_id: str = ""


@st.composite
def scores(draw: Any) -> Cell:
    key, value = draw(SCORES), draw(NUMBERS)
    return Cell(f"{key} = float('{value}')", (key, value))


CELLS = st.one_of(
    st.builds("{} = {!r}".format, NAMES, LITERALS).map(Cell),
    scores(),
    scores(),
    FAILING.map(Cell),
    PLAIN.map(Cell),
    PLAIN.map(Cell),
    st.sampled_from(["hidden = 2", "1 + 1"]).map(lambda s: Cell(s, silent=True)),
    st.sampled_from(["", "  \n"]).map(Cell),
)


@st.composite
def programs(draw: Any) -> list[Cell]:
    """A notebook's cells, executed in any order, some of them again and again."""
    cells = draw(st.lists(CELLS, min_size=2, max_size=8))
    order = draw(st.lists(st.integers(0, len(cells) - 1), min_size=3, max_size=12))
    return [
        Cell(cells[n].source, cells[n].score, cells[n].silent, f"cell-{n}")
        for n in order
    ]


@dataclass
class Ran:
    """What the kernel itself said of one request."""

    cell: Cell
    message_id: str
    status: str
    execution_count: int
    error: str | None
    streams: dict[str, str] = field(default_factory=dict)

    @property
    def is_shown(self) -> bool:
        """Whether it is a cell of the user's that has code."""
        return not self.cell.silent and bool(self.cell.source.strip())


class Kernel:
    def __init__(self, folder: Path, home: Path) -> None:
        file = folder / f"kernel-{uuid.uuid4()}.json"
        self.manager = KernelManager(connection_file=str(file))
        self.manager.start_kernel(cwd=str(folder))
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.home = home

    def run(self, cell: Cell) -> Ran:
        client = self.client
        message = client.session.msg(
            "execute_request",
            {
                "code": cell.source,
                "silent": False,
                "store_history": not cell.silent,
                "user_expressions": {},
                "allow_stdin": False,
                "stop_on_error": True,
            },
            metadata={"cellId": cell.cell_id},
        )
        message_id = message["header"]["msg_id"]
        client.shell_channel.send(message)
        streams: dict[str, str] = {}
        while True:
            said = client.get_iopub_msg(timeout=60)
            if said["parent_header"].get("msg_id") != message_id:
                continue
            content = said["content"]
            if said["msg_type"] == "stream":
                before = streams.get(content["name"], "")
                # Kept with its carriage returns folded.
                text = content["text"].replace("\r\n", "\n")
                streams[content["name"]] = before + text
            if said["msg_type"] == "status" and content["execution_state"] == "idle":
                break
        while True:
            reply = client.get_shell_msg(timeout=60)
            if reply["parent_header"].get("msg_id") == message_id:
                break
        content = reply["content"]
        return Ran(
            cell,
            message_id,
            content["status"],
            content["execution_count"],
            content.get("ename"),
            streams,
        )

    def close(self) -> None:
        self.client.stop_channels()
        with contextlib.suppress(RuntimeError):
            self.manager.shutdown_kernel()


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    folder = tmp_path_factory.mktemp("random programs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        patch.setenv("TRACKBOOK_HOME", str(folder / "home"))
        patch.setenv("TRACKBOOK_SERVER", "1")
        made = Kernel(folder, folder / "home")
        try:
            made.run(Cell("%load_ext trackbook", cell_id="load"))
            yield made
        finally:
            made.close()


def streams_of(db: Any, execution_id: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in db.query(
        "select body from outputs where execution_id = ? order by position",
        [execution_id],
    ):
        output = json.loads(row["body"])
        if output["kind"] == "stream":
            name = output["name"]
            found[name] = found.get(name, "") + output["text"]
    return found


def stored(home: Path, ran: "list[Ran]") -> list[dict[str, Any]]:
    """What the store holds of these requests, once all that is told was told."""
    message_ids = [r.message_id for r in ran]
    shown = [r for r in ran if r.is_shown]
    marks = ",".join("?" * len(message_ids))
    deadline = time.monotonic() + 10
    opened = Home(home)
    try:
        while True:
            opened.ingest_now()
            found = opened.database.read(
                lambda db: list(
                    db.query(
                        "select * from cell_executions where message_id in "
                        f"({marks}) order by execution_order",
                        message_ids,
                    )
                )
            ).result()
            ended = sum(row["ended_at"] is not None for row in found)
            for row in found:
                row["streams"] = opened.database.read(
                    streams_of, row["execution_id"]
                ).result()
            said = [row["streams"] for row in found]
            is_told = ended >= len(shown) and said == [r.streams for r in shown]
            if is_told or time.monotonic() > deadline:
                break
            time.sleep(0.02)
        for row in found:
            row["metrics"] = opened.database.read(
                lambda db, run_id=row["run_id"]: {
                    metric["key"]: metric
                    for metric in db.query(
                        "select * from metrics where run_id = ?", [run_id]
                    )
                }
            ).result()
        return found
    finally:
        opened.close()


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
@given(program=programs())
def test_the_store_holds_what_ran_and_only_that(
    kernel: Kernel, program: list[Cell]
) -> None:
    ran = [kernel.run(cell) for cell in program]
    shown = [r for r in ran if r.is_shown]
    found = stored(kernel.home, ran)

    assert [row["message_id"] for row in found] == [r.message_id for r in shown]
    for row, r in zip(found, shown, strict=True):
        assert row["source"] == r.cell.source
        assert row["cell_id"] == r.cell.cell_id
        assert row["execution_count"] == r.execution_count
        assert row["error_name"] == r.error
        assert row["status"] == status_of(r)
        assert row["streams"] == r.streams
        if r.cell.score is not None:
            assert row["run_id"] is not None
    for row, r in zip(found, shown, strict=True):
        last = [s for s in shown[shown.index(r) + 1 :] if s.cell.score]
        if r.cell.score is None or any(
            s.cell.score[0] == r.cell.score[0] for s in last
        ):
            continue
        key, value = r.cell.score
        metric = row["metrics"][key]
        assert metric["execution_id"] == row["execution_id"]
        if math.isfinite(value):
            assert metric["last"] == value


def status_of(ran: Ran) -> str:
    if ran.error == "KeyboardInterrupt":
        return "interrupted"
    return ran.status
