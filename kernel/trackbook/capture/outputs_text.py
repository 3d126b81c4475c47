"""The text of a stream as it stands on a screen, within a bound.

Pure. Carriage returns and backspaces are folded line by line, so that a progress bar is
its last state; of a long text the head and the tail are kept.
"""

import re
from typing import NamedTuple

HEAD_CHARACTERS = 64 * 1024
TAIL_CHARACTERS = 64 * 1024

_MAX_LINE = 16 * 1024
"""A line that goes on longer is no progress bar: what there is of it stays as it is."""

_PIECE = 256 * 1024
_WHOLE_LINE = 2 * 1024
"""So far a cut is moved to the next end of a line."""

# One cell of a terminal's line: what colours it, and the character itself.
_CELLS = re.compile(r"(\x1b\[[0-9;?]*[A-Za-z])|([\s\S])")
_ERASE = re.compile(r"\x1b\[([0-2]?)K")


class Shown(NamedTuple):
    """A text and what was left out of it at `head_length` (characters)."""

    text: str
    omitted_bytes: int
    head_length: int


def fold_line(line: str) -> tuple[str, int]:
    """Return a line as a terminal shows it, and how many characters the cursor is in.

    A carriage return goes to its beginning, a backspace one back; what follows is
    written over what stood there.
    """
    if "\b" not in line and "\x1b" not in line:
        shown = ""
        part = ""
        for part in line.split("\r"):
            shown = part + shown[len(part) :]
        return shown, len(part)
    cells: list[str] = []
    cursor = 0
    style = ""
    for match in _CELLS.finditer(line):
        sequence, character = match.groups()
        if sequence is not None:
            erase = _ERASE.fullmatch(sequence)
            if erase is None:
                style += sequence
            elif erase[1] == "2":
                cells = [" "] * cursor
            elif erase[1] == "1":
                cells[:cursor] = [" "] * cursor
            else:
                del cells[cursor:]
        elif character == "\r":
            cursor = 0
        elif character == "\b":
            cursor = max(0, cursor - 1)
        else:
            if cursor < len(cells):
                cells[cursor] = style + character
            else:
                cells.append(style + character)
            style = ""
            cursor += 1
    at = len("".join(cells[:cursor]))
    shown = "".join(cells)
    if style:
        shown = shown[:at] + style + shown[at:]
        at += len(style)
    return shown, at


def _fold(text: str) -> str:
    """Return whole lines folded."""
    if not _moves(text):
        return text
    return "\n".join(
        fold_line(line)[0] if _moves(line) else line for line in text.split("\n")
    )


def _moves(text: str) -> bool:
    """Tell whether a text moves the cursor within its line."""
    if "\r" in text or "\b" in text:
        return True
    return "\x1b" in text and _ERASE.search(text) is not None


def count_bytes(text: str) -> int:
    """Return the length of `text` in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


class StreamText:
    """What was written to one stream, piece by piece, in bounded memory."""

    __slots__ = ("_head", "_is_full", "_line", "_omitted", "_tail")

    def __init__(self) -> None:
        self._head = ""
        self._is_full = False
        self._tail = ""
        self._omitted = 0
        self._line = ""
        """The unfinished last line, such that folding it again changes nothing."""

    def write(self, text: str) -> None:
        """Append a piece."""
        if len(text) > _PIECE:  # the other threads want their turn
            for start in range(0, len(text), _PIECE):
                self.write(text[start : start + _PIECE])
            return
        text = self._line + text if self._line else text
        end = text.rfind("\n") + 1
        line = text[end:]
        if _moves(line):
            shown, cursor = fold_line(line)
            line = shown if cursor == len(shown) else f"{shown}\r{shown[:cursor]}"
        if len(line) > _MAX_LINE:
            text, end, line = text[:end] + fold_line(line)[0], len(text), ""
        self._line = line
        if end:
            self._add(_fold(text[:end]))

    def _add(self, text: str) -> None:
        if not self._is_full:
            room = HEAD_CHARACTERS - len(self._head)
            if len(text) <= room:
                self._head += text
                return
            self._is_full = True
            at = text.rfind("\n", max(0, room - _WHOLE_LINE), room) + 1
            if not at and (room > _WHOLE_LINE or self._head[-1:] != "\n"):
                at = room
            self._head += text[:at]
            text = text[at:]
        dropped = len(self._tail) + len(text) - TAIL_CHARACTERS
        if dropped <= 0:
            self._tail += text
        elif dropped <= len(self._tail):
            self._omitted += count_bytes(self._tail[:dropped])
            self._tail = self._tail[dropped:] + text
        else:
            dropped -= len(self._tail)
            self._omitted += count_bytes(self._tail) + count_bytes(text[:dropped])
            self._tail = text[dropped:]

    @property
    def ends_within_line(self) -> bool:
        """Whether its last line may go on."""
        return bool(self._line)

    @property
    def size(self) -> int:
        """How many characters are held."""
        return len(self._head) + len(self._tail) + len(self._line)

    def show(self, most: int = HEAD_CHARACTERS) -> Shown:
        """Return the text as it stands, its head and tail of `most` characters each."""
        line = fold_line(self._line)[0] if _moves(self._line) else self._line
        head, tail, omitted = self._head, self._tail + line, self._omitted
        if not omitted and len(head) + len(tail) <= 2 * most:
            return Shown(head + tail, 0, 0)
        whole = head + tail if not omitted else ""
        if whole and len(head) < most:  # the head was cut at the end of a line
            head, tail = whole[:most], whole[most:]
        if len(head) > most:
            omitted += count_bytes(head[most:])
            head = head[:most]
        at = max(0, len(tail) - most)
        if at or omitted:  # a cut line tells nothing
            at = tail.find("\n", at, at + _WHOLE_LINE) + 1 or at
            omitted += count_bytes(tail[:at])
            tail = tail[at:]
        return Shown(head + tail, omitted, len(head))
