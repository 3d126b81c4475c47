"""Time that recording adds to IPython cells with everything on, beside the bare cells.

Bare and recorded blocks of cells take turns in one process. Cells that follow each
other at once (*Run All*) wait also for what the threads of the recording do with those
before; those of a person come one by one, a moment apart, when caches are cold and the
threads at rest. "CPU of" is that of all threads, until everything is in the journal.
Cells with much output come one by one; they are also measured in a real kernel, from
the request until it is idle.
"""

import contextlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.rows import Row, interleave

TRIVIAL = "x = {n}"
THIRTY_LINES = """import math
import random
values_{n} = [random.random() for _ in range(10)]
total = 0.0
for value in values_{n}:
    total += value
mean = total / len(values_{n})
spread = math.sqrt(sum((v - mean) ** 2 for v in values_{n}) / len(values_{n}))
config = {{"depth": 3, "rate": 0.1, "name": "model"}}
def scale(items, factor=2.0):
    return [item * factor for item in items]
scaled = scale(values_{n})
ordered = sorted(scaled)
middle = ordered[len(ordered) // 2]
if middle > mean:
    label = "above"
else:
    label = "below"
class Holder:
    def __init__(self, items):
        self.items = items
    def first(self):
        return self.items[0]
holder = Holder(scaled)
pairs = list(zip(values_{n}, scaled))
lookup = {{index: pair for index, pair in enumerate(pairs)}}
best = max(lookup, key=lambda key: lookup[key][1])
words = [f"{{key}}={{value}}" for key, value in config.items()]
line = ", ".join(words)
accuracy = 1.0 - spread
result = (mean, spread, middle, label, best, line)
"""
MANY_WRITES = "for i in range(10_000): print('{n:99}')"
ONE_WRITE = "print('{n:99}\\n' * 10_000)"
PAUSE = 0.2


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as home:
        os.environ["TRACKBOOK_HOME"] = home
        os.environ["IPYTHONDIR"] = home
        return [*_in_a_shell(home), *_in_a_kernel()]


def _in_a_shell(home: str) -> Iterator[Row]:
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    from trackbook.api import process
    from trackbook.extension import load, loaded, unload

    config = Config()
    config.HistoryManager.enabled = True
    config.HistoryManager.hist_file = str(Path(home, "history.sqlite"))
    shell = InteractiveShell.instance(config=config)
    counter = iter(range(10**9))

    def block(source: str, cells: int, pause: float) -> float:
        took = 0.0
        for _ in range(cells):
            if pause:
                time.sleep(pause)
            began = time.perf_counter()
            shell.run_cell(source.format(n=next(counter)), store_history=True)
            took += time.perf_counter() - began
        return took / cells * 1e6

    def measure(
        source: str, cells: int, turns: int, pause: float = 0.0
    ) -> tuple[dict[str, float], dict[str, float]]:
        """Return the medians of a cell's time, and of its CPU."""
        cpu: dict[str, list[float]] = {"bare": [], "recorded": []}
        with Path(os.devnull).open("w") as sink, contextlib.redirect_stdout(sink):
            load(shell)
            assert loaded.extension is not None
            capture, recorder = loaded.extension.capture, process.recorder
            assert capture is not None
            assert recorder is not None
            shell.run_cell("y = [1]", store_history=True)
            recorder.background.wait(30)  # the environment, beside the first cell

            def turn(what: str) -> Callable[[], float]:
                def job() -> float:
                    capture.uninstall()
                    recorder.outputs.settle()
                    recorder.journal.flush()
                    if what == "recorded":
                        capture.install()
                    before = time.process_time()
                    took = block(source, cells, pause)
                    recorder.outputs.settle()
                    recorder.journal.flush()
                    used = time.process_time() - before
                    cpu[what].append(used / cells * 1e6)
                    return took

                return job

            jobs = {what: turn(what) for what in cpu}
            for job in jobs.values():
                job()
            found = interleave(jobs, turns)
            unload(shell)
        return found, {what: statistics.median(used) for what, used in cpu.items()}

    def share(what: str, found: dict[str, float], most: float) -> Row:
        added = found["recorded"] - found["bare"]
        beside = "the bare cell"
        return Row.at_most(what, added, "us", beside, found["bare"], most)

    found, cpu = measure(TRIVIAL, 200, 25)
    yield share("added to a trivial cell", found, 0.6)
    yield share("CPU of a trivial cell", cpu, 0.6)
    yield share("trivial, after a pause", measure(TRIVIAL, 3, 15, PAUSE)[0], 0.6)
    found, cpu = measure(THIRTY_LINES, 50, 15)
    yield _added("added to 30 lines", found, 300)
    yield _added("CPU of 30 lines", cpu, 300)
    yield _added("30 lines, after a pause", measure(THIRTY_LINES, 3, 15, PAUSE)[0], 300)
    yield share("to 1 MB, 20,000 writes", measure(MANY_WRITES, 1, 15, PAUSE)[0], 0.4)
    yield _added("to 1 MB, one write", measure(ONE_WRITE, 1, 25, PAUSE)[0], 2000)
    shell.history_manager.end_session()
    InteractiveShell.clear_instance()  # its history goes with this home


def _in_a_kernel() -> Iterator[Row]:
    from jupyter_client.manager import KernelManager

    manager = KernelManager()
    manager.start_kernel(env=dict(os.environ), stderr=sys.stderr)
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    counter = iter(range(10**9))

    def execute(source: str, **options: Any) -> None:
        client.execute_interactive(
            source, output_hook=lambda _: None, timeout=60, **options
        )

    def call(expression: str) -> None:
        answer = f"__import__('trackbook').{expression}"
        execute("", store_history=False, user_expressions={"answer": answer})

    def turn(source: str, cells: int, expression: str) -> Callable[[], float]:
        def job() -> float:
            call(expression)
            execute("z = [1]")
            time.sleep(0.5)  # the environment, beside the first cell
            took = []
            for _ in range(cells):
                time.sleep(PAUSE)
                began = time.perf_counter()
                execute(source.format(n=next(counter)))
                took.append(time.perf_counter() - began)
            return statistics.median(took) * 1e6

        return job

    def measure(source: str, cells: int) -> dict[str, float]:
        bare, recorded = (
            turn(source, cells, expression)
            for expression in ("disarm()", "arm(notebook=None)")
        )
        bare()
        recorded()
        return interleave({"bare": bare, "recorded": recorded}, 9)

    try:
        call("arm(notebook=None)")
        yield _added("kernel, 20,000 writes", measure(MANY_WRITES, 5), 2000)
        yield _added("kernel, one write", measure(ONE_WRITE, 5), 2000)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _added(what: str, found: dict[str, float], most_us: float) -> Row:
    added = found["recorded"] - found["bare"]
    goal = f"<= {most_us:,.0f} us"
    return Row(
        what, added, "us", "the bare cell", found["bare"], goal, added <= most_us
    )
