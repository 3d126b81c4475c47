"""Subcommands that log something by hand."""

from contextlib import suppress
from typing import TYPE_CHECKING

from trackbook.api import get_recorder, get_run_to_log
from trackbook.magics.subcommand import Given, subcommand

if TYPE_CHECKING:
    from trackbook.magics.track import TrackMagics


@subcommand("k=v …", "log params")
def param(track: "TrackMagics", given: Given) -> None:
    """Log params: literals, names of the notebook, else texts."""
    get_run_to_log().log_params({key: track.read(text) for key, text in given.pairs()})


@subcommand("k=v … [--step N]", "log metrics")
def metric(track: "TrackMagics", given: Given) -> None:
    """Log one point of each metric."""
    said = given.last("--step")
    if said is not None and not said.removeprefix("-").isdecimal():
        raise given.mistake(f"needs a whole number as step, not {said!r}")
    step = None if said is None else int(said)
    for key, text in given.pairs():
        value = track.read(text)
        if value == text:  # no literal and no name: `nan` or `inf`, or a mistake
            with suppress(ValueError):
                value = float(text)
        get_run_to_log().log_metric(key, value, step)


@subcommand("k=v …", "set tags")
def tag(track: "TrackMagics", given: Given) -> None:
    """Set tags of the run."""
    get_run_to_log().set_tags(dict(given.pairs()))


@subcommand("TEXT", "note something about the run", as_is=True)
def note(track: "TrackMagics", given: Given) -> None:
    """Write the run's note."""
    if not given.text:
        raise given.mistake("needs the text")
    get_recorder().by_hand.edit(note=given.text)


@subcommand("PATH", "keep a file or a folder with the run")
def artifact(track: "TrackMagics", given: Given) -> None:
    """Keep a file or a folder with the run."""
    get_run_to_log().log_artifact(given.one("the path of one file or folder"))


@subcommand(
    "DATA [--context C] [--name N]",
    "say what data was read",
    complete=lambda track: track.list_data_names(),
)
def input_(track: "TrackMagics", given: Given) -> None:
    """Say what the run read: a name of the notebook, else a path or a URL."""
    text = given.one("one name, path or URL")
    is_name = text.isidentifier() and text in track.shell.user_ns
    get_run_to_log().log_input(
        track.shell.user_ns[text] if is_name else text,
        given.last("--context"),
        name=given.last("--name") or (text if is_name else None),
    )


COMMANDS = (param, metric, tag, note, artifact, input_)
