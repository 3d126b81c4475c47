"""Everything trackbook raises on purpose.

    TrackbookError
    ├── HomeError              the home can't be used
    │   ├── HomeNotWritable    no permission, no space, or not a folder
    │   └── HomeTooNew         written by a newer trackbook
    ├── NotFound               nothing of that name
    │   ├── RunNotFound
    │   ├── RevisionNotFound
    │   ├── ExperimentNotFound
    │   └── KernelNotFound
    ├── AmbiguousName          several things of that name
    ├── BadInput               what was asked makes no sense; the message says why
    │   ├── BadMetricValue     a metric that is not a number
    │   └── NotANotebook       bytes that are no Jupyter notebook
    ├── WouldOverwrite         the file is there already
    └── NoActiveRun            the call needs a run and none is open

A message says what, which, and what to do.
"""


class TrackbookError(Exception):
    """The root; catch it to catch all of ours."""


class HomeError(TrackbookError):
    """The home can't be used."""


class HomeNotWritable(HomeError):
    """The home can't be created or written, or its disk is full."""


class HomeTooNew(HomeError):
    """The home was written by a newer trackbook than this one."""


class NotFound(TrackbookError):
    """Nothing of that name."""


class RunNotFound(NotFound):
    """No run has that id, prefix or name."""


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


class BadMetricValue(BadInput):
    """A metric's value is not a number."""


class NotANotebook(BadInput):
    """The bytes are not a Jupyter notebook that can be read."""


class WouldOverwrite(TrackbookError):
    """The file is there already; nothing was written."""


class NoActiveRun(TrackbookError):
    """The call needs an open run."""
