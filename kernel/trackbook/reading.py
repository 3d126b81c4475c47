"""The door to the stored runs: the only module that knows of the server's package.

It may be missing: the light wheel brings the kernel side alone.
"""

from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from trackbook.errors import AmbiguousName, RunNotFound, TrackbookError


class FoundRun(NamedTuple):
    """A run as it is stored: its name, and which step each metric would have next."""

    run_id: str
    name: str | None
    next_steps: dict[str, int]


def find_run(text: str, home: Path, but: str | None = None) -> FoundRun:
    """Return the run that `text` names: an id, a unique prefix, a name, `@last`.

    `@last` is not `but`. Without the package 'trackbook' here only ids are known, of
    runs that this home's journals still hold. Raises RunNotFound, AmbiguousName.
    """
    try:
        reading = import_module("trackbook_server.reading")
    except ImportError:
        return _find_in_journals(text, home)
    run_id, name, next_steps = reading.find_run(text, home, but)
    return FoundRun(run_id, name, next_steps)


def _find_in_journals(text: str, home: Path) -> FoundRun:
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


def search_runs(
    filter: str = "",
    order_by: str | None = None,
    max_results: int = 1000,
) -> Any:
    """Return the runs that match as a pandas DataFrame, one row a run.

    Raises TrackbookError that says what to install where the store can't be read here.
    """
    try:
        reading = import_module("trackbook_server.reading")
    except ImportError as error:
        raise TrackbookError(
            "search_runs() reads the store, which needs the package 'trackbook'; this "
            "environment has the light 'trackbook-kernel' alone. Install it here: "
            "pip install trackbook"
        ) from error
    return reading.search_runs(filter, order_by, max_results)
