"""Subcommands on where runs begin and end, and on whether they are recorded."""

from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from trackbook.magics.subcommand import Given, subcommand
from trackbook.reading import find_run

if TYPE_CHECKING:
    from trackbook.magics.track import TrackMagics


@subcommand("[NAME] [--experiment E] [--tag k=v]", "open a run by hand")
def start(track: "TrackMagics", given: Given) -> None:
    """Open a run that only a person ends."""
    name = " ".join(given.words) or None
    track.get_recording().runs.start(
        name,
        experiment=given.last("--experiment"),
        tags=dict(given.pair(word) for word in given.options.get("--tag", [])),
    )
    track.say(f"trackbook: run {name or 'opened'}; `%track end` ends it.")


@subcommand("", "end the run")
def end(track: "TrackMagics", given: Given) -> None:
    """End the open run."""
    recorder = track.get_recording()
    if recorder.runs.find_current() is None:
        raise UsageError("no run is open; `%track start` or the next cell opens one.")
    recorder.runs.end(reason="%track end")
    track.say("trackbook: the run has ended; the next cell opens another.")


@subcommand("", "end the run; the next cell opens one")
def new(track: "TrackMagics", given: Given) -> None:
    """End what is open; what follows belongs to the next run."""
    track.get_recording().runs.start_anew("%track new")
    track.say("trackbook: the next cell opens a new run.")


@subcommand("", "stop recording")
def off(track: "TrackMagics", given: Given) -> None:
    """Stop recording; the magics stay."""
    track.extension.switch_off("%track off")
    track.say("trackbook: not recording any more; `%track on` begins again.")


@subcommand("", "record again")
def on(track: "TrackMagics", given: Given) -> None:
    """Record again."""
    track.extension.switch_on()
    track.say(track.describe())


@subcommand("RUN", "go on with a run that has ended")
def resume(track: "TrackMagics", given: Given) -> None:
    """Let what follows belong to a run of before, of another kernel, too."""
    text = given.one("one run: an id, the beginning of one, a name, or @last")
    recorder = track.get_recording()
    current = recorder.runs.find_current()
    recorder.journal.flush()
    found = find_run(text, recorder.home, current.run_id if current else None)
    recorder.runs.resume(found)
    track.say(
        f"trackbook: run {found.name or found.run_id} goes on; `%track end` ends it."
    )


@subcommand("", "don't record this cell")
def skip(track: "TrackMagics", given: Given) -> None:
    """Say that the cell is not recorded: its line was seen before the cell ran."""
    capture = track.extension.capture
    if capture is not None and capture.is_in_recorded_cell:
        raise UsageError(
            "`%track skip` is seen before a cell runs: write it as a line of its own. "
            "The tag `trackbook:skip` on the cell does the same."
        )
    track.say("trackbook: this cell is not recorded.")


COMMANDS = (start, end, new, resume, skip, off, on)
