"""Small things that all writers of rows share."""

import re
from datetime import UTC, datetime


class BadEvent(ValueError):
    """An event of a known shape whose content makes no sense."""


class GoneForGood(BadEvent):
    """An event of a run that was deleted for good: it is dropped, not kept as bad."""


_SHA256 = re.compile(r"[0-9a-f]{64}")


def check_sha256(*names: str | None) -> None:
    """Raise BadEvent for what is no blob's name: it becomes a file's path."""
    for name in names:
        if name is not None and not _SHA256.fullmatch(name):
            raise BadEvent(f"{name[:100]!r} is not a SHA-256")


def to_text(moment: datetime) -> str:
    """Return a moment as the store and the API write it; text that sorts."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)
