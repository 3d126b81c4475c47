"""Subcommands that say what is taken from cells without asking."""

from typing import TYPE_CHECKING

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


COMMANDS = (loops,)
