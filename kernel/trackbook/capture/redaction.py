"""What looks like a credential is replaced before it is written.

A recording has one `Redactor` (`recorder.redactor`). What goes through the journal
passes `redact_event` on the journal's thread, outputs included. Whatever goes into a
blob passes here first, because its hash is of what is stored:

- `redactor.redact_text(text)` → (text, count): a text that a cell showed, a message.
- `redactor.redact_text(text, is_code=True)`: source; it stays code.
- `redactor.redact_value(value, name)` → (value, count): what has a JSON form.
- `redactor.redact_output(output)` → (output, count): one `Output`, text and data;
  `is_growing` where its stream goes on, so that no half of a credential is told.

The journal's writer adds the count of `redact_event` as `ValuesRedacted`; who calls
another one journals its count the same way.
"""

import json
import threading
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from trackbook.capture.guard import attempt
from trackbook.capture.secret_names import (
    is_memorable,
    is_secret_name,
    names_credential,
    redact_named,
)
from trackbook.events import CellError, Event, Output, Param, RunStarted
from trackbook.secret_formats import PLACEHOLDER, redact_exact

REDACTED = PLACEHOLDER

_MAX_KNOWN = 256
"""So many values are remembered; the oldest is forgotten first."""

_MIN_KNOWN, _MAX_KNOWN_LENGTH = 8, 4096

_CODE = frozenset({"source"})
_SAID = frozenset(
    {
        "context",
        "error",
        "experiment",
        "git",
        "environment",
        "name",
        "note",
        "outputs",
        "params",
        "rows",
        "schema",
        "tags",
    }
)
"""The fields of events that may hold what a person wrote or a cell showed."""

_TOLD = _CODE | _SAID

_SHOWN = frozenset({"error", "note", "outputs", "params", "rows", "tags"})
"""Those that may hold a value that the code took from somewhere else."""

_MAX_REMEMBERED = 8192
"""What came of code up to this length (characters) is remembered for a while."""

_FOLDERS = frozenset({"PWD", "OLDPWD"})
"""Names in which a shell keeps folders, not passwords (POSIX.1, `cd`)."""

_WITHHELD = object()
_NUMBERS = frozenset({type(None), bool, int, float})
_BINARY_TYPES = ("image/", "audio/", "video/", "application/pdf")


class Redactor:
    """Replaces credentials, and those it knows by name wherever their values appear.

    It remembers in memory only, at most _MAX_KNOWN values: what a name in code or in a
    param said, and what `namespaces` (the environment, the user's names) hold under
    such a name. Thread-safe.
    """

    def __init__(self, *namespaces: Mapping[str, Any]) -> None:
        self._namespaces = namespaces
        self._plain: list[set[str]] = [set() for _ in namespaces]
        self._telling: list[list[str]] = [[] for _ in namespaces]
        self._known: dict[str, None] = {}
        self._is_known: bool | None = None
        """Whether what the namespaces hold was learnt in this batch; None outside."""

        self._lock = threading.Lock()

    # --- what is known ------------------------------------------------------------

    def learn(self, value: str) -> None:
        """Remember a credential, to replace it wherever it appears."""
        if value in self._known or not is_memorable(value):
            return
        if not _MIN_KNOWN <= len(value) <= _MAX_KNOWN_LENGTH:
            return
        from html import escape  # its table of entities: not for each `%load_ext`

        with self._lock:
            # As it reads within JSON and a `repr`, in HTML and in an address.
            forms = (value, json.dumps(value)[1:-1], escape(value), quote(value))
            for form in sorted(set(forms), key=len, reverse=True):
                self._known[form] = None
            while len(self._known) > _MAX_KNOWN:
                del self._known[next(iter(self._known))]

    def begin_batch(self) -> None:
        """What was queued so far passes next: one look around holds for all of it."""
        self._is_known = False

    def look_around(self) -> None:
        """Learn what the namespaces hold under telling names now."""
        for place, namespace in enumerate(self._namespaces):
            try:
                names = set(namespace)
            except RuntimeError:  # another thread changes it; next time
                continue
            plain, telling = self._plain[place], self._telling[place]
            for name in names - plain:
                plain.add(name)
                if is_secret_name(name):
                    telling.append(name)
            for name in telling:
                value = namespace.get(name)
                if type(value) is not str:
                    continue
                if name not in _FOLDERS or not Path(value).is_absolute():
                    self.learn(value)

    def forget_lock(self) -> None:
        """In a child of fork: who held it is not there to give it back."""
        self._lock = threading.Lock()

    # --- texts and values ---------------------------------------------------------

    def redact_text(self, text: str, *, is_code: bool = False) -> tuple[str, int]:
        """Return `text` without credentials, and how many were replaced."""
        if is_code and len(text) <= _MAX_REMEMBERED:
            text, found, count = _redact_code(text)
        else:
            text, found, count = _redact(text, is_code=is_code)
        for value in found:
            self.learn(value)
        for value in tuple(self._known):
            if value in text:
                count += text.count(value)
                text = text.replace(value, REDACTED)
        return text, count

    def redact_value(self, value: Any, name: str = "") -> tuple[Any, int]:
        """Return a value without credentials; `name` may say that it is one."""
        kind = type(value)
        if kind in _NUMBERS:
            return value, 0
        if kind is str:
            if name and value != REDACTED and names_credential(name, value):
                self.learn(value)
                return REDACTED, 1
            return self.redact_text(value)
        if kind is Param:
            clean, count = self.redact_value(value.value, value.key)
            if not count:
                return value, 0
            return msgspec.structs.replace(value, value=clean), count
        if kind is Output:
            return self.redact_output(value)
        if kind is CellError:
            message, first = self.redact_text(value.message)
            trace, second = self.redact_text(value.traceback, is_code=True)
            return CellError(value.name, message, trace), first + second
        if isinstance(value, (list, tuple)):
            return self._redact_items(value, name)
        if isinstance(value, dict):
            found = {
                key: self.redact_value(item, str(key)) for key, item in value.items()
            }
            total = sum(count for _, count in found.values())
            if not total:
                return value, 0
            return {key: item for key, (item, _) in found.items()}, total
        return value, 0

    def _redact_items(self, value: Any, name: str) -> tuple[Any, int]:
        if all(type(item) in _NUMBERS for item in value):
            return value, 0
        found = [self.redact_value(item, name) for item in value]
        total = sum(count for _, count in found)
        if not total:
            return value, 0
        kept: Iterable[Any] = (item for item, _ in found)
        return (tuple(kept) if isinstance(value, tuple) else list(kept)), total

    def redact_output(
        self, output: Output, *, is_growing: bool = False
    ) -> tuple[Output, int]:
        """Return an output without credentials, and how many were replaced.

        The last word of a stream that is growing is left out; it may be half of one.
        """
        if output.kind == "stream":
            return self._redact_stream(output, is_growing)
        data, count = self._redact_bundle(output.data)
        metadata, more = self.redact_value(output.metadata)
        if not count + more:
            return output, 0
        clean = msgspec.structs.replace(output, data=data, metadata=metadata)
        return clean, count + more

    def _redact_stream(self, output: Output, is_growing: bool) -> tuple[Output, int]:
        text = output.text
        head, tail = text[: output.head_length], text[output.head_length :]
        if is_growing:
            tail = _without_last_word(tail)
        clean_head, count = self.redact_text(head) if head else (head, 0)
        clean_tail, more = self.redact_text(tail)
        clean = clean_head + clean_tail
        if clean == text:
            return output, 0
        changed = msgspec.structs.replace(
            output, text=clean, head_length=len(clean_head)
        )
        return changed, count + more

    def _redact_bundle(self, data: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Redact a mime bundle; pictures hold nothing that a person could read."""
        total, clean = 0, data
        for mime_type, value in data.items():
            if mime_type.startswith(_BINARY_TYPES) and mime_type != "image/svg+xml":
                continue
            kept, count = self.redact_value(value)
            if count:
                total += count
                clean = {**clean, mime_type: kept}
        return clean, total

    def _redact_rows(self, rows: Any, columns: Any) -> tuple[Any, int]:
        """Redact rows of a table; the name of a column may tell."""
        total, kept = 0, []
        for row in rows:
            found = [
                self.redact_value(item, name)
                for item, name in zip_longest(row, columns, fillvalue="")
            ][: len(row)]
            total += sum(count for _, count in found)
            kept.append(tuple(item for item, _ in found))
        return (tuple(kept), total) if total else (rows, 0)

    def redact_event(
        self, event_type: type[Event], fields: dict[str, Any]
    ) -> tuple[dict[str, Any], int]:
        """Return an event's fields without credentials, and how many were replaced.

        What a run inherits was counted when it came into force.
        """
        total = 0
        clean: dict[str, Any] = {}
        for key, value in fields.items():
            if key not in _TOLD or not value:
                continue
            kept, count = attempt(
                self._redact_field, key, value, fields, default=(_WITHHELD, 1)
            )
            if kept is _WITHHELD:  # it could not be read, hence it is not written
                kept = _withhold(value)
            if count:
                clean[key] = kept
                if key != "params" or event_type is not RunStarted:
                    total += count
        return ({**fields, **clean}, total) if clean else (fields, 0)

    def _redact_field(
        self, key: str, value: Any, fields: dict[str, Any]
    ) -> tuple[Any, int]:
        if key in _SHOWN and not self._is_known:
            self.look_around()
            self._is_known = None if self._is_known is None else True
        if key in _CODE:
            return self.redact_text(value, is_code=True)
        if key == "rows":
            return self._redact_rows(value, fields.get("columns", ()))
        return self.redact_value(value)


def _redact(text: str, *, is_code: bool) -> tuple[str, list[str], int]:
    """Return `text` without what reads like a credential, what names said were some,
    and how many were replaced.
    """
    text, spans = redact_exact(text)
    text, found = redact_named(text, is_code=is_code)
    return text, found, len(spans) + len(found)


@lru_cache(256)
def _redact_code(source: str) -> tuple[str, list[str], int]:
    """Return the same for code: cells are executed again and again."""
    return _redact(source, is_code=True)


def _withhold(value: Any) -> Any:
    """Return what stands in place of a value that could not be read."""
    if type(value) is CellError:
        return CellError(value.name, REDACTED)
    return REDACTED if type(value) is str else type(value)()


def _without_last_word(text: str) -> str:
    """Return `text` up to its last space, if that is near."""
    end = len(text)
    start = max(text.rfind(" "), text.rfind("\n"), text.rfind("\t")) + 1
    return text[:start] if end - start <= _MAX_KNOWN_LENGTH else text


def redact_document(value: Any) -> tuple[Any, int]:
    """Return a notebook's JSON without credentials of exact formats, and how many.

    What names say is left out of account here: a notebook must still run. Lines of a
    text are looked at together, because a key may stand on several.
    """
    if isinstance(value, str):
        text, spans = redact_exact(value)
        return text, len(spans)
    if isinstance(value, list):
        if value and all(isinstance(line, str) for line in value):
            text, count = redact_document("".join(value))
            return (text.splitlines(keepends=True), count) if count else (value, 0)
        items = [redact_document(item) for item in value]
        return [item for item, _ in items], sum(count for _, count in items)
    if isinstance(value, dict):
        found = {key: redact_document(item) for key, item in value.items()}
        total = sum(count for _, count in found.values())
        return {key: item for key, (item, _) in found.items()}, total
    return value, 0
