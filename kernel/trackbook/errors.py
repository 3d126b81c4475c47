"""Everything trackbook raises on purpose.

    TrackbookError
    ├── HomeError              the home can't be used
    │   ├── HomeNotWritable    no permission, no space, or not a folder
    │   ├── HomeTooNew         written by a newer trackbook
    │   ├── HomeDamaged        its database can't be read any more
    │   └── HomeNotMigrated    its database could not be brought to this version
    ├── NotFound               nothing of that name
    │   ├── RunNotFound
    │   ├── BackupNotFound
    │   ├── RevisionNotFound
    │   ├── ExperimentNotFound
    │   └── KernelNotFound
    ├── AmbiguousName          several things of that name
    ├── BadInput               what was asked makes no sense; the message says why
    │   ├── BadFilter          a filter that can't be understood, and where
    │   ├── BadMetricValue     a metric that is not a number
    │   ├── NotANotebook       bytes that are no Jupyter notebook
    │   └── BadBundle          a file that can't be imported
    ├── WouldOverwrite         the file is there already
    ├── TookTooLong            a question that was given up before it was answered
    ├── NameTaken              an experiment has that name already
    └── NoActiveRun            the call needs a run and none is open

A message says what, which, and what to do.
"""

from collections.abc import Sequence
from typing import NamedTuple


class TrackbookError(Exception):
    """The root; catch it to catch all of ours."""


class HomeError(TrackbookError):
    """The home can't be used."""


class HomeNotWritable(HomeError):
    """The home can't be created or written, or its disk is full."""


class HomeTooNew(HomeError):
    """The home was written by a newer trackbook than this one."""


class HomeDamaged(HomeError):
    """What is in the home's database, or in a backup of it, can't be read."""


class HomeNotMigrated(HomeError):
    """The database could not be brought to this version; it is as it was."""


class TookTooLong(TrackbookError):
    """A question was given up: it took too long, or nobody waits for the answer."""


class NotFound(TrackbookError):
    """Nothing of that name."""


class RunNotFound(NotFound):
    """No run has that id, prefix or name."""


class BackupNotFound(NotFound):
    """There is no such backup."""


class RevisionNotFound(NotFound):
    """The run has no such notebook revision."""


class ExperimentNotFound(NotFound):
    """No experiment has that id or name."""


class KernelNotFound(NotFound):
    """The server runs no kernel of that id."""


class AmbiguousName(TrackbookError):
    """Several things answer to the name; the message lists some."""


class BadInput(TrackbookError, ValueError):
    """What was asked makes no sense; the message says which part and the cure."""


class FilterFix(NamedTuple):
    """A filter that would be understood, and in words what is different in it."""

    label: str
    filter: str


class BadFilter(BadInput):
    """A filter can't be understood: what is wrong, where, and what would mend it.

    `start` and `end` are the characters of `filter` that it is about. As text it has
    the filter below it with a caret under that place.
    """

    def __init__(
        self,
        problem: str,
        filter: str,
        start: int,
        end: int,
        fixes: Sequence[FilterFix] = (),
        unknown: str | None = None,
    ) -> None:
        self.problem = problem
        self.filter = filter
        self.start = start
        self.end = max(end, start + 1)
        self.fixes = tuple(fixes)
        self.unknown = unknown
        """The name that stands where a field should, if that is what is wrong."""
        super().__init__(problem)

    def __str__(self) -> str:
        """Say what is wrong, show where, and what would be understood."""
        before = self.filter[: self.start]
        line = before.count("\n")
        lines = self.filter.split("\n")
        column = len(before) - (before.rfind("\n") + 1)
        length = max(1, min(self.end - self.start, len(lines[line]) - column))
        shown = [*lines[: line + 1], " " * column + "^" * length, *lines[line + 1 :]]
        said = [f"{self.problem}:", *(f"  {text}" for text in shown)]
        if self.fixes:
            said.append("try:" if len(self.fixes) == 1 else "try one of:")
            said += [f"  {fix.filter}" for fix in self.fixes]
        return "\n".join(said)


class BadMetricValue(BadInput):
    """A metric's value is not a number."""


class NotANotebook(BadInput):
    """The bytes are not a Jupyter notebook that can be read."""


class BadBundle(BadInput):
    """A file is no bundle, not whole, or of a newer trackbook."""


class WouldOverwrite(TrackbookError):
    """The file is there already; nothing was written."""


class NameTaken(TrackbookError):
    """An experiment has that name already."""


class NoActiveRun(TrackbookError):
    """The call needs an open run."""
