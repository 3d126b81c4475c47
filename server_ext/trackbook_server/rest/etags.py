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


def find_among(tag: str, header: str) -> str | None:
    """Return the tag as If-None-Match or If-Range names it, in whatever coding."""
    for text in header.split(","):
        if _bare(text) == tag:
            return text.strip().removeprefix("W/")
        if text.strip() == "*":
            return header_of(tag, is_gzip=False)
    return None


def _bare(text: str) -> str:
    return text.strip().removeprefix("W/").strip('"').removesuffix("-gzip")
