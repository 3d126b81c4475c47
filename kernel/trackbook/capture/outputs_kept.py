"""The outputs of executions as a notebook would hold them.

Pure: applies what the front end is told (streams, displays, updates, clearings), and
knows which places changed since they were last taken.
"""

import time
from collections import deque
from typing import Any, NamedTuple

import msgspec

from trackbook.capture.outputs_text import StreamText
from trackbook.capture.states import ExecutionState
from trackbook.events import OutputKind

MAX_OUTPUTS = 1000
"""So many an execution keeps; the last place then says how many were left out."""

_MAX_EXECUTIONS = 2000
_MAX_WHOLE = 50
"""Of so many executions that are over the texts are held for what comes late."""

_MAX_DISPLAYS = 10_000


class Stream:
    """One stream output."""

    __slots__ = ("name", "replaced", "text", "written_at")

    def __init__(self, name: str) -> None:
        self.name = name
        self.text = StreamText()
        self.replaced = 0
        self.written_at = 0.0

    def may_grow(self, still: float) -> bool:
        """Tell whether its last word may be half of one: not `still` since then."""
        return self.written_at > still and self.text.ends_within_line


class Bundle:
    """One display or result, not looked into yet."""

    __slots__ = ("data", "kind", "metadata")

    def __init__(self, kind: OutputKind, data: Any, metadata: Any) -> None:
        self.kind: OutputKind = kind
        self.data = data
        self.metadata = metadata


Held = Stream | Bundle | None
"""An output at its place; None is one that was journaled and let go."""


class Kept:
    """The outputs of one execution."""

    __slots__ = (
        "changed",
        "clears_first",
        "due",
        "execution",
        "has_displays",
        "left_out",
        "outputs",
        "said_count",
    )

    def __init__(self, execution: ExecutionState) -> None:
        self.execution = execution
        self.outputs: list[Held] = []
        self.changed: set[int] = set()
        self.clears_first = False
        self.left_out = 0
        self.has_displays = False
        self.said_count = 0
        """How many outputs the journal says there are."""

        self.due = 0.0
        """When what changed is journaled next, by a monotonic clock."""

    def clear(self) -> None:
        """Let there be no outputs."""
        self.clears_first = False
        self.outputs.clear()
        self.changed.clear()
        self.left_out = 0

    def write(self, name: str, text: str) -> None:
        """Append to the stream at the end, or begin one."""
        last = self.outputs[-1] if self.outputs else None
        if not isinstance(last, Stream) or last.name != name:
            last = Stream(name)
            if self.add(last) is None:
                return
        last.text.write(text)
        last.written_at = time.monotonic()
        self.changed.add(len(self.outputs) - 1)

    def add(self, output: Stream | Bundle) -> int | None:
        """Append an output and return its place, None where it has none."""
        at = len(self.outputs)
        if at >= MAX_OUTPUTS:
            self._leave_out()
            return None
        self.outputs.append(output)
        self.changed.add(at)
        return at

    def _leave_out(self) -> None:
        self.left_out += 1
        at = MAX_OUTPUTS
        said = f"… {self.left_out:,} more outputs were left out …"
        note = Bundle(
            "display_data",
            {"text/plain": said},
            {"trackbook": {"omitted_outputs": self.left_out}},
        )
        self.outputs[at:] = [note]
        self.changed.add(at)


class Content(msgspec.Struct):
    """What is read of a message's content, of whichever type."""

    name: str = ""
    text: str = ""
    data: Any = None
    metadata: Any = None
    transient: Any = None
    wait: bool = False
    comm_id: str = ""


class _Place(NamedTuple):
    """Where a display stands that may be updated."""

    kept: Kept
    at: int
    kind: OutputKind


_OF_ANY = frozenset({"comm_msg", "update_display_data"})
_SHOWN: dict[str, OutputKind] = {
    "display_data": "display_data",
    "execute_result": "execute_result",
}


class Notebook:
    """The executions of one recording by their key: a request's id, or their own."""

    def __init__(self) -> None:
        self.changed: dict[Kept, None] = {}
        """Those whose outputs are not what the journal says."""

        self._executions: dict[str, Kept | ExecutionState] = {}
        """What is kept of an execution; itself until it shows something."""

        self._over: deque[str] = deque()
        self._places: dict[str, list[_Place]] = {}
        self._takers: dict[str, list[str]] = {}
        """Requests whose outputs go into Output widgets, and these."""

    def follow(self, key: str, execution: ExecutionState) -> None:
        """Hold the outputs of an execution that begins."""
        self._executions[key] = execution
        if len(self._executions) > _MAX_EXECUTIONS:
            for old in list(self._executions)[: _MAX_EXECUTIONS // 4]:
                kept = self._executions.pop(old)
                if type(kept) is Kept:
                    self._forget_places(kept)

    def ended(self, key: str) -> None:
        """An execution is over; after many others its texts are let go."""
        if key not in self._executions:
            return
        self._over.append(key)
        while len(self._over) > _MAX_WHOLE:
            old = self._over.popleft()
            kept = self._executions.get(old)
            if type(kept) is not Kept:
                continue
            if kept in self.changed:
                self._over.append(old)
                break
            kept.outputs[:] = [None] * len(kept.outputs)

    def show_again(self, kept: Kept, at: int) -> None:
        """What is held at a place shows something else by itself."""
        kept.changed.add(at)
        self.changed[kept] = None

    def told(self, kept: Kept, but: set[int]) -> None:
        """The journal says what an execution's outputs are, `but` for some places."""
        kept.changed = but
        kept.said_count = len(kept.outputs)
        if not but:
            self.changed.pop(kept, None)

    def wants(self, key: str, kind: str) -> bool:
        """Tell whether a message is worth looking into."""
        return kind in _OF_ANY or key in self._executions

    def write(self, key: str, name: str, text: str) -> None:
        """An execution wrote to a stream."""
        kept = self._find(key)
        if kept is not None:
            if kept.clears_first:
                self._clear(kept)
            kept.write(name, text)
            self.changed[kept] = None

    def apply(self, key: str, kind: str, content: Content) -> None:
        """Apply what a front end was told about an execution."""
        if kind == "comm_msg":
            self._take(content)
            return
        if kind == "stream":
            self.write(key, content.name, content.text)
            return
        if kind == "update_display_data":
            self._update(content)
            return
        kept = self._find(key)
        if kept is None:
            return
        if kind == "clear_output":
            kept.clears_first = content.wait
            if not content.wait:
                self._clear(kept)
            return
        if kept.clears_first:
            self._clear(kept)
        if kind in _SHOWN:
            self._show(kept, _SHOWN[kind], content)

    def _find(self, key: str) -> Kept | None:
        if self._takers.get(key):
            return None
        found = self._executions.get(key)
        if isinstance(found, ExecutionState):
            found = self._executions[key] = Kept(found)
        return found

    def _show(self, kept: Kept, kind: OutputKind, content: Content) -> None:
        display_id = _display_id(content)
        if display_id is not None:
            self._update(content)
        at = kept.add(Bundle(kind, content.data, content.metadata))
        self.changed[kept] = None
        if display_id is not None and at is not None:
            if len(self._places) >= _MAX_DISPLAYS and display_id not in self._places:
                del self._places[next(iter(self._places))]
            self._places.setdefault(display_id, []).append(_Place(kept, at, kind))
            kept.has_displays = True

    def _update(self, content: Content) -> None:
        """Let every display of an id, of whichever cell, show something else."""
        for kept, at, kind in self._places.get(_display_id(content) or "", ()):
            kept.outputs[at] = Bundle(kind, content.data, content.metadata)
            kept.changed.add(at)
            self.changed[kept] = None

    def _clear(self, kept: Kept) -> None:
        kept.clear()
        self.changed[kept] = None
        self._forget_places(kept)

    def _forget_places(self, kept: Kept) -> None:
        if kept.has_displays:
            kept.has_displays = False
            for display_id, places in list(self._places.items()):
                places[:] = [place for place in places if place.kept is not kept]
                if not places:
                    del self._places[display_id]

    def _take(self, content: Content) -> None:
        """An Output widget takes the outputs of a request, or gives them back."""
        state = content.data.get("state") if isinstance(content.data, dict) else None
        if not isinstance(state, dict) or not isinstance(state.get("msg_id"), str):
            return
        for key, takers in list(self._takers.items()):
            if content.comm_id in takers:
                takers.remove(content.comm_id)
            if not takers:
                del self._takers[key]
        if state["msg_id"]:
            self._takers.setdefault(state["msg_id"], []).append(content.comm_id)


def _display_id(content: Content) -> str | None:
    found = content.transient
    name = found.get("display_id") if isinstance(found, dict) else None
    return name if isinstance(name, str) else None
