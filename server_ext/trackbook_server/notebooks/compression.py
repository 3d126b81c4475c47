"""Compressed bytes in the store: how they are made, and read within a bound.

What is read may be damaged, or made to unfold into more than fits in memory: a frame
says how large its content is, and nothing that says otherwise is unfolded.
"""

import zstandard

_LEVEL = 3
_LOOSE_LEVEL = -5
"""Repeats are found, the rest is kept as it is: unfolding costs next to nothing."""

_LARGE = 4096
_WORTHWHILE = 0.7
"""What is not made smaller than this share is not squeezed tighter: of base64 a quarter
of the room would cost twelve times the time to unfold it."""


class Damaged(ValueError):
    """Bytes that are not what was stored; the message says in which way."""


def squeeze(data: bytes, beside: bytes | None = None) -> bytes:
    """Compress `data`; `beside` is what it mostly repeats, and needed to read it."""
    packed = _compress(data, _LEVEL, beside)
    if len(data) > _LARGE and len(packed) > _WORTHWHILE * len(data):
        return _compress(data, _LOOSE_LEVEL, beside)
    return packed


def unfold(
    packed: bytes,
    max_bytes: int,
    beside: bytes | None = None,
    using: zstandard.ZstdDecompressor | None = None,
) -> bytes:
    """Return what `squeeze` was given; `using` saves making one. Raises Damaged."""
    try:
        size = zstandard.frame_content_size(packed)
        if not 0 <= size <= max_bytes:
            raise Damaged(f"it claims to hold {size:,} bytes, at most {max_bytes:,}")
        using = using or zstandard.ZstdDecompressor(dict_data=_raw(beside))
        return using.decompress(packed)
    except (zstandard.ZstdError, MemoryError) as error:
        raise Damaged(f"it can't be decompressed ({error})") from error


def _compress(data: bytes, level: int, beside: bytes | None) -> bytes:
    return zstandard.ZstdCompressor(
        level, dict_data=_raw(beside), write_checksum=True
    ).compress(data)


def _raw(data: bytes | None) -> zstandard.ZstdCompressionDict | None:
    if not data:
        return None
    return zstandard.ZstdCompressionDict(data, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
