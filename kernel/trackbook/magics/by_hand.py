"""Subcommands that log something by hand."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from trackbook.api import get_recorder
from trackbook.magics.subcommand import Given, subcommand

if TYPE_CHECKING:
    from trackbook.magics.track import TrackMagics


@subcommand("k=v …", "log params")
def param(track: "TrackMagics", given: Given) -> None:
    """Log params: literals, names of the notebook, else texts."""
    get_recorder().log_params({key: track.read(text) for key, text in given.pairs()})


@subcommand("k=v … [--step N]", "log metrics")
def metric(track: "TrackMagics", given: Given) -> None:
    """Log one point of each metric."""
    step = given.last("--step")
    if step is not None and not step.lstrip("-").isdecimal():
        raise given.mistake(f"needs a whole number as step, not {step!r}")
    for key, text in given.pairs():
        value = track.read(text)
        if value == text:  # no literal and no name: `nan` or `inf`, or a mistake
            with suppress(ValueError):
                value = float(text)
        get_recorder().log_metric(key, value, None if step is None else int(step))


@subcommand("k=v …", "set tags")
def tag(track: "TrackMagics", given: Given) -> None:
    """Set tags of the run."""
    get_recorder().edit(tags=dict(given.pairs()))


@subcommand("TEXT", "note something about the run")
def note(track: "TrackMagics", given: Given) -> None:
    """Write the run's note."""
    if not given.text:
        raise given.mistake("needs the text")
    get_recorder().edit(note=given.text)


@subcommand("PATH", "keep a file with the run")
def artifact(track: "TrackMagics", given: Given) -> None:
    """Keep a file with the run."""
    path = given.one("the path of one file")
    get_recorder().log_artifact(Path(path).expanduser())


COMMANDS = (param, metric, tag, note, artifact)
