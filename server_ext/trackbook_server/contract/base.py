"""What the other modules of the contract stand on."""

from typing import Literal

import msgspec

API_VERSION = "1"
"""Grows when something that was there is gone or means another thing, never when
something is added."""

Number = float | str
"""A float, or "NaN", "Infinity", "-Infinity"."""

Direction = Literal["higher", "lower"]


class Reply(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The base of everything that is answered.

    An answer is a tree, so the collector of cycles need not look at its structs.
    """


class BlobRef(Reply, frozen=True, kw_only=True):
    """Where the bytes are: `runs/{run_id}/blobs/{sha256}`."""

    sha256: str
    size_bytes: int
