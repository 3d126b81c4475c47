"""What a handler may return beside a struct of the contract: bytes that are no struct.

Each says its media type and schema, so that the documentation comes of the annotation.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text."""

    text: str
    content_type: ClassVar[str] = "text/plain; charset=utf-8"
    schema: ClassVar[dict[str, Any]] = {"type": "string"}


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook as nbformat JSON."""

    data: bytes
    content_type: ClassVar[str] = "application/json"
    schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "description": "A notebook, as nbformat 4 has it.",
    }


@dataclass(frozen=True, slots=True)
class Document:
    """JSON that describes other JSON."""

    data: bytes
    content_type: ClassVar[str] = "application/json"
    schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "description": "An OpenAPI 3.1 document.",
    }


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a notebook, which never changes."""

    data: bytes
    content_type: ClassVar[str] = "application/json"
    schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "description": "A cell without its outputs, an output, or the notebook without "
        "its cells, as nbformat 4 has them.",
    }


@dataclass(frozen=True, slots=True)
class Csv:
    """A file of comma-separated values, part after part."""

    file_name: str
    parts: AsyncIterator[str]
    content_type: ClassVar[str] = "text/csv; charset=utf-8"
    schema: ClassVar[dict[str, Any]] = {"type": "string"}


@dataclass(frozen=True, slots=True)
class File:
    """The first `size_bytes` of a file that never changes, known by `etag`."""

    path: Path
    size_bytes: int
    etag: str
    shown_as: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: ClassVar[str] = "*/*"
    schema: ClassVar[dict[str, Any]] = {}


Whole = Text | Notebook | Document | Piece
"""Those that are in memory as a whole."""
