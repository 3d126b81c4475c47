"""Answers as bytes, made on threads and in slices, so that the event loop goes on.

Encoding holds the interpreter: one call that takes 50 ms on a thread stops the loop for
50 ms. So what is large is encoded in slices of about a millisecond. Hashing and
compressing let go of the interpreter.
"""

import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby, islice
from typing import Any

import msgspec

from trackbook_server.rest.answers import Document, Notebook, Piece, Text, Whole

MIN_GZIP_BYTES = 1024
"""What is smaller fits into a packet as it is."""
PART_BYTES = 256 * 1024
"""How much is handed to the network at a time."""

# The first level: three quarters of what the best one saves, in a fifth of its time.
_LEVEL = 1
_GZIP = 16 + zlib.MAX_WBITS
_SCALARS = 8192
_STRUCTS = 16
_LONG = 256

THREADS = ThreadPoolExecutor(2, "trackbook-answer")
"""Few: more would only take the interpreter from each other, and from the loop."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A body, its parts in order, and by what it is known."""

    parts: list[bytes]
    size_bytes: int
    tag: str
    is_gzip: bool


def pack(answer: msgspec.Struct | Whole, accept: str) -> Packed:
    """Return an answer as bytes, compressed where `accept` has gzip and it pays."""
    match answer:
        case Text():
            parts = cut(answer.text.encode())
        case Notebook() | Document() | Piece():
            parts = cut(answer.data)
        case _:
            parts = list(join(encode(answer), PART_BYTES))
    size = sum(map(len, parts))
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(part)
    is_gzip = size > MIN_GZIP_BYTES and takes_gzip(accept)
    if is_gzip:
        parts = list(join(compress(parts), PART_BYTES))
        size = sum(map(len, parts))
    return Packed(parts, size, digest.hexdigest(), is_gzip)


def encode(value: Any) -> Iterator[bytes]:
    """Return a value as JSON, in slices each of which is quickly made."""
    if isinstance(value, msgspec.Struct) and is_long(value):
        yield from _encode_struct(value)
    elif isinstance(value, dict) and len(value) > _LONG:
        yield from _encode_dict(value)
    elif isinstance(value, list | tuple) and _is_long_list(value):
        yield from _encode_list(value)
    else:
        yield msgspec.json.encode(value)


def is_long(value: msgspec.Struct) -> bool:
    """Say whether a struct holds something that is better not encoded at once."""
    return any(
        (isinstance(field, dict) and len(field) > _LONG)
        or (isinstance(field, msgspec.Struct) and is_long(field))
        or (isinstance(field, list | tuple) and _is_long_list(field))
        for field in (getattr(value, name) for name in value.__struct_fields__)
    )


def join(slices: Iterable[bytes], size_bytes: int) -> Iterator[bytes]:
    """Return the same bytes in parts of about that size."""
    held: list[bytes] = []
    count = 0
    for piece in slices:
        held.append(piece)
        count += len(piece)
        if count >= size_bytes:
            yield b"".join(held)
            held, count = [], 0
    if held:
        yield b"".join(held)


def cut(data: bytes) -> list[bytes]:
    """Return the same bytes in parts."""
    return [data[at : at + PART_BYTES] for at in range(0, len(data), PART_BYTES)]


class Packer:
    """A gzip stream that is made part by part."""

    def __init__(self) -> None:
        self._stream = zlib.compressobj(_LEVEL, wbits=_GZIP)

    def add(self, part: bytes) -> bytes:
        """Return what of the stream is ready after one more part."""
        return self._stream.compress(part)

    def end(self) -> bytes:
        """Return the rest of the stream."""
        return self._stream.flush()


def compress(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Return the parts as one gzip stream."""
    packer = Packer()
    for part in parts:
        yield packer.add(part)
    yield packer.end()


def takes_gzip(accept: str) -> bool:
    """Say whether an Accept-Encoding takes gzip: named, or by a star, and not by
    `q=0`."""
    weights: dict[str, float] = {}
    for coding in accept.lower().split(","):
        name, _, rest = coding.strip().partition(";")
        weight = rest.strip().removeprefix("q=")
        try:
            weights[name.strip()] = float(weight) if weight else 1.0
        except ValueError:
            weights[name.strip()] = 0.0
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def _encode_struct(value: msgspec.Struct) -> Iterator[bytes]:
    lead = b"{"
    names = zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True)
    for field, name in names:
        yield lead + msgspec.json.encode(name) + b":"
        yield from encode(getattr(value, field))
        lead = b","
    yield b"}" if lead == b"," else b"{}"


def _encode_dict(values: dict[Any, Any]) -> Iterator[bytes]:
    lead, left = b"{", iter(values.items())
    while some := dict(islice(left, _LONG)):
        yield lead + msgspec.json.encode(some)[1:-1]
        lead = b","
    yield b"}"


def _is_long_list(values: Any) -> bool:
    if len(values) > _LONG:
        return True
    return any(isinstance(value, msgspec.Struct) and is_long(value) for value in values)


def _encode_list(values: Any) -> Iterator[bytes]:
    lead = b"["
    if not isinstance(values[0], msgspec.Struct):
        for first in range(0, len(values), _SCALARS):
            yield lead + msgspec.json.encode(values[first : first + _SCALARS])[1:-1]
            lead = b","
    else:
        for is_alone, some in groupby(values, is_long):
            step = 1 if is_alone else _STRUCTS
            while batch := list(islice(some, step)):
                yield lead
                if is_alone:
                    yield from encode(batch[0])
                else:
                    yield msgspec.json.encode(batch)[1:-1]
                lead = b","
    yield b"]"
