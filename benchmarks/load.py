"""What importing and loading trackbook takes over IPython's start, in new processes."""

import subprocess
import sys
import tempfile

from benchmarks.rows import Row, interleave

_PROGRAM = """
import sys, time, os
began = time.perf_counter()
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
ready = time.perf_counter()
shell.run_cell("%load_ext trackbook")
loaded = time.perf_counter()
print((ready - began) * 1e3, (loaded - ready) * 1e3)
sys.stdout.flush()
os._exit(0)
"""

_IMPORT = """
import os, resource, sys, time
import IPython, msgspec
def size():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before, began = size(), time.perf_counter()
import trackbook
print((time.perf_counter() - began) * 1e3, size() - before, before)
sys.stdout.flush()
os._exit(0)
"""


def run() -> list[Row]:
    return [*_measure_import(), *_measure_load()]


def _measure_import() -> list[Row]:
    figures = []
    for _ in range(7):
        done = subprocess.run(
            [sys.executable, "-c", _IMPORT],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        figures.append([float(word) for word in done.stdout.split()])
    took, grown, before = (sorted(column)[3] for column in zip(*figures, strict=True))
    beside = "IPython and msgspec"
    return [
        Row("import trackbook", took, "ms", "its goal", 10.0, "<= 10 ms", took <= 10),
        Row("import trackbook", grown, "MB", beside, before, "<= 5 MB", grown <= 5),
    ]


def _measure_load() -> list[Row]:
    with tempfile.TemporaryDirectory() as home:
        import os

        environment = {**os.environ, "TRACKBOOK_HOME": home, "IPYTHONDIR": home}
        starts: list[float] = []

        def load() -> float:
            done = subprocess.run(
                [sys.executable, "-c", _PROGRAM],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
                timeout=60,
            )
            start, took = map(float, done.stdout.split()[-2:])
            starts.append(start)
            return took

        load()
        found = interleave({"load": load}, 7)
    floor = sorted(starts)[len(starts) // 2]
    return [
        Row(
            "%load_ext trackbook",
            found["load"],
            "ms",
            "IPython's import and start",
            floor,
            "<= 60 ms",
            found["load"] <= 60,
        )
    ]
