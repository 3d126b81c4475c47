"""What importing and loading trackbook takes over IPython's start, in new processes.

With bytecode at hand, as it is where a package was installed.
"""

import os
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
    with tempfile.TemporaryDirectory() as home:
        environment = {
            **os.environ,
            "TRACKBOOK_HOME": home,
            "IPYTHONDIR": home,
            "PYTHONPYCACHEPREFIX": home,
            "PYTHONDONTWRITEBYTECODE": "",
        }
        return [*_measure_import(environment), *_measure_load(environment)]


def _tell(program: str, environment: dict[str, str]) -> list[float]:
    """Return the numbers that a program prints last."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return [float(word) for word in done.stdout.splitlines()[-1].split()]


def _measure_import(environment: dict[str, str]) -> list[Row]:
    _tell(_IMPORT, environment)
    figures = [_tell(_IMPORT, environment) for _ in range(7)]
    took, grown, before = (sorted(column)[3] for column in zip(*figures, strict=True))
    beside = "IPython and msgspec"
    return [
        Row("import trackbook", took, "ms", "its goal", 10.0, "<= 10 ms", took <= 10),
        Row("import trackbook", grown, "MB", beside, before, "<= 5 MB", grown <= 5),
    ]


def _measure_load(environment: dict[str, str]) -> list[Row]:
    starts: list[float] = []

    def load() -> float:
        start, took = _tell(_PROGRAM, environment)
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
