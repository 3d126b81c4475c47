"""Ten million points at full speed: CPU a point, memory, and whether all arrive."""

import json
import os
import subprocess
import sys
import tempfile

from benchmarks.rows import Row

COUNT = 10_000_000

_PROGRAM = """
import json, resource, sys, time
from pathlib import Path
import trackbook
from trackbook.api import process
from trackbook.events import PointsLogged
from trackbook.journal import list_segments, read_lines

count = int(sys.argv[1])
trackbook.log_metric("loss", 0.0)
time.sleep(2.0)  # the environment is captured on a thread of its own
process.recorder.journal.flush()
log_metric = trackbook.log_metric


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


before, cpu = peak(), time.process_time()
for step in range(1, count):
    log_metric("loss", 0.5, step)
process.recorder.journal.flush()
cpu, grown = time.process_time() - cpu, peak() - before
process.recorder.close()
found = 0
for segment in list_segments(process.recorder.journal.folder):
    for line in read_lines(segment.path):
        if type(line.event) is PointsLogged:
            steps = line.event.steps
            assert steps == tuple(range(found, found + len(steps)))
            found += len(steps)
began = time.process_time()
points = []
for step in range(100_000):
    points.append(("loss", 0.5, step, time.time_ns()))
floor = (time.process_time() - began) / 100_000
print(json.dumps([cpu / count * 1e6, floor * 1e6, grown, count - found]))
"""


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, str(COUNT)],
            env={**os.environ, "TRACKBOOK_HOME": home},
            stdout=subprocess.PIPE,
            check=True,
        )
    cpu, floor, grown, lost = json.loads(done.stdout)
    beside = "list.append of a point"
    points_mb = COUNT * 16 / 2**20
    return [
        Row("CPU of a point, in all", cpu, "us", beside, floor, "<= 2 us", cpu <= 2),
        Row(
            "memory of 10 M points",
            grown,
            "MB",
            "their steps and values",
            points_mb,
            "<= 100 MB",
            grown <= 100,
        ),
        Row("of 10 M points lost", lost, "", "", 0, "0", lost == 0),
    ]
