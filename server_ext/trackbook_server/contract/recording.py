"""Whether a notebook is being recorded."""

from typing import Literal

import msgspec

from trackbook_server.contract.base import Reply

RecordingState = Literal["off", "waiting", "recording", "cannot"]


class Recording(Reply, frozen=True, kw_only=True):
    """Whether a notebook's session records, why not, and the line that mends it.

    `cure` is a line for a cell of this notebook, `terminal_cure` the same for a
    terminal. `run_id` and `run_name` name the run that is open now. The event bus
    carries one whenever it changes (schema recording-changed/v1).
    """

    kernel_id: str
    notebook_path: str | None
    state: RecordingState
    reason: str | None
    cure: str | None
    terminal_cure: str | None
    run_id: str | None
    run_name: str | None


class RecordingEdit(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """What PUT recordings/{kernel_id} takes."""

    on: bool
