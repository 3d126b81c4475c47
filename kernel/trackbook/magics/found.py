"""Subcommands that say what is taken from cells without asking."""

from typing import TYPE_CHECKING

from trackbook.events import NameRule
from trackbook.magics.subcommand import Given, subcommand

if TYPE_CHECKING:
    from trackbook.magics.track import TrackMagics


@subcommand(
    "on|off", "take scores of loops as series, or not", complete=lambda _: ("on", "off")
)
def loops(track: "TrackMagics", given: Given) -> None:
    """Read the scores that loops bind, or leave loops alone."""
    wanted = given.one("on or off")
    if wanted not in ("on", "off"):
        raise given.mistake("needs on or off")
    track.extension.read_loops(wanted == "on")
    other = "off" if wanted == "on" else "on"
    track.say(f"trackbook: loops are {wanted}; `%track loops {other}` undoes it.")


@subcommand("NAME … [--undo]", "take no param, result or value of these names")
def ignore(track: "TrackMagics", given: Given) -> None:
    """Ignore names from now on: `lr`, or of what `clf` gives only `clf.max_depth`."""
    _rule(track, given, "ignore", "ignored")


@subcommand("NAME … [--undo]", "values of these names are results")
def promote(track: "TrackMagics", given: Given) -> None:
    """Take what cells bind to these names as results."""
    _rule(track, given, "promote", "results")


def _rule(track: "TrackMagics", given: Given, rule: NameRule, said: str) -> None:
    if not given.words:
        raise given.mistake("needs the names")
    undone = given.last("--undo") is not None
    rules = dict.fromkeys(given.words, None if undone else rule)
    track.get_recording().rule_names(rules)
    names = ", ".join(given.words)
    track.say(
        f"trackbook: no rule for {names} any more."
        if undone
        else f"trackbook: {names}: {said} from now on in this notebook; "
        f"`%track {given.name} --undo {' '.join(given.words)}` undoes it."
    )


COMMANDS = (loops, ignore, promote)
