"""Small things that all writers of rows share."""

from datetime import UTC, datetime


class BadEvent(ValueError):
    """An event of a known shape whose content makes no sense."""


def to_text(moment: datetime) -> str:
    """Return a moment as the store and the API write it; text that sorts."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
