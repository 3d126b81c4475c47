"""Make the golden journals again: `python tests/journals/generate.py`.

Each is what a real IPython shell said, with ids, times, paths and the machine replaced
so that two makings differ only where the recording does. They never shrink: readers of
any version must read them.
"""

import itertools
import os
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import msgspec

from trackbook.events import (
    EnvironmentCaptured,
    Event,
    ExecutionEnded,
    JournalOpened,
    PointsLogged,
    RevisionCaptured,
    RunStarted,
)
from trackbook.journal import list_segments, read_lines

HERE = Path(__file__).parent
KERNEL_ID = "0b4d6a52-7d5c-4f2e-9d7a-5f2b8f6c1a01"
BEGIN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SECONDS_APART = 2
Moment = Literal["scheduled", "ended", "file", "kept"]

TRAIN = """\
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import train_test_split

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)"""
FIT = """\
clf = SGDClassifier(learning_rate="constant", eta0=lr, max_iter=epochs, tol=None,
                    random_state=0)
clf.fit(X_train, y_train)"""
SKLEARN = [
    ("c-load", "%load_ext trackbook"),
    ("c-import", "import numpy as np"),
    ("c-params", "lr = 0.01\nepochs = 5"),
    ("c-data", TRAIN),
    ("c-fit", FIT),
    ("c-score", "clf.score(X_test, y_test)"),
    ("c-params", "lr = 0.001\nepochs = 5"),
    ("c-fit", FIT),
    ("c-score", "clf.score(X_test, y_test)"),
    ("c-plot", "worst = int(np.argmin(clf.coef_.sum(axis=1)))"),
    ("c-plot", "worst = int(np.argmin(clf.coef_.sum(axis=1)))"),
    ("c-params", "lr = 0.0001\nepochs = 5"),
    ("c-fit", FIT),
    ("c-score", "clf.score(X_test, y_test)"),
    ("c-broken", "clf.score(X_test, y_tset)"),
]
EXPLICIT = [
    ("c-load", "%load_ext trackbook"),
    ("c-start", "%track start baseline --experiment digits --tag stage=first"),
    ("c-param", "%track param optimizer=adam batch_size=32"),
    (
        "c-loop",
        "import trackbook\n"
        "for step in range(5):\n"
        "    trackbook.log_metric('val_loss', 1 / (step + 1), step)\n"
        "trackbook.log_metric('grad', float('nan'))\n"
        "trackbook.log_metric('bound', float('inf'))\n"
        "trackbook.log_metric('bound', float('-inf'))",
    ),
    ("c-secret", "api_key = 'sk-abcdefghijklmnopqrstuvwxyz0123456789'"),
    ("c-note", "%track note first try, 学習率 😀"),
    ("c-end", "%track end"),
    (
        "c-with",
        "with trackbook.start_run('child') as run:\n    run.log_metric('auc', 0.9)",
    ),
]
CRASH = [
    ("c-load", "%load_ext trackbook"),
    ("c-params", "depth = 3"),
    ("c-score", "accuracy = 0.75"),
    ("c-long", "import time\ntime.sleep(0)"),
]
OUTPUTS = [
    ("c-load", "%load_ext trackbook"),
    ("c-params", "lr = 0.5"),
    (
        "c-loop",
        "import sys\n"
        "for step in range(3):\n"
        "    print(f'step {step}', end='\\r' if step < 2 else '\\n')\n"
        "print('careful', file=sys.stderr)",
    ),
    (
        "c-show",
        "from IPython.display import display\n"
        "display({'text/plain': 'a chart', 'text/html': '<b>a chart</b>'}, raw=True)\n"
        "accuracy = 0.75\n"
        "accuracy",
    ),
    (
        "c-folds",
        "from sklearn.datasets import load_iris\n"
        "from sklearn.dummy import DummyClassifier\n"
        "from sklearn.model_selection import cross_val_score\n"
        "scores = cross_val_score(DummyClassifier(), *load_iris(return_X_y=True))\n"
        "scores",
    ),
    ("c-broken", "print('before')\n1 / 0"),
]

DOCUMENTS = [
    ("c-load", "%load_ext trackbook"),
    ("c-params", "lr = 0.01"),
    ("c-score", "accuracy = lr * 90\naccuracy"),
]


def record(cells: list[tuple[str, str]]) -> list[Event]:
    """Return what a shell that runs `cells` and exits says in its journal."""
    with tempfile.TemporaryDirectory() as home:
        child = os.fork()
        if child == 0:
            os.environ["TRACKBOOK_HOME"] = home
            os.environ["TRACKBOOK_SERVER"] = "1"
            os.chdir(home)
            run_cells(cells)
            sys.stdout.flush()
            os._exit(0)
        os.waitpid(child, 0)
        found = []
        for segment in list_segments(Path(home) / "journals"):
            for line in read_lines(segment.path):
                assert line.event is not None, line.problem
                found.append(line.event)
        return found


def run_cells(cells: list[tuple[str, str]]) -> None:
    """Run cells in a new shell, then unload."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    for cell_id, source in cells:
        shell.run_cell(source, store_history=True, cell_id=cell_id)
    shell.run_line_magic("unload_ext", "trackbook")


class Normaliser:
    """Replaces what differs from one making to the next."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._ids: dict[str, str] = {}
        self._count = itertools.count(1)

    def normalise(self, seq: int, event: Event) -> Event:
        """Return the event with fixed ids, times and places."""
        at = BEGIN + timedelta(seconds=SECONDS_APART * seq)
        changed: dict[str, Any] = {"seq": seq, "at": at}
        for field in event.__struct_fields__:
            value = getattr(event, field)
            if field.endswith("_id") and field not in {"cell_id", "environment_id"}:
                changed[field] = self._fixed(value)
        if isinstance(event, JournalOpened):
            changed |= {
                "host": "host.example",
                "boot_id": "00000000-0000-4000-8000-000000000001",
                "pid": 4242,
                "pid_started_at": BEGIN.timestamp() - 60,
                "pid_started_boot_ms": 3_600_000,
                "kernel_id": KERNEL_ID,
                "user": "ada",
                "python_version": "3.11.7",
                "executable": "/opt/python/bin/python",
            }
        if isinstance(event, RunStarted):
            changed |= {
                "kernel_id": KERNEL_ID,
                "cwd": "/home/ada/digits",
                "continues": self._fixed(event.continues),
                "adopts": tuple(str(self._fixed(one)) for one in event.adopts),
            }
        if isinstance(event, PointsLogged):
            milliseconds = int(at.timestamp() * 1000)
            changed["times_ms"] = tuple(
                milliseconds + index for index in range(len(event.steps))
            )
        if isinstance(event, ExecutionEnded):
            changed["duration_ms"] = 12.5 + seq
        if isinstance(event, EnvironmentCaptured):
            changed |= {
                "environment_id": "e" * 64,
                "git": {
                    "commit": "c" * 40,
                    "branch": "main",
                    "dirty": False,
                    "remote": "https://example.org/digits.git",
                    "root": "/home/ada/digits",
                },
            }
            if event.environment is not None:
                changed["environment"] = {
                    "python": "3.11.7",
                    "executable": "/opt/python/bin/python",
                    "platform": "Linux-6.1-x86_64",
                    "host": "host.example",
                    "packages": {"numpy": "2.4.6", "scikit-learn": "1.8.0"},
                    "machine": {"cpu_count": 4, "memory_bytes": 16 * 2**30},
                }
        return msgspec.structs.replace(event, **changed)

    def _fixed(self, value: str | None) -> str | None:
        if value is None:
            return None
        if value not in self._ids:
            self._ids[value] = f"01{self._name:0<8.8}{next(self._count):016d}"
        return self._ids[value]


def write(name: str, events: list[Event]) -> Path:
    """Write a golden journal, named like a segment of its writer."""
    # The environment comes from a thread: put it behind the run's start, always.
    late = [event for event in events if isinstance(event, EnvironmentCaptured)]
    events = [event for event in events if not isinstance(event, EnvironmentCaptured)]
    for event in late:
        index = next(
            i
            for i, other in enumerate(events)
            if isinstance(other, RunStarted) and other.run_id == event.run_id
        )
        events.insert(index + 1, event)
    bodies = [event.environment for event in late if event.environment is not None]
    normaliser = Normaliser(name)
    lines = []
    for seq, event in enumerate(events):
        if isinstance(event, EnvironmentCaptured):
            body = bodies.pop(0) if bodies else None
            event = msgspec.structs.replace(event, environment=body)
        lines.append(msgspec.json.encode(normaliser.normalise(seq, event)) + b"\n")
    path = HERE / "good" / f"{name}-000000.ndjson"
    path.write_bytes(b"".join(lines))
    return path


def captured(blob: str, moment: Moment, *messages: str) -> RevisionCaptured:
    """Return what a server that does not own the home says of a document."""
    return RevisionCaptured(
        seq=0,
        at=BEGIN,
        sha256=blob * 64,
        notebook_path="/work/train.ipynb",
        moment=moment,
        message_ids=messages,
        cell_ids=("c-score",) * len(messages),
        redacted_count=1,
    )


def main() -> None:
    """Write all golden journals."""
    write("sklearn", record(SKLEARN))
    write("explicit", record(EXPLICIT))
    write("outputs", record(OUTPUTS))
    write(
        "documents",
        [
            *record(DOCUMENTS),
            captured("a", "scheduled", "message"),
            captured("b", "ended", "message"),
            captured("c", "kept"),
        ],
    )
    # As a kernel leaves it that was killed while it wrote: its last line is torn.
    path = write("crash", record(CRASH))
    lines = path.read_bytes().splitlines(keepends=True)
    last = max(i for i, line in enumerate(lines) if b"execution_started" in line)
    path.write_bytes(b"".join(lines[: last + 1]) + lines[last + 1][:40])


if __name__ == "__main__":
    main()
