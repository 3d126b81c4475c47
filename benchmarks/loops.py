"""Time that an iteration of a loop takes more when its score is read as a series.

Bare and read loops take turns in one process; what the journal's thread does with the
points meanwhile counts too.
"""

import os
import tempfile
from pathlib import Path

from benchmarks.rows import Row, interleave

ITERATIONS = 20_000
SOURCE = f"""
began = clock()
for step in range({ITERATIONS}):
    loss = step / 2
took = clock() - began
"""


def run() -> list[Row]:
    import time

    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    from trackbook.api import process
    from trackbook.extension import load, loaded, unload

    with tempfile.TemporaryDirectory() as home:
        os.environ["TRACKBOOK_HOME"] = home
        config = Config()
        config.HistoryManager.hist_file = str(Path(home, "history.sqlite"))
        shell = InteractiveShell.instance(config=config)
        shell.user_ns["clock"] = time.perf_counter
        load(shell)
        extension, recorder = loaded.extension, process.recorder
        assert extension is not None
        assert recorder is not None
        shell.run_cell("y = [1]", store_history=True)
        recorder.background.wait(30)  # the environment, captured beside the first cell

        def loop(on: bool) -> float:
            extension.read_loops(on)
            shell.run_cell(SOURCE, store_history=True)
            recorder.journal.flush()
            return shell.user_ns["took"] / ITERATIONS * 1e6

        loop(True)
        found = interleave({"bare": lambda: loop(False), "read": lambda: loop(True)}, 9)
        unload(shell)
        shell.history_manager.end_session()
    added = found["read"] - found["bare"]
    return [
        Row(
            "added to an iteration",
            added,
            "us",
            "the bare iteration",
            found["bare"],
            "<= 2 us",
            added <= 2.0,
        )
    ]
