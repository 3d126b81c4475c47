"""Every error as the one `Problem`, and its status."""

from http.client import responses

from tornado import web

from trackbook.errors import (
    AmbiguousName,
    BadFilter,
    BadInput,
    HomeError,
    NameTaken,
    NoActiveRun,
    NotFound,
    TookTooLong,
    TrackbookError,
    WouldOverwrite,
)
from trackbook_server.contract import FilterFix, FilterPosition, Problem

_STATUS_CODES: tuple[tuple[type[TrackbookError], int], ...] = (
    (NotFound, 404),
    (AmbiguousName, 409),
    (WouldOverwrite, 409),
    (NameTaken, 409),
    (NoActiveRun, 409),
    (BadInput, 400),
    (HomeError, 503),
    (TookTooLong, 503),
)


def status_of(error: TrackbookError) -> int:
    """Return the HTTP status of an error of ours."""
    for kind, status in _STATUS_CODES:
        if isinstance(error, kind):
            return status
    return 500


def problem_of(status_code: int, error: BaseException | None) -> Problem:
    """Return what went wrong as the contract has it, without the server's insides."""
    if isinstance(error, BadFilter):
        return _filter_problem(error)
    if isinstance(error, TrackbookError):
        name, message = type(error).__name__, str(error)
    else:
        name = responses.get(status_code, "Unknown").title().replace(" ", "")
        message = _message(status_code, error)
    return Problem(error=name, message=message, position=None)


def utf16_length(text: str) -> int:
    """Return how long a text is to JavaScript."""
    return len(text) + sum(char > "\uffff" for char in text)


def from_utf16(text: str, at: int) -> int:
    """Return the character of a text where JavaScript counts `at`."""
    for place, char in enumerate(text):
        if at <= 0:
            return place
        at -= 2 if char > "\uffff" else 1
    return len(text)


def _filter_problem(error: BadFilter) -> Problem:
    return Problem(
        error=type(error).__name__,
        message=error.problem,
        position=FilterPosition(
            start=utf16_length(error.filter[: error.start]),
            end=utf16_length(error.filter[: error.end]),
            fixes=[
                FilterFix(label=fix.label, filter=fix.filter) for fix in error.fixes
            ],
        ),
    )


def _message(status_code: int, error: BaseException | None) -> str:
    if isinstance(error, web.HTTPError) and error.log_message:
        return error.get_message() or ""
    if status_code == 403:
        return "not allowed; log in to Jupyter, or send its token"
    if status_code == 405:
        return "this route does not know that method; Allow says which it knows"
    if status_code >= 500:
        return "trackbook failed unexpectedly; the server's log has the details"
    return responses.get(status_code, "unknown error")
