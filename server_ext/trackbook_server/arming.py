"""One question to one kernel: arm, disarm, obey rules, or say whether you record.

Owns the silent execute request and what its answer means. It knows kernel managers and
messages; it knows no notebook, no intent and no store. The request leaves no trace in
the user's namespace or history: empty code, and expressions that only import.
"""

from __future__ import annotations

import ast
import asyncio
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from queue import Empty
from typing import Any, Literal
from uuid import uuid4

import msgspec
from jupyter_core.utils import ensure_async

from trackbook.events import NameRule

Request = Literal["arm", "disarm", "ask", "rule"]
Names = Mapping[str, NameRule | None]

_IF_LOADED = (
    '__import__("json").dumps(__import__("trackbook").{call}()'
    ' if "trackbook" in __import__("sys").modules else {{"state": "off"}})'
)
"""A kernel that never heard of trackbook must not import it to be asked or disarmed."""

_ARM = (
    '__import__("json").dumps((lambda arm: arm(names={names}) if "names" in '
    '__import__("inspect").signature(arm).parameters else arm())'
    '(__import__("trackbook").arm))'
)
"""A trackbook that is older knows no rules of names."""

_SHARE = '__import__("trackbook.extension").extension.share()'
"""What a trackbook that is older answers to that is not looked at."""

_RULE = (
    '__import__("json").dumps((lambda trackbook, extension: '
    '(getattr(extension, "rule_names", lambda names: None)({names}), '
    "trackbook.recording_state())[1])"
    '(__import__("trackbook"), __import__("trackbook.extension").extension)'
    ' if "trackbook.extension" in __import__("sys").modules else {{"state": "off"}})'
)

_EXPRESSIONS: dict[Request, str] = {
    "arm": _ARM,
    "rule": _RULE,
    "disarm": _IF_LOADED.replace("{call}", "disarm"),
    "ask": _IF_LOADED.replace("{call}", "recording_state"),
}

_BOUND_POLL_SECONDS = 0.01

_WAIT_SECONDS = 60.0
"""How long one wait for a message lasts; then the kernel is looked at and asked on."""


class KernelAnswer(msgspec.Struct, frozen=True):
    """What `trackbook.arm()`, `disarm()` and `recording_state()` say of themselves.

    `home` is where the kernel journals. `reason` says why it cannot record.
    """

    state: Literal["off", "recording", "cannot"]
    version: str = ""
    home: str = ""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a kernel can't record, and the lines that mend it.

    `cure` is for a notebook cell, `terminal_cure` the same for a terminal.
    """

    reason: str
    cure: str | None = None
    terminal_cure: str | None = None


def find_refusal(kernel: Any) -> Refusal | None:
    """Return why this kernel can't record whatever it holds, None where it may.

    `kernel` is a jupyter_client kernel manager.
    """
    spec = getattr(kernel, "kernel_spec", None)
    language = (getattr(spec, "language", "") or "python").lower()
    if language == "python":
        return None
    name = getattr(spec, "display_name", "") or language
    return Refusal(
        f"{name} is not a Python kernel (its language is {language}); "
        "trackbook records Python kernels only so far."
    )


async def send_request(
    kernel: Any,
    request: Request,
    names: Names | None = None,
    *,
    is_shared: bool = False,
) -> KernelAnswer | Refusal:
    """Send one request and wait for its answer, however long the kernel is busy.

    `names` are rules to arm it with, or those that changed. A kernel that `is_shared`
    hears that several notebooks use it.
    Cancel it to give up; the kernel then still answers, to nobody. An answer "aborted"
    (a cell before it raised, and IPython drops what is queued) is asked again.
    """
    await _wait_until_bound(kernel)
    # A session of its own: sockets are named after it, and of two sockets of one name
    # the kernel answers only the first.
    client = kernel.client()
    client.session.session = uuid4().hex
    others = {"iopub": False, "stdin": False, "hb": False, "control": False}
    await ensure_async(client.start_channels(**others))
    try:
        while True:
            message_id = client.execute(
                "",
                silent=True,
                store_history=False,
                user_expressions=_expressions(request, names or {})
                | ({"shared": _SHARE} if is_shared else {}),
                allow_stdin=False,
                stop_on_error=False,
            )
            content = await _reply_to(client, message_id)
            if content.get("status") != "aborted":
                return read_reply(content)
    finally:
        client.stop_channels()


async def _wait_until_bound(kernel: Any) -> None:
    """Wait until a local kernel that is starting listens.

    A socket that is connected before tries again every 100 ms only; the front end's,
    connected later, could then be heard first, and its first cell run unrecorded.
    """
    if getattr(kernel, "transport", "") != "tcp" or not kernel.shell_port:
        return
    while True:
        try:
            _, writer = await asyncio.open_connection(kernel.ip, kernel.shell_port)
        except OSError:
            await asyncio.sleep(_BOUND_POLL_SECONDS)
        else:
            writer.close()
            return


async def _reply_to(client: Any, message_id: str) -> dict[str, Any]:
    """Return the content of the reply to our request."""
    while True:
        try:
            message = await ensure_async(client.get_shell_msg(timeout=_WAIT_SECONDS))
        except Empty:
            continue
        if message["parent_header"].get("msg_id") == message_id:
            content: dict[str, Any] = message["content"]
            return content


def _expressions(request: Request, names: Names) -> dict[str, str]:
    """Return the user expressions; IPython evaluates them in this order.

    Import caches go first, so that a package installed a second ago is found.
    """
    return {
        "caches": '__import__("importlib").invalidate_caches()',
        "executable": '__import__("sys").executable',
        "pip": (
            '__import__("importlib.util").util.find_spec("pip") is not None'
            if request == "arm"
            else "True"
        ),
        "answer": _EXPRESSIONS[request].format(names=ascii(dict(names))),
    }


def read_reply(content: dict[str, Any]) -> KernelAnswer | Refusal:
    """Return what an execute reply's content says."""
    expressions = content.get("user_expressions") or {}
    answer = expressions.get("answer")
    if not isinstance(answer, dict):
        return Refusal(
            "the kernel does not evaluate user expressions, so it can't be asked to "
            "record. Type %load_ext trackbook in a cell instead."
        )
    if answer.get("status") == "ok":
        return _read_answer(_literal(answer))
    return _read_error(
        str(answer.get("ename", "")),
        str(answer.get("evalue", "")),
        str(_literal(expressions.get("executable")) or "python"),
        has_pip=_literal(expressions.get("pip")) is not False,
    )


def _read_answer(text: object) -> KernelAnswer | Refusal:
    """Return the kernel's answer, decoded."""
    try:
        return msgspec.json.decode(str(text), type=KernelAnswer)
    except msgspec.DecodeError as error:
        return Refusal(
            f"the trackbook in the kernel gave an answer that this server can't read "
            f"({error}); they are of too different versions.",
            "%pip install --upgrade trackbook-kernel",
        )


def _read_error(name: str, message: str, executable: str, *, has_pip: bool) -> Refusal:
    """Return what an exception of the request means to a person."""
    if name in ("ModuleNotFoundError", "ImportError") and "'trackbook'" in message:
        reason = (
            f"trackbook is not installed in this kernel's environment ({executable})."
        )
        return _install(reason, executable, has_pip=has_pip)
    if name == "ModuleNotFoundError":
        reason = (
            f"the trackbook in this kernel's environment ({executable}) is not whole: "
            f"{message}."
        )
        return _install(reason, executable, has_pip=has_pip)
    if name == "AttributeError" and "'trackbook'" in message:
        reason = (
            f"the module trackbook that this kernel finds ({executable}) is too old, "
            f"or another one of that name: {message}. "
            "Upgrade it, then restart the kernel."
        )
        return _install(reason, executable, has_pip=has_pip, upgrade=True)
    return Refusal(
        f"the trackbook in this kernel's environment ({executable}) failed: "
        f"{name}: {message}",
        "%load_ext trackbook",
    )


def _install(
    reason: str, executable: str, *, has_pip: bool, upgrade: bool = False
) -> Refusal:
    """Return the refusal with the lines that install into that very environment."""
    options = "--upgrade trackbook-kernel" if upgrade else "trackbook-kernel"
    python = shlex.quote(executable)
    if has_pip:
        terminal = f"{python} -m pip install {options}"
        return Refusal(reason, f"%pip install {options}", terminal)
    terminal = f"uv pip install --python {python} {options}"
    return Refusal(f"{reason} It has no pip either.", f"!{terminal}", terminal)


def _literal(expression: Any) -> object:
    """Return the value that a user expression's plain text stands for, else None."""
    if not isinstance(expression, dict) or expression.get("status") != "ok":
        return None
    try:
        return ast.literal_eval(expression["data"]["text/plain"])
    except (KeyError, ValueError, SyntaxError):
        return None
