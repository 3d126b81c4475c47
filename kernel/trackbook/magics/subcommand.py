"""What a subcommand of `%track` is, and how the rest of its line is read.

Its usage says all: parsing, help and completion follow from it.
"""

import re
import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from IPython.core.error import UsageError

if TYPE_CHECKING:
    from trackbook.magics.track import TrackMagics

_OPTION = re.compile(r"\[(?:-(\w), )?(--[\w-]+)( [^\]]+)?\]")


@dataclass(slots=True)
class Given:
    """What a line gave: its text, its words, the values of its options."""

    name: str
    usage: str
    text: str
    words: list[str]
    options: dict[str, list[str]] = field(default_factory=dict)

    def one(self, what: str) -> str:
        """Return the only word. Raises UsageError that says what it must be."""
        if len(self.words) != 1:
            raise self.mistake(f"needs {what}")
        return self.words[0]

    def joined(self, what: str) -> str:
        """Return all words as one name. Raises UsageError that says what it must be."""
        if not self.words:
            raise self.mistake(f"needs {what}")
        return " ".join(self.words)

    def last(self, option: str) -> str | None:
        """Return what an option was given last, None without it."""
        return self.options.get(option, [None])[-1]

    def pairs(self) -> list[tuple[str, str]]:
        """Return the words as `key=value`, at least one."""
        return [self.pair(word) for word in self.words or [""]]

    def pair(self, word: str) -> tuple[str, str]:
        """Return key and value of `key=value`. Raises UsageError where it is none."""
        key, is_pair, value = word.partition("=")
        if not is_pair or not key:
            raise UsageError(
                f"`%track {self.name}` takes k=v, for example `%track {self.name} "
                f"{'--tag ' if self.name == 'start' else ''}a=1`."
            )
        return key, value

    def mistake(self, what: str) -> UsageError:
        """Return the error that says what is wrong and how it is written."""
        return UsageError(f"`%track {self.name} {self.usage}` {what}.")


Do = Callable[["TrackMagics", Given], None]
Complete = Callable[["TrackMagics"], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Subcommand:
    """One subcommand: `%track NAME USAGE`.

    Options are read off the usage: `[--step N]` takes a value, `[--append]` none,
    `[-o, --out PATH]` has a short form. `complete` gives what its words may be.
    `as_is`: its text is taken as it stands, quotes and all, and has no options.
    """

    name: str
    usage: str
    help: str
    do: Do
    complete: Complete | None = None
    as_is: bool = False

    @property
    def options(self) -> dict[str, bool]:
        """Its options, and whether each takes a value."""
        return read_options(self.usage)

    def read(self, text: str) -> Given:
        """Read the rest of a line. Raises UsageError that says what is wrong."""
        if self.as_is:
            return Given(self.name, self.usage, text, [])
        return read_line(self.name, self.usage, text)


def subcommand(
    usage: str,
    help: str,
    *,
    complete: Complete | None = None,
    as_is: bool = False,
) -> Callable[[Do], Subcommand]:
    """Make a function a subcommand of its name."""

    def make(do: Do) -> Subcommand:
        return Subcommand(do.__name__.rstrip("_"), usage, help, do, complete, as_is)

    return make


def read_options(usage: str) -> dict[str, bool]:
    """Return the options that a usage names, and whether each takes a value."""
    return {name: bool(value) for _, name, value in _OPTION.findall(usage)}


def read_line(name: str, usage: str, text: str) -> Given:
    """Read what follows a subcommand's name. Raises UsageError saying what is wrong."""
    given = Given(name, usage, text, [])
    known = read_options(usage)
    short = {f"-{s}": name for s, name, _ in _OPTION.findall(usage) if s}
    try:
        parts = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"{error} in {text!r}. Close the quote.") from error
    rest = iter(parts)
    for part in rest:
        option, is_joined, value = part.partition("=")
        option = short.get(option, option)
        if not option.startswith("--"):
            given.words.append(part)
        elif option not in known:
            allowed = ", ".join(sorted(known)) or "none"
            raise UsageError(f"unknown option {option}; allowed here: {allowed}.")
        elif not known[option]:
            if is_joined:
                raise UsageError(f"{option} takes no value.")
            given.options.setdefault(option, []).append("")
        else:
            found = value if is_joined else next(rest, None)
            if found is None:
                raise UsageError(f"{option} needs a value.")
            given.options.setdefault(option, []).append(found)
    return given
