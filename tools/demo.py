"""`make demo`: three recorded runs of a notebook that knows nothing of trackbook.

Everything is below .demo/: a home of its own and a copy of the examples, so that
nothing of the user's is touched. Called again it shows what is there; `--again` adds
three runs.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / ".demo"
HOME = DEMO / "home"
NOTEBOOKS = DEMO / "notebooks"
NOTEBOOK = "digits-classifier.ipynb"
BEST = "@best:clf.score"
ATTEMPTS: tuple[dict[str, str], ...] = (
    {},
    {"learning_rate": "0.1"},
    {"learning_rate": "0.2", "max_depth": "5"},
)


COMMAND = [sys.executable, "-m", "trackbook_server.cli"]


def main() -> None:
    """Record, list, compare and restore, saying each command before it runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--again", action="store_true", help="add three more runs")
    parser.add_argument("--prepare", action="store_true", help="only copy the examples")
    options = parser.parse_args()
    prepare()
    if options.prepare:
        return
    if options.again or count_runs() < len(ATTEMPTS):
        say(f"{NOTEBOOK} holds no logging code. It is run three times, recorded:")
        for attempt in ATTEMPTS:
            params = [
                word
                for name, value in attempt.items()
                for word in ("-p", f"{name}={value}")
            ]
            trackbook("run", NOTEBOOK, *params)
    else:
        say("The runs of the last time are still here; more: make demo ARGS=--again")
    say("What was recorded, the newest first:")
    trackbook("runs")
    say("What differs between the first run and the best one:")
    trackbook("diff", first_run(), BEST)
    say("The notebook that made the best one, as it was when it ran:")
    restored = restore(again=options.again)
    say(
        f"It is here:\n  {restored}\n\n"
        "Now see the runs in JupyterLab, in the sidebar beside the notebook:\n"
        "  make lab"
    )


def prepare() -> None:
    """Copy the examples that are not there yet; an edited copy stays as it is."""
    NOTEBOOKS.mkdir(parents=True, exist_ok=True)
    for example in sorted((ROOT / "examples").glob("*.ipynb")):
        if not (NOTEBOOKS / example.name).exists():
            shutil.copyfile(example, NOTEBOOKS / example.name)


def count_runs() -> int:
    """Return how many runs of the notebook have a score."""
    return sum("clf.score" in run["metrics"] for run in list_runs())


def first_run() -> str:
    """Return the id of the first run that has a score."""
    return next(
        run["run_id"] for run in reversed(list_runs()) if "clf.score" in run["metrics"]
    )


def list_runs() -> list[dict[str, str]]:
    """Return all runs, the newest first."""
    answer = subprocess.run(
        [*COMMAND, "runs", "--all", "--json"],
        env=environment(),
        check=True,
        stdout=subprocess.PIPE,
    )
    found: list[dict[str, str]] = json.loads(answer.stdout)
    return found


def restore(*, again: bool) -> Path:
    """Restore the best run's notebook to a file that is not there yet; return it."""
    target = NOTEBOOKS / "best run.ipynb"
    if target.exists() and not again:
        print("The file of the last time is still there.")
        return target
    number = 1
    while target.exists():
        number += 1
        target = NOTEBOOKS / f"best run {number}.ipynb"
    trackbook("restore", BEST, "-o", target.name)
    return target


def trackbook(*arguments: str) -> None:
    """Say a command and run it; stop with its exit code if it fails."""
    shown = " ".join(f'"{a}"' if " " in a else a for a in arguments)
    print(f"$ trackbook {shown}", flush=True)
    done = subprocess.run(
        [*COMMAND, *arguments], cwd=NOTEBOOKS, env=environment(), check=False
    )
    if done.returncode:
        raise SystemExit(done.returncode)


def environment() -> dict[str, str]:
    """Return the environment of a command: the demo's own home."""
    return {**os.environ, "TRACKBOOK_HOME": str(HOME)}


def say(text: str) -> None:
    """Print a line that leads to what follows."""
    print(f"\n{text}\n", flush=True)


if __name__ == "__main__":
    main()
