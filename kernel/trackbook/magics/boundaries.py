"""Subcommands on where runs begin and end, and on whether they are recorded."""

from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from trackbook.magics.subcommand import Given, subcommand

if TYPE_CHECKING:
    from trackbook.magics.track import TrackMagics


@subcommand("[NAME] [--experiment E] [--tag k=v]", "open a run by hand")
def start(track: "TrackMagics", given: Given) -> None:
    """Open a run that only a person ends."""
    name = " ".join(given.words) or None
    track.get_recording().start(
        name,
        experiment=given.last("--experiment"),
        tags=dict(given.pair(word) for word in given.options.get("--tag", [])),
    )
    track.say(f"trackbook: run {name or 'opened'}; `%track end` ends it.")


@subcommand("", "end the run")
def end(track: "TrackMagics", given: Given) -> None:
    """End the open run."""
    recorder = track.get_recording()
    if recorder.find_current() is None:
        raise UsageError("no run is open; `%track start` or the next cell opens one.")
    recorder.end(reason="%track end")
    track.say("trackbook: the run has ended; the next cell opens another.")


@subcommand("", "end the run; the next cell opens one")
def new(track: "TrackMagics", given: Given) -> None:
    """End what is open; what follows belongs to the next run."""
    track.get_recording().start_anew("%track new")
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


COMMANDS = (start, end, new, off, on)
