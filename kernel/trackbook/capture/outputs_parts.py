"""What an output holds, as it is kept: small text in the line, the rest in blobs.

The one place where a text of an output becomes final: what looks like a credential is
replaced here, before a blob is written. It runs beside the cells, never on their path.
"""

import binascii
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from trackbook.blobs import write_blob
from trackbook.capture.outputs_text import HEAD_CHARACTERS, StreamText
from trackbook.capture.redaction import Redactor
from trackbook.errors import HomeNotWritable
from trackbook.events import (
    MAX_LINE_BYTES,
    Output,
    OutputBlob,
    OutputKind,
)
from trackbook.lines import cut_text

MAX_OUTPUT_BYTES = 192 * 1024
"""One output in a line; the rest of MAX_LINE_BYTES is the event's own."""

_MAX_INLINE = 16 * 1024
"""A part that is longer is a blob."""

_MAX_INLINE_ALL = 64 * 1024
_MAX_METADATA = 16 * 1024
_MAX_SOURCE = 64 * 1024
_SOURCE_HEAD = 16 * 1024
_PIECE = 64 * 1024
"""So much text is looked through at once: a search holds every other thread up."""

_encoder = msgspec.json.Encoder()
_TEXT_BESIDE_BINARY = ("+xml", "+json")


def is_binary(mime_type: str) -> bool:
    """Tell whether nbformat keeps this mime type in base64."""
    if mime_type.endswith(_TEXT_BESIDE_BINARY):
        return False
    return (
        mime_type.startswith(("image/", "audio/", "video/"))
        or mime_type == "application/pdf"
    )


def _plain(text: str) -> str:
    """Return `text` without what UTF-8 can't say."""
    return text.encode("utf-8", "replace").decode("utf-8")


class Parts:
    """Makes outputs as they are journaled; writes blobs below `folder`.

    `failed` is told of a blob that can't be written.
    """

    def __init__(
        self,
        folder: Path,
        redactor: Redactor,
        failed: Callable[[BaseException], None],
    ) -> None:
        self._folder = folder
        self._redactor = redactor
        self._failed = failed

    def make_stream(
        self, name: str, text: StreamText, *, is_growing: bool
    ) -> tuple[Output, int]:
        """Return a stream as an output, and how many values were replaced in it."""
        most = HEAD_CHARACTERS
        while True:
            shown = text.show(most)
            output, replaced = self._redactor.redact_output(
                Output(
                    "stream",
                    name=name,
                    text=_plain(shown.text),
                    omitted_bytes=shown.omitted_bytes,
                    head_length=shown.head_length,
                ),
                is_growing=is_growing,
            )
            if len(_encoder.encode(output)) <= MAX_OUTPUT_BYTES:
                return output, replaced
            most //= 2

    def make_bundle(
        self, kind: OutputKind, data: Any, metadata: Any
    ) -> tuple[Output, int]:
        """Return a mime bundle as an output, and how many values were replaced."""
        kept: dict[str, Any] = {}
        blobs: dict[str, OutputBlob] = {}
        replaced = size = 0
        bundle = data if isinstance(data, dict) else {}
        for mime_type in sorted(bundle, key=lambda name: _rank(name, bundle[name])):
            value = bundle[mime_type]
            content = _to_bytes(mime_type, value)
            if content is None:
                value, count = self._clean(value)
                replaced += count
                encoded = _encoder.encode(value)
                if len(encoded) <= min(_MAX_INLINE, _MAX_INLINE_ALL - size):
                    size += len(encoded)
                    kept[mime_type] = value
                    continue
                is_text = isinstance(value, str) and not _is_json(mime_type)
                content = value.encode() if is_text else encoded
            blob = self._write(content)
            if blob is not None:
                blobs[mime_type] = blob
        metadata, count = self._clean(metadata if isinstance(metadata, dict) else {})
        if len(_encoder.encode(metadata)) > _MAX_METADATA:
            metadata = {}
        output = Output(
            kind,
            data={name: kept[name] for name in bundle if name in kept},
            blobs={name: blobs[name] for name in bundle if name in blobs},
            metadata=metadata,
        )
        return output, replaced + count

    def keep_source(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Return an execution's fields with a long source in a blob, and its head."""
        if len(fields["source"]) <= _MAX_SOURCE:
            return fields
        source = _plain(fields["source"])
        blob = self._write(source.encode())
        if blob is None:
            return {**fields, "source": cut_text(source, _MAX_SOURCE)}
        return {**fields, "source": source[:_SOURCE_HEAD], "source_sha256": blob.sha256}

    def _clean(self, value: Any) -> tuple[Any, int]:
        """Return a part without credentials, a long text in pieces of whole words."""
        if not isinstance(value, str):
            return self._redactor.redact_value(value)
        kept, total, start = [], 0, 0
        text = _plain(value)
        while start < len(text):
            end = start + _PIECE
            if end < len(text):
                half = start + _PIECE // 2
                gap = max(text.rfind("\n", half, end), text.rfind(" ", half, end))
                end = gap + 1 or end
            piece, count = self._redactor.redact_text(text[start:end])
            kept.append(piece)
            total += count
            start = end
        return "".join(kept), total

    def _write(self, content: bytes) -> OutputBlob | None:
        try:
            return OutputBlob(write_blob(self._folder, content), len(content))
        except HomeNotWritable as error:
            self._failed(error)
            return None


def _is_json(mime_type: str) -> bool:
    return mime_type == "application/json" or mime_type.endswith("+json")


def _rank(mime_type: str, value: Any) -> int:
    """Return how long a part is: the shortest has its place in the line first."""
    return len(value) if isinstance(value, str) else _MAX_INLINE


def _to_bytes(mime_type: str, value: Any) -> bytes | None:
    """Return what base64 of a binary type says, None for anything else."""
    if not is_binary(mime_type) or not isinstance(value, str):
        return None
    try:
        return binascii.a2b_base64("".join(value.split()), strict_mode=True)
    except ValueError:
        return None


MAX_EVENT_BYTES = MAX_LINE_BYTES - 32 * 1024
"""The outputs of one event together."""


def size_of(output: Output) -> int:
    """Return how long an output is in a line."""
    return len(_encoder.encode(output))
