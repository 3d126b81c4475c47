"""What the server says of itself, of errors and of changes."""

from trackbook_server.contract.base import Reply


class Status(Reply, frozen=True, kw_only=True):
    """What GET status says.

    `writes` is false where another process holds the home; then `owner` says which.
    `backup_problem` says why no backup could be made, and what mends that.
    """

    version: str
    home: str
    writes: bool
    owner: str | None
    network_home: bool
    change: int
    run_count: int
    bad_line_count: int
    problem: str | None
    backup_problem: str | None


class FilterFix(Reply, frozen=True, kw_only=True):
    """A filter that would be understood, and what is different in it."""

    label: str
    filter: str


class FilterPosition(Reply, frozen=True, kw_only=True):
    """Where a filter is not understood, and what would mend it.

    `start` and `end` count UTF-16 code units, as JavaScript does.
    """

    start: int
    end: int
    fixes: list[FilterFix]


class FilterHint(Reply, frozen=True, kw_only=True):
    """Why a search may have found nothing, where in the filter, and what else to try.

    `start` and `end` count UTF-16 code units; None: it is about all of it.
    """

    message: str
    start: int | None
    end: int | None
    fixes: list[FilterFix]


class FilterCompletion(Reply, frozen=True, kw_only=True):
    """What can stand in a filter: the text that is put there, how it is shown, and what
    it is about."""

    text: str
    label: str
    about: str


class FilterCompletions(Reply, frozen=True, kw_only=True):
    """What can stand where the cursor is, the likeliest first, instead of the part of
    the filter from `start` to `end`, in UTF-16 code units."""

    start: int
    end: int
    items: list[FilterCompletion]


class Problem(Reply, frozen=True, kw_only=True):
    """The one shape of every error: what is wrong and what mends it; of a filter also
    where."""

    error: str
    message: str
    position: FilterPosition | None


class RunChanged(Reply, frozen=True, kw_only=True):
    """What the event bus carries: these runs changed, the store is at `change`.

    At most 100 ids; `truncated` means: read the list again.
    """

    change: int
    run_ids: list[str]
    truncated: bool
