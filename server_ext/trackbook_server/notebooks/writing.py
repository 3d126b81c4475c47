"""A revision put together again from its pieces: its document, and its file.

The file is made straight from them, without making a document: canonical JSON is what a
file holds but for layout, the counts, and long texts as lists of lines, so values are
passed on as they are, pictures not even looked at again. The result is that of `render`
of the joined document at a fraction of the time; where a piece holds what strict JSON
does not (half a surrogate pair, NaN), the slow way is taken.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import structs

from trackbook_server.notebooks.damage import (
    LOST,
    list_lost,
    lost_cell,
    lost_frame,
    lost_output,
)
from trackbook_server.notebooks.document import (
    Document,
    from_canonical,
    render,
    split_lines,
)
from trackbook_server.notebooks.revision import ABSENT, CellRef, Manifest, OutputRef

_Fields = dict[str, Any]
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])
_text = msgspec.json.Decoder(str)
_LARGE = 4096


@dataclass(slots=True)
class _Aside:
    """Keeps large texts out of the laying out; each leaves a mark that none guesses."""

    mark: bytes = field(default_factory=lambda: secrets.token_hex(16).encode())
    texts: list[memoryview] = field(default_factory=list)

    def open(self, data: bytes) -> _Fields:
        """Return the fields of a piece, its large texts of one plain line put aside."""
        if len(data) > _LARGE and b"\\" not in data and data.isascii():
            data = self._put_aside(data)
        return _fields.decode(data)

    def _put_aside(self, data: bytes) -> bytes:
        """Return JSON without escapes with marks in place of its large texts.

        They are looked at where they are: a copy of a notebook's pictures, taken and
        given back each time, would cost more than all the rest.
        """
        view, done, place = memoryview(data), 0, 0
        parts: list[bytes | memoryview] = []
        while (start := data.find(b'"', place) + 1) > 0:
            end = data.find(b'"', start)
            if end - start > _LARGE and data[end + 1 : end + 2] != b":":
                parts += (view[done:start], b"%b%d" % (self.mark, len(self.texts)))
                self.texts.append(view[start:end])
                done = end
            place = end + 1
        return b"".join((*parts, view[done:]))

    def put_back(self, data: bytes) -> bytes:
        """Return the JSON with the texts in their places."""
        first, *rest = data.split(self.mark)
        found: list[bytes | memoryview] = [first]
        for part in rest:
            number, quote, after = part.partition(b'"')
            found += (self.texts[int(number)], quote, after)
        return b"".join(found)


def join(manifest: Manifest, pieces: Mapping[str, bytes]) -> Document:
    """Put the document together again; a piece that is not there is marked."""

    def output(ref: OutputRef) -> _Fields:
        data = pieces.get(ref.sha256)
        body = lost_output(ref.sha256) if data is None else from_canonical(data)
        return _counted(body, ref.count if data is not None else ABSENT)

    def cell(place: int, ref: CellRef) -> _Fields:
        data = pieces.get(ref.sha256)
        body = from_canonical(data) if data is not None else lost_cell(ref, place)
        if data is None and not has_ids:
            del body["id"]
        if ref.outputs is not None:
            body["outputs"] = [output(out) for out in ref.outputs]
        return _counted(body, ref.count)

    data = pieces.get(manifest.frame)
    frame: _Fields = lost_frame(manifest) if data is None else from_canonical(data)
    minor = frame.get("nbformat_minor")
    has_ids = not isinstance(minor, int) or minor >= 5
    lost = list_lost(manifest, pieces)
    if lost and isinstance(frame.setdefault("metadata", {}), dict):
        frame["metadata"][LOST] = [structs.asdict(part) for part in lost]
    return frame | {"cells": [cell(*placed) for placed in enumerate(manifest.cells)]}


def write_revision(manifest: Manifest, pieces: Mapping[str, bytes]) -> bytes:
    """Return the notebook's file, as `render` writes the joined document."""
    aside = _Aside()
    try:
        document = aside.open(pieces[manifest.frame]) | {
            "cells": [_cell(ref, pieces, aside) for ref in manifest.cells]
        }
        data = msgspec.json.encode(document, order="sorted")
        return aside.put_back(msgspec.json.format(data, indent=1) + b"\n")
    except (KeyError, msgspec.MsgspecError, UnicodeError):
        return render(join(manifest, pieces))


def _cell(ref: CellRef, pieces: Mapping[str, bytes], aside: _Aside) -> _Fields:
    body = aside.open(pieces[ref.sha256])
    if "source" in body:
        body["source"] = _lines(body["source"])
    if "attachments" in body and _starts(body["attachments"], b"{"):
        bundles = _fields.decode(body["attachments"])
        body["attachments"] = {name: _bundle(bundles[name]) for name in bundles}
    if ref.outputs is not None:
        body["outputs"] = [
            _output(aside.open(pieces[out.sha256]), out.count) for out in ref.outputs
        ]
    return _counted(body, ref.count)


def _output(body: _Fields, count: Any) -> _Fields:
    if body.get("output_type") == msgspec.Raw(b'"stream"') and "text" in body:
        body["text"] = _lines(body["text"])
    elif "data" in body:
        body["data"] = _bundle(body["data"])
    return _counted(body, count)


def _bundle(raw: msgspec.Raw) -> Any:
    if not _starts(raw, b"{"):
        return raw
    bundle: _Fields = _fields.decode(raw)
    return {
        mime: value
        if mime == "application/json" or mime.endswith("+json")
        else _lines(value)
        for mime, value in bundle.items()
    }


def _lines(raw: msgspec.Raw) -> Any:
    """Return a text as its lines, anything else as it is."""
    data = bytes(raw)
    if data[:1] != b'"':
        return raw
    if b"\\" not in data and data.isascii():
        # Every line break of ASCII is written as an escape.
        return [raw] if len(data) > 2 else []
    return split_lines(_text.decode(data))


def _starts(raw: msgspec.Raw, with_: bytes) -> bool:
    return bytes(memoryview(raw)[:1]) == with_


def _counted(body: _Fields, count: Any) -> _Fields:
    if count != ABSENT:
        body["execution_count"] = count
    return body
