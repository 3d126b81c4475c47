"""`%track`: a subcommand is one entry of a table.

To add one: write it with `@subcommand` in the module of its theme, and name it in that
module's COMMANDS.
"""

from trackbook.magics.track import SUBCOMMANDS, TrackMagics

__all__ = ["SUBCOMMANDS", "TrackMagics"]
