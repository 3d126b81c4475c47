"""File names for restored notebooks: what a person would call them, safe everywhere.

Pure: looks at no file.
"""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import PurePath

SUFFIX = ".ipynb"
MAX_NAME_BYTES = 180
"""Below the 255 bytes of common file systems, with room for a counter and copies."""

_RESERVED = frozenset(
    [
        "con",
        "prn",
        "aux",
        "nul",
        *(f"{p}{n}" for p in ("com", "lpt") for n in range(10)),
    ]
)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_JOINER = "\u200d"
_INVISIBLE = ("Cc", "Cs", "Cf")
_BLANKS = re.compile(r"\s+")


def copy_name(notebook_path: str | None, run_name: str) -> str:
    """Return the name of a copy: `churn (lr 0.003).ipynb`."""
    stem = PurePath(notebook_path).stem if notebook_path else "notebook"
    stem = safe_stem(stem, MAX_NAME_BYTES // 2) or "notebook"
    said = safe_stem(run_name, MAX_NAME_BYTES // 2)
    return f"{stem} ({said}){SUFFIX}" if said else f"{stem} (copy){SUFFIX}"


def safe_stem(text: str, max_bytes: int = MAX_NAME_BYTES) -> str:
    """Return `text` as a part of a file name on Linux, macOS and Windows; may be empty.

    Separators and what file systems or shells of one of them refuse become a hyphen;
    emoji and letters of any script stay.
    """
    text = _BLANKS.sub(" ", unicodedata.normalize("NFC", text))
    text = "".join(
        character
        for character in text
        if character == _JOINER or unicodedata.category(character) not in _INVISIBLE
    )
    text = _FORBIDDEN.sub("-", _BLANKS.sub(" ", text))
    text = text.strip(" .-")
    text = text.encode()[:max_bytes].decode(errors="ignore").rstrip(" .-")
    if text.split(".")[0].lower() in _RESERVED:
        return f"{text}-"
    return text


def numbered(name: str) -> Iterator[str]:
    """Yield `name`, then with " 2", " 3", … before its suffix, without end."""
    yield name
    path = PurePath(name)
    count = 2
    while True:
        yield str(path.with_name(f"{path.stem} {count}{path.suffix}"))
        count += 1
