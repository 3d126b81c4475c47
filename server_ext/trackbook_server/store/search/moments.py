"""Moments and durations in words: `last 7 days`, `yesterday`, `2026-05`, `1h 30m`.

A moment is a span of time, since a day is one: it begins, and it ends. Days and weeks
are those of the time zone of `now`.
"""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from trackbook.errors import BadInput
from trackbook_server.store.values import to_text

_MS = {
    "ms": 1, "msec": 1, "millisecond": 1,
    "s": 1000, "sec": 1000, "second": 1000,
    "m": 60_000, "min": 60_000, "minute": 60_000,
    "h": 3_600_000, "hr": 3_600_000, "hour": 3_600_000,
    "d": 86_400_000, "day": 86_400_000,
    "w": 604_800_000, "week": 604_800_000,
}  # fmt: skip
_UNIT = r"([a-z]+?)s?"
_PART = re.compile(rf"(\d+(?:\.\d+)?|\.\d+)\s*(ms|s|{_UNIT})(?=$|[\s\d,])")
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2}(?:\.\d+)?)")
_LAST = re.compile(rf"(?:(?:the\s+)?(?:last|past)\s+)(?:(\d+)\s*)?{_UNIT}")
_AGO = re.compile(rf"(\d+)\s*{_UNIT}\s+ago")
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_TIME = re.compile(
    r"(\d{4}-\d{1,2}-\d{1,2})[T ](\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*"
    r"(z|utc|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_WEEKDAYS = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_MONTH = 30 * _MS["day"]
_YEAR = 365 * _MS["day"]
_MAX_MS = 1000 * _YEAR

Span = tuple[str, str]


def parse_zone(name: str) -> ZoneInfo:
    """Return a time zone by its name. Raises BadInput."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput(
            f"{name[:40]!r} is no time zone; send one like Europe/Berlin"
        ) from error


def read_duration(text: str) -> float | None:
    """Return the milliseconds of `2h`, `1h 30m`, `90 minutes`, `1:30:00`, or of a plain
    number of seconds; None for what is none."""
    said = text.strip().lower()
    if match := _CLOCK.fullmatch(said):
        hours, minutes, seconds = match.groups()
        return (int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)) * 1000
    try:
        return float(said) * 1000 if said[:1] in "+-.0123456789" else None
    except ValueError:
        pass
    total, at = 0.0, 0
    while at < len(said):
        part = _PART.match(said, at)
        unit = None if part is None else _ms_of(part.group(3) or part.group(2))
        if part is None or unit is None:
            return None
        total += float(part.group(1)) * unit
        at = part.end()
        while at < len(said) and said[at] in " ,":
            at += 1
    return total if said else None


def read_moment(text: str, now: datetime) -> Span | None:
    """Return when a moment begins and ends, as the store writes that; None for none.

    `now` has the time zone of the days that are meant.
    """
    said = " ".join(text.lower().split())
    try:
        found = _in_words(said, now) or _in_digits(text.strip(), now)
    except (ValueError, OverflowError):
        return None
    return None if found is None else (to_text(found[0]), to_text(found[1]))


def _ms_of(unit: str) -> int | None:
    return _MS.get(unit) or _MS.get(unit.removesuffix("s"))


def _in_words(said: str, now: datetime) -> tuple[datetime, datetime] | None:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if said == "now":
        return now, now
    if said == "today":
        return today, _days_on(today, 1)
    if said == "yesterday":
        return _days_on(today, -1), today
    if said in _WEEKDAYS or said.removeprefix("last ") in _WEEKDAYS:
        back = (today.weekday() - _WEEKDAYS.index(said.removeprefix("last "))) % 7
        day = _days_on(today, -(back or 7 if said.startswith("last ") else back))
        return day, _days_on(day, 1)
    if said == "this week":
        monday = _days_on(today, -today.weekday())
        return monday, _days_on(monday, 7)
    if said in ("this month", "this year"):
        first = today.replace(day=1)
        return _whole(first if said == "this month" else first.replace(month=1), said)
    if match := _LAST.fullmatch(said):
        length = _length(int(match.group(1) or 1), match.group(2))
        return None if length is None else (now - length, now)
    if match := _AGO.fullmatch(said):
        length = _length(int(match.group(1)), match.group(2))
        return None if length is None else (now - length, now - length)
    return None


def _in_digits(text: str, now: datetime) -> tuple[datetime, datetime] | None:
    zone = now.tzinfo
    if match := _TIME.fullmatch(text):
        date, clock, offset = match.groups()
        year, month, day = (int(part) for part in date.split("-"))
        hour, minute, *rest = clock.split(":")
        seconds = float(rest[0]) if rest else 0.0
        moment = datetime(year, month, day, int(hour), int(minute), tzinfo=zone)
        moment += timedelta(seconds=seconds)
        if offset:
            sign = offset.upper().replace("Z", "+00:00").replace("UTC", "+00:00")
            moment = moment.replace(tzinfo=datetime.strptime(sign, "%z").tzinfo)
        length = timedelta(0) if "." in clock else timedelta(seconds=1)
        return moment, moment + (length if rest else timedelta(minutes=1))
    if match := _DATE.fullmatch(text):
        parts = match.groups()
        year, month, day = (int(part or 1) for part in parts)
        first = datetime(year, month, day, tzinfo=zone)
        if parts[2]:
            return first, _days_on(first, 1)
        return _whole(first, "this month" if parts[1] else "this year")
    if re.fullmatch(r"\d{9,14}(\.\d+)?", text):
        # What MLflow has: milliseconds since 1970, and of shell scripts seconds.
        number = float(text)
        since = number / 1000 if number >= 1e11 else number
        moment = datetime.fromtimestamp(since, UTC)
        return moment, moment
    return None


def _whole(first: datetime, which: str) -> tuple[datetime, datetime]:
    """Return a month or year from its first day on."""
    if which == "this year" or first.month == 12:
        following = first.replace(year=first.year + 1, month=1)
    else:
        following = first.replace(month=first.month + 1)
    return first, following


def _days_on(day: datetime, count: int) -> datetime:
    """Return the day so many days on, at the same time by the clock."""
    return day + timedelta(days=count)


def _length(count: int, unit: str) -> timedelta | None:
    ms = {"month": _MONTH, "mo": _MONTH, "year": _YEAR, "yr": _YEAR, "y": _YEAR}.get(
        unit
    ) or _ms_of(unit)
    return None if ms is None else timedelta(milliseconds=min(count * ms, _MAX_MS))
