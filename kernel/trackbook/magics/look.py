"""Subcommands that look at runs, and give their notebooks back."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from trackbook import reading
from trackbook.magics.restoring import WAYS, ask_restore, show_button
from trackbook.magics.subcommand import Given, subcommand

if TYPE_CHECKING:
    from trackbook.magics.track import TrackMagics

_COUNT = 10


def list_names(track: "TrackMagics") -> Iterable[str]:
    """Return what RUN may be, as far as that is known without reading the store."""
    return ["@last", "@best:", *track.list_run_names()]


@subcommand(
    "[N] [FILTER]", "list the newest runs, or those that a filter matches", as_is=True
)
def runs(track: "TrackMagics", given: Given) -> None:
    """List the newest runs; the filter is taken as it stands, with its quotes."""
    count, _, filter = given.text.strip().partition(" ")
    if not count.isdecimal():
        count, filter = str(_COUNT), given.text
    if not int(count):
        raise given.mistake(f"needs how many, not {count!r}")
    reading.show_runs(int(count), filter.strip())


@subcommand("RUN", "tell all about a run", complete=list_names)
def show(track: "TrackMagics", given: Given) -> None:
    """Tell all about one run."""
    reading.show_run(given.joined("one run: an id, a name, @last or @best:METRIC"))


@subcommand(
    "A B", "tell what differs between two runs or notebooks", complete=list_names
)
def diff(track: "TrackMagics", given: Given) -> None:
    """Tell what differs between two runs, revisions (PATH@r7) or .ipynb files."""
    if len(given.words) != 2:
        raise given.mistake(
            "needs two runs or notebooks, for example @last @best:acc, or "
            "@last:executed study.ipynb"
        )
    reading.show_difference(*given.words)


@subcommand(
    "RUN [--look] [--copy] [--replace] [--cells] [--as-executed] [-o, --out PATH]",
    "get a run's notebook back: a button asks how, --out writes a copy",
    complete=list_names,
)
def restore(track: "TrackMagics", given: Given) -> None:
    """Show a button that gives the notebook of a run back; with --out, write it."""
    text = given.joined("one run: an id, a name, @last or @best:METRIC")
    ways = [way for way in WAYS if f"--{way}" in given.options]
    executed = "--as-executed" in given.options
    out = given.last("--out")
    if len(ways) > 1 or (ways and out is not None):
        raise given.mistake("takes one of --look, --copy, --replace, --cells, --out")
    if out is not None or (getattr(track.shell, "kernel", None) is None and not ways):
        which = "executed" if executed else None
        track.link(reading.show_restored(text, out, which))
        return
    show_button(track, ask_restore(text, ways[0] if ways else None, executed))


@subcommand("METRIC [RUN …]", "show a chart of a metric", complete=list_names)
def chart(track: "TrackMagics", given: Given) -> None:
    """Show a metric of the open run, else the last one, or of those that are named."""
    if not given.words:
        raise given.mistake("needs a metric, for example `%track chart loss`")
    from trackbook.charts import chart as make_chart

    figure = make_chart(given.words[0], given.words[1:] or None)
    if getattr(track.shell, "kernel", None) is None:
        raise given.mistake(
            "needs a notebook to show it in; here, trackbook.chart(…).write_html(PATH)"
        )
    from IPython.display import display

    display(figure)  # type: ignore[no-untyped-call]


COMMANDS = (runs, show, diff, chart, restore)
