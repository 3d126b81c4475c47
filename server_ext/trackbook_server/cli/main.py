"""The group of commands; each is imported only when it is called."""

import importlib
from keyword import iskeyword

import click

_COMMANDS = {
    "run": "run",
    "runs": "look",
    "show": "look",
    "diff": "diff",
    "restore": "restore",
    "export": "export",
    "import": "import_",
    "query": "query",
    "backup": "backup",
    "edit": "edit",
    "move": "edit",
    "experiments": "experiments",
    "trash": "trash",
    "gc": "trash",
    "doctor": "doctor",
}


class LazyGroup(click.Group):
    """Knows the commands by name; a command's module is imported when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which they are used."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by name."""
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"trackbook_server.cli.{_COMMANDS[cmd_name]}")
        # Words that Python keeps for itself have an underscore behind them.
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command: click.Command = getattr(module, name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="trackbook")
def main() -> None:
    """Look at, compare, restore and keep in order what was recorded.

    RUN is a run's id, a unique beginning of it, its name, @last, or @best:METRIC.
    """
