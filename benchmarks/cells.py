"""Time that recording adds to a trivial IPython cell, history on, beside the bare cell.

Bare and recorded blocks of cells take turns in one process; what the journal's thread
does meanwhile counts too.
"""

import os
import tempfile
import time
from pathlib import Path

from benchmarks.rows import Row, interleave

CELLS = 200


def run() -> list[Row]:
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    from trackbook.api import process
    from trackbook.extension import load, loaded, unload

    with tempfile.TemporaryDirectory() as home:
        os.environ["TRACKBOOK_HOME"] = home
        config = Config()
        config.HistoryManager.enabled = True
        config.HistoryManager.hist_file = str(Path(home, "history.sqlite"))
        shell = InteractiveShell.instance(config=config)
        counter = iter(range(10**9))

        def block() -> float:
            began = time.perf_counter()
            for _ in range(CELLS):
                shell.run_cell(f"x = {next(counter)}", store_history=True)
            return (time.perf_counter() - began) / CELLS * 1e6

        load(shell)
        assert loaded.extension is not None
        capture, recorder = loaded.extension.capture, process.recorder
        assert capture is not None
        assert recorder is not None
        shell.run_cell("y = [1]", store_history=True)
        recorder.background.wait(30)  # the environment, captured beside the first cell

        def bare() -> float:
            capture.uninstall()
            recorder.journal.flush()
            return block()

        def recorded() -> float:
            capture.install()
            return block()

        bare()
        recorded()
        found = interleave({"bare": bare, "recorded": recorded}, 25)
        unload(shell)
        shell.history_manager.end_session()
    added = found["recorded"] - found["bare"]
    ratio = added / found["bare"]
    return [
        Row(
            "added to a trivial cell",
            added,
            "us",
            "the bare cell",
            found["bare"],
            "<= 0.45 of it",
            ratio <= 0.45,
        )
    ]
