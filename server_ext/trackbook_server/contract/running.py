"""What runs now: the runs without an end, and where they run."""

from trackbook_server.contract.base import Reply
from trackbook_server.contract.metrics import MainMetric
from trackbook_server.contract.runs import RunStatus


class RunningCell(Reply, frozen=True, kw_only=True):
    """The cell that a run executes. `source` is at most its first 2,000 characters."""

    execution_id: str
    cell_id: str | None
    source: str
    started_at: str


class RunningRun(Reply, frozen=True, kw_only=True):
    """A run without an end, and the process that is at it.

    `is_here`: the kernel is one of this server's, which can interrupt it; it may well
    run on this host and be another server's, or nobody's. `is_busy` is what this server
    knows of its kernel; None of any other. `cell` is None between cells.
    """

    run_id: str
    number: int
    name: str
    status: RunStatus
    experiment: str
    notebook_path: str | None
    started_at: str
    main_metric: MainMetric | None
    kernel_id: str | None
    host: str
    pid: int | None
    is_here: bool
    is_busy: bool | None
    cell: RunningCell | None


class RunningList(Reply, frozen=True, kw_only=True):
    """What GET running says: at most 500 runs, the latest started first.

    `host` is the server's own; `total` counts all of them.
    """

    runs: list[RunningRun]
    total: int
    host: str
    change: int
