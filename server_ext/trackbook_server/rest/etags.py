"""Entity tags: what a client has already is not sent again.

A tag is strong: it names the bytes. An answer has one a coding (`-gzip`), as the
specification of HTTP asks; what a client sends back is compared without it.
"""

from hashlib import blake2b
from uuid import uuid4

_SERVED = uuid4().hex
"""Another server may have another version, root or home."""


def tag_of_change(change: int, address: str) -> str:
    """Return the tag of an answer that the store's change and the address determine."""
    where = blake2b(f"{_SERVED}{address}".encode(), digest_size=8).hexdigest()
    return f"{change}-{where}"


def header_of(tag: str, *, is_gzip: bool) -> str:
    """Return a tag as its header has it."""
    return f'"{tag}-gzip"' if is_gzip else f'"{tag}"'


def is_among(tag: str, header: str) -> bool:
    """Say whether If-None-Match or If-Match names the tag, in whatever coding."""
    named = [_bare(text) for text in header.split(",")]
    return tag in named or "*" in named


def _bare(text: str) -> str:
    return text.strip().removeprefix("W/").strip('"').removesuffix("-gzip")
