"""What a cell raised, as it is journaled: its class, its message, its traceback.

The text of an exception is the user's code, which may raise in turn.
"""

import traceback

from trackbook.capture.guard import attempt
from trackbook.events import CellError
from trackbook.lines import cut_text

_MAX_MESSAGE = 4000
_MAX_TRACEBACK = 16000
_FRAMES = -40


def describe_error(error: BaseException) -> CellError:
    """Return what a cell raised, from the frame of the cell on."""
    message = attempt(str, error, default="<its text can't be read>")
    trace = error.__traceback__
    while trace is not None and not _is_cell(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    lines = attempt(
        traceback.format_exception,
        type(error),
        error,
        trace,
        _FRAMES,
        default=[f"{type(error).__name__}: {message}"],
    )
    return CellError(
        type(error).__name__,
        cut_text(message, _MAX_MESSAGE),
        cut_text("".join(lines), _MAX_TRACEBACK),
    )


def _is_cell(filename: str) -> bool:
    return "ipykernel_" in filename or filename.startswith("<ipython-input")
