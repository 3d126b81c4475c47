"""What the server says of itself, of errors and of changes."""

from trackbook_server.contract.base import Reply


class Status(Reply, frozen=True, kw_only=True):
    """What GET status says.

    `writes` is false where another process holds the home; then `owner` says which.
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


class Problem(Reply, frozen=True, kw_only=True):
    """The one shape of every error: what is wrong and what mends it."""

    error: str
    message: str


class RunChanged(Reply, frozen=True, kw_only=True):
    """What the event bus carries: these runs changed, the store is at `change`.

    At most 100 ids; `truncated` means: read the list again.
    """

    change: int
    run_ids: list[str]
    truncated: bool
