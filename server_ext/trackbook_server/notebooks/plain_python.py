"""Plain Python of what a cell says to IPython: magics and shell lines taken out.

Pure: nothing is imported, asked or executed. Lines keep their numbers.
"""

import ast
import re
from dataclasses import dataclass

from trackbook_server.notebooks.known_code import words

MAX_SOURCE = 200_000
"""Longer sources are not looked into."""

_HARMLESS = words(
    "matplotlib load_ext reload_ext config precision who whos who_ls pinfo "
    "pinfo2 pdoc psource pwd ls pip conda mamba uv track time timeit env_info "
    "autosave lsmagic magic quickref history hist xmode colors pprint "
    "pylab_off"
)
_TIMED = frozenset({"time", "timeit", "prun"})
_CELL_TIMED = frozenset({"time", "track", "capture", "prun"})
_SHOWN = frozenset({"html", "HTML", "javascript", "js", "latex", "markdown", "svg"})
_LOOKING = words(
    "ls pwd echo cat head tail wc pip pip3 conda nvidia-smi which date du df "
    "free lscpu uname whoami"
)
_LINE = re.compile(
    r"^(?P<indent>\s*)(?P<bound>[\w, ]+=\s*)?(?P<mark>[%!?]+)(?P<rest>.*)$"
)
_HELP = re.compile(r"^\s*%{0,2}[\w.*]+\?{1,2}\s*$")
_OPTIONS = re.compile(r"^(?:-\w+(?:\s*\d+)?\s+)+")


@dataclass(frozen=True, slots=True)
class Plain:
    """A cell's syntax tree, None where it has none that can be read.

    `text` is what it is the tree of. `unchecked` says what was taken out that may do
    anything.
    """

    tree: ast.Module | None
    unchecked: tuple[str, ...] = ()
    text: str = ""


def to_plain(source: str) -> Plain:
    """Return the cell's tree with everything that is not Python taken out."""
    if len(source) > MAX_SOURCE:
        return Plain(None, ("a cell of more than 200,000 characters",))
    if "\0" in source:
        return Plain(None, ("a cell that is not Python",))
    first = source.lstrip()
    if first.startswith("%%"):
        return _cell_magic(source)
    tree = _parse(source)
    if tree is not None:
        return Plain(tree, (), source)
    return _lines(source)


def _cell_magic(source: str) -> Plain:
    before, _, rest = source.partition("%%")
    line, _, body = rest.partition("\n")
    name, *arguments = line.split() or [""]
    if name in _SHOWN:
        return Plain(ast.Module([], []))
    if name not in _CELL_TIMED:
        return Plain(None, (f"%%{name}",))
    head = "\n" * before.count("\n")
    bound = [word for word in arguments if word.isidentifier()]
    if name == "capture" and bound:
        head += f"{bound[0]} = ()"
    return to_plain(f"{head}\n{body}")


def _lines(source: str) -> Plain:
    unchecked: list[str] = []
    kept: list[str] = []
    continues = False
    for line in source.split("\n"):
        if continues:
            kept.append("")
            continues = line.endswith("\\")
            continue
        if _HELP.match(line):
            kept.append(_pass(line))
            continue
        found = _LINE.match(line)
        if found is None:
            kept.append(line)
            continue
        continues = line.endswith("\\")
        kept.append(_replace(found, unchecked))
    text = "\n".join(kept)
    tree = _parse(text)
    if tree is None:
        return Plain(None, (*unchecked, "code that this Python can't read"))
    return Plain(tree, tuple(unchecked), text)


def _replace(found: re.Match[str], unchecked: list[str]) -> str:
    indent, bound, mark, rest = (
        found["indent"],
        found["bound"] or "",
        found["mark"],
        found["rest"],
    )
    command = rest.strip()
    name = command.split()[0] if command else ""
    if mark == "%" and name in _TIMED:
        code = _OPTIONS.sub("", command[len(name) :].strip() + " ").strip()
        return f"{indent}{bound}{code}" if code else f"{indent}pass"
    if mark == "%" and name in _HARMLESS:
        return f"{indent}{bound}()" if bound else f"{indent}pass"
    if mark in ("!", "!!"):
        plain = not re.search(r"[>|;&`$]", command)
        if not (plain and name in _LOOKING):
            unchecked.append(f"the shell line !{name}")
    elif mark.startswith("%"):
        unchecked.append(f"{mark}{name}")
    return f"{indent}{bound}object()" if bound else f"{indent}pass"


def _pass(line: str) -> str:
    return f"{line[: len(line) - len(line.lstrip())]}pass"


def _parse(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
