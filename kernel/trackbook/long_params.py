"""Params whose value is too long for a line: kept whole as blobs, shown as a preview.

Runs on the journal's thread, after credentials were taken out.
"""

import hashlib
from pathlib import Path
from typing import Any

import msgspec

from trackbook.blobs import write_blob
from trackbook.errors import HomeError
from trackbook.events import Param
from trackbook.lines import cut_text
from trackbook.paths import blobs_dir

LONG_BYTES = 4096
_SHORT_BYTES = 512
_LINE_BYTES = 128 * 1024
_PREVIEW = 1000


class LongParams:
    """Keeps what is long of the params of one home's events."""

    def __init__(self, home: Path) -> None:
        self._folder = blobs_dir(home)

    def shorten(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Return an event's fields with no long param."""
        params = fields.get("params")
        if not params or type(params[0]) is not Param:
            return fields
        sizes = [_size(param.value) for param in params]
        limit = LONG_BYTES if sum(sizes) < _LINE_BYTES else _SHORT_BYTES
        if max(sizes) <= limit:
            return fields
        short = tuple(
            self._keep(param) if size > limit else param
            for param, size in zip(params, sizes, strict=True)
        )
        return {**fields, "params": short}

    def _keep(self, param: Param) -> Param:
        data = msgspec.json.encode(param.value)
        value = param.value
        text = value if isinstance(value, str) else data.decode()
        preview = cut_text(text, _PREVIEW)
        try:
            sha256 = write_blob(self._folder, data)
        except HomeError:  # which one it is can still be told
            sha256 = hashlib.sha256(data).hexdigest()
        return Param(param.key, preview, param.origin, sha256, len(data))


def _size(value: Any) -> int:
    """Return about how many bytes a value takes in a line."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, (list, dict)) and value:
        return len(msgspec.json.encode(value))
    return 8
