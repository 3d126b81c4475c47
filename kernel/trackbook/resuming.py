"""Which run is to go on, as far as the journals tell: this process knows ids only."""

from pathlib import Path
from typing import NamedTuple

from trackbook.errors import AmbiguousName, RunNotFound


class FoundRun(NamedTuple):
    """A run as it is stored: its name, and which step each metric would have next."""

    run_id: str
    name: str | None
    next_steps: dict[str, int]


def find_in_journals(text: str, home: Path) -> FoundRun:
    """Return the run whose id begins with `text`. Raises RunNotFound, AmbiguousName."""
    from trackbook.events import PointsLogged, RunStarted
    from trackbook.journal import list_segments, read_lines
    from trackbook.paths import journals_dir

    names: dict[str, str | None] = {}
    next_steps: dict[str, dict[str, int]] = {}
    for segment in list_segments(journals_dir(home)):
        for line in read_lines(segment.path):
            match line.event:
                case RunStarted(run_id=run_id, name=name) if run_id.startswith(text):
                    names[run_id] = name
                case PointsLogged(run_id=run_id, key=key, steps=steps) if steps:
                    of = next_steps.setdefault(run_id, {})
                    of[key] = max(of.get(key, 0), *(step + 1 for step in steps))
    if len(names) > 1 and text not in names:
        some = ", ".join(sorted(names)[:5])
        raise AmbiguousName(f"{text!r} begins the ids of several runs: {some}.")
    if not text or not names:
        raise RunNotFound(
            f"no run whose id begins with {text!r} is in the journals of {home}. Names "
            "and @last are known where the package 'trackbook' is installed: "
            "pip install trackbook; the sidebar shows a run's id."
        )
    run_id = text if text in names else next(iter(names))
    return FoundRun(run_id, names[run_id], next_steps.get(run_id, {}))
