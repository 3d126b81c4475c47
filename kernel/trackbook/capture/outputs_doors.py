"""Where a shell's outputs pass: one door for kernels, one for any other shell.

In a kernel every message to the front ends goes through its IOPub thread, streams in
batches, also those of subprocesses and of forked children. What a front end is told is
what is kept, under the request that the front end shows it with; on the cell's path
that costs one append a message. A plain shell prints: its streams, its display
publisher and its display hook are listened to.
"""

import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

import msgspec

from trackbook.capture.guard import attempt
from trackbook.capture.outputs import Door, Outputs

_SKIPPED = (b".status", b".execute_input")
_MUTED = ""
_LONG = 16 * 1024
_NAMES = ("stdout", "stderr")
_BOTH = frozenset(_NAMES)
_MASKED = "········"


class ShellsDoor(Door, Protocol):
    """What `cells.py` asks of either."""

    def install(self) -> None:
        """Begin to listen."""

    def enter(self, execution_id: str, message_id: str | None) -> str:
        """An execution begins on this thread; returns the key of its outputs."""

    def leave(self) -> None:
        """The execution of this thread is over."""


def make_door(shell: Any, outputs: Outputs) -> ShellsDoor:
    """Return the door of a shell."""
    kernel = getattr(shell, "kernel", None)
    if getattr(kernel, "iopub_thread", None) is not None:
        return KernelDoor(kernel, outputs)
    return ShellDoor(shell, outputs)


class _Listener:
    """A method of one object that also tells us, until `remove`."""

    def __init__(
        self, owner: Any, name: str, wrap: Callable[[Callable[..., Any]], Any]
    ) -> None:
        self._owner = owner
        self._name = name
        self._before = vars(owner).get(name)
        self._mine = wrap(getattr(owner, name))
        setattr(owner, name, self._mine)

    def remove(self) -> None:
        """Put back what was there, unless someone wrapped it in turn."""
        if vars(self._owner).get(self._name) is self._mine:
            if self._before is None:
                delattr(self._owner, self._name)
            else:
                setattr(self._owner, self._name, self._before)


class KernelDoor:
    """Listens to what an ipykernel sends to its front ends."""

    def __init__(self, kernel: Any, outputs: Outputs) -> None:
        self._kernel = kernel
        self.outputs = outputs
        self._listeners: list[_Listener] = []

    def install(self) -> None:
        """Begin to listen."""
        kernel = self._kernel
        for owner, name, wrap in (
            (kernel.iopub_thread, "send_multipart", self._sent),
            (kernel, "raw_input", self._asked),
            (kernel, "getpass", self._asked_secretly),
        ):
            self._listeners.append(_Listener(owner, name, wrap))

    def uninstall(self) -> None:
        """Listen no more."""
        while self._listeners:
            self._listeners.pop().remove()

    def flush(self) -> None:
        """Have the kernel send what was printed."""
        for stream in (sys.stdout, sys.stderr):
            stream.flush()

    def enter(self, execution_id: str, message_id: str | None) -> str:
        """Outputs name the request."""
        return message_id or execution_id

    def leave(self) -> None:
        """Nothing to do: what comes late names its request as well."""

    def _sent(self, send: Callable[..., Any]) -> Callable[..., Any]:
        put = self.outputs.put_message

        def send_multipart(parts: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                if self._listeners and not parts[0].endswith(_SKIPPED):
                    put(parts)
            except Exception as error:
                self.outputs.failed(error)
            return send(parts, *args, **kwargs)

        return send_multipart

    def _asked(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        def raw_input(prompt: Any = "", *args: Any, **kwargs: Any) -> Any:
            answer = ask(prompt, *args, **kwargs)
            attempt(self._echo, prompt, answer, default=None)
            return answer

        return raw_input

    def _asked_secretly(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        def getpass(prompt: Any = "", *args: Any, **kwargs: Any) -> Any:
            answer = ask(prompt, *args, **kwargs)
            attempt(self._echo, prompt, _MASKED, default=None)
            return answer

        return getpass

    def _echo(self, prompt: Any, answer: Any) -> None:
        """Keep what a front end shows of a question once it is answered."""
        header = self._kernel.get_parent("shell").get("header") or {}
        key = header.get("msg_id")
        if key and self._listeners:
            self.outputs.put((key, "stdout", f"{prompt}{answer}\n"))


class _Stream:
    """A standard stream that also tells us; all else is the stream's own.

    In its place rather than on it, because IPython swaps the stream's `write` while a
    cell runs, and back to what it was before. What a cell puts in its place in turn
    is captured by that cell, or written through to here.
    """

    def __init__(self, stream: Any, name: str, door: "ShellDoor") -> None:
        self.stream = stream
        self.door = door
        self.write = self._make_write(name)

    def _make_write(self, name: str) -> Callable[[Any], Any]:
        """Return `write` as one call: programs print a thousand times a cell."""
        stream, door = self.stream, self.door
        find, outputs = door.key.get, door.outputs
        append, stir = outputs.queue.append, outputs.stir

        def write(text: Any) -> Any:
            written = stream.write(text)
            key = find()
            if key is None:
                key = door.find_key()
            if key and door.is_on:
                append((key, name, text))
                if outputs.is_asleep or len(text) > _LONG:
                    try:
                        stir(len(text))
                    except Exception as error:
                        outputs.failed(error)
            return written

        return write

    def writelines(self, lines: Any) -> None:
        """Write one after the other."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


class ShellDoor:
    """Listens to an IPython shell that prints.

    A context variable says whose output it is: tasks inherit it. A thread has none; it
    is of the execution during which it turned up.
    """

    def __init__(self, shell: Any, outputs: Outputs) -> None:
        self._shell = shell
        self.outputs = outputs
        self._listeners: list[_Listener] = []
        self.is_on = False
        self._ours: AbstractSet[str] = set()
        """The standard streams in whose place ours were when the last cell ended."""

        self.key: ContextVar[str | None] = ContextVar("trackbook_output", default=None)
        self._latest = _MUTED
        self._seen: list[threading.Thread] = []
        self._threads: weakref.WeakKeyDictionary[threading.Thread, str] = (
            weakref.WeakKeyDictionary()
        )

    def install(self) -> None:
        """Begin to listen."""
        shell, hook, publisher = (
            self._shell,
            self._shell.displayhook,
            self._shell.display_pub,
        )
        for owner, name, wrap in (
            (publisher, "publish", self._published),
            (publisher, "clear_output", self._cleared),
            (hook, "write_output_prompt", self._unheard),
            (hook, "write_format_data", self._resulted),
            (hook, "finish_displayhook", self._unheard),
            (shell, "_showtraceback", self._unheard),
        ):
            self._listeners.append(_Listener(owner, name, wrap))
        self.is_on = True
        self._ours = _BOTH
        self._take_streams()
        self._find_threads(_MUTED)

    def uninstall(self) -> None:
        """Listen no more."""
        while self._listeners:
            self._listeners.pop().remove()
        self.is_on = False
        for name in _NAMES:
            stream = getattr(sys, name)
            if self._is_ours(stream):
                setattr(sys, name, stream.stream)

    def flush(self) -> None:
        """Nothing is held back."""

    def enter(self, execution_id: str, message_id: str | None) -> str:
        """What this context prints is the execution's."""
        self._take_streams()
        self._find_threads(self._latest)
        self.key.set(execution_id)
        self._latest = execution_id
        return execution_id

    def leave(self) -> None:
        """What the shell prints between cells is nobody's."""
        self.key.set(_MUTED)
        if self._are_ours():
            self._ours = _BOTH
        else:
            self._ours = {name for name in _NAMES if self._is_ours(getattr(sys, name))}

    def _take_streams(self) -> None:
        """Be in the streams' place, also after a host put others there between cells.

        Where a cell did that, its output is captured.
        """
        if self._are_ours():
            return
        for name in self._ours:
            stream = getattr(sys, name)
            if not self._is_ours(stream):
                setattr(sys, name, _Stream(stream, name, self))

    def _are_ours(self) -> bool:
        out, err = sys.stdout, sys.stderr
        return type(out) is type(err) is _Stream and out.door is err.door is self

    def _is_ours(self, stream: Any) -> bool:
        return type(stream) is _Stream and stream.door is self

    def _find_threads(self, key: str) -> None:
        found = threading.enumerate()
        if found != self._seen:
            self._seen = found
            for thread in found:
                self._threads.setdefault(thread, key)

    def find_key(self) -> str:
        """Return whose output is printed here; empty: nobody's."""
        if not self.is_on:
            return _MUTED
        key = self.key.get()
        if key is None:
            key = self._threads.get(threading.current_thread(), self._latest)
        return key

    def _tell(self, item: Any) -> None:
        """Tell a piece of output; who printed it does not notice how that went."""
        try:
            self.outputs.put(item)
        except Exception as error:
            self.outputs.failed(error)

    @contextmanager
    def _muted(self) -> Iterator[str]:
        """Give the key, and don't listen to how it is printed."""
        key = self.find_key()
        token = self.key.set(_MUTED)
        try:
            yield key
        finally:
            self.key.reset(token)

    def _unheard(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            with self._muted():
                return method(*args, **kwargs)

        return call

    def _published(self, publish: Callable[..., Any]) -> Callable[..., Any]:
        def tell(data: Any, metadata: Any = None, *args: Any, **kwargs: Any) -> Any:
            with self._muted() as key:
                done = publish(data, metadata, *args, **kwargs)
            kind = "update_display_data" if kwargs.get("update") else "display_data"
            self._put(key, kind, data, metadata, kwargs.get("transient"))
            return done

        return tell

    def _resulted(self, write: Callable[..., Any]) -> Callable[..., Any]:
        def tell(data: Any, metadata: Any = None) -> Any:
            with self._muted() as key:
                done = write(data, metadata)
            self._put(key, "execute_result", data, metadata, None)
            return done

        return tell

    def _cleared(self, clear: Callable[..., Any]) -> Callable[..., Any]:
        def tell(wait: bool = False) -> Any:
            with self._muted() as key:
                done = clear(wait)
            if key:
                self._tell((key, "clear_output", _encode({"wait": bool(wait)})))
            return done

        return tell

    def _put(
        self, key: str, kind: str, data: Any, metadata: Any, transient: Any
    ) -> None:
        """Keep a mime bundle as it is now: who made it may change it."""
        if key:
            content = {"data": data, "metadata": metadata, "transient": transient}
            encoded = attempt(_encode, content, default=None)
            if encoded is not None:
                self._tell((key, kind, encoded))


_encode = msgspec.json.Encoder(enc_hook=str).encode
