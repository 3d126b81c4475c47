"""Reads a told history: what a person executed, and the runs that they would draw.

See README.md in this folder for how one is written.
"""

import ast
import re
import shlex
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

TIMES = "\N{MULTIPLICATION SIGN}"
_NONE = " \N{EN DASH}"
_FENCE = re.compile(r"~~~python (.+)\n((?:.*\n)*?)~~~$", re.MULTILINE)
_LINE = re.compile(r"^> (.+)$", re.MULTILINE)
_ROW = re.compile(r"^\|(.+)\|$", re.MULTILINE)
_QUIET = re.compile(r"^Without result: (\d+)$", re.MULTILINE)
_WRONG = re.compile(r"^Not yet as drawn: (.+(?:\n\S.*)*)$", re.MULTILINE)


@dataclass(frozen=True)
class Cell:
    """A cell as it is now, and what is done with it.

    `interrupted_at` is what it prints when the person interrupts it.
    """

    name: str
    source: str
    tags: tuple[str, ...] = ()
    typed_only: bool = False
    in_console: bool = False
    notebook: str | None = None
    interrupted_at: str | None = None


@dataclass(frozen=True)
class Command:
    """What a person does besides typing cells: `run train`, `restart`, …"""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Drawn:
    """A run as a person would draw it. `main` is None where there is no score.

    Where `more_params` it may have others than those that were said. A score's key `*`
    stands for any.
    """

    status: str
    times: int
    params: dict[str, Any]
    main: tuple[str, str] | None
    cells: tuple[str, ...]
    notebook: str = ""
    more_params: bool = False

    def is_as(self, found: "Drawn") -> bool:
        """Tell whether a run that was recorded is this one."""
        params = found.params
        if self.more_params:
            params = {key: params[key] for key in self.params if key in params}
        main = found.main
        if main is not None and self.main is not None and self.main[0] == "*":
            main = ("*", main[1])
        told = replace(self, more_params=False)
        return replace(found, params=params, main=main) == told


@dataclass(frozen=True)
class History:
    """One history, whole."""

    name: str
    steps: list[Cell | Command]
    drawn: list[Drawn] = field(default_factory=list)
    without_result: int = 0
    not_yet: str | None = None


def read_history(path: Path) -> History:
    """Return the history that a file tells."""
    text = path.read_text("utf-8")
    told, _, drawn = text.partition("\n## Runs\n")
    found = [(match.start(), _read_cell(match)) for match in _FENCE.finditer(told)]
    bare = _FENCE.sub(lambda match: " " * len(match[0]), told)
    found += [(match.start(), _read_command(match)) for match in _LINE.finditer(bare)]
    quiet, wrong = _QUIET.search(drawn), _WRONG.search(drawn)
    return History(
        path.stem,
        [step for _, step in sorted(found, key=lambda pair: pair[0])],
        [_read_drawn(row[1]) for row in list(_ROW.finditer(drawn))[2:]],
        int(quiet[1]) if quiet else 0,
        " ".join(wrong[1].split()) if wrong else None,
    )


def _read_cell(match: re.Match[str]) -> Cell:
    name, *rest = shlex.split(match[1])
    options = dict(word.partition("=")[::2] for word in rest)
    return Cell(
        name,
        match[2].removesuffix("\n"),
        tags=tuple(filter(None, options.get("tags", "").split(","))),
        typed_only="typed" in options,
        in_console="console" in options,
        notebook=options.get("in"),
        interrupted_at=options.get("interrupted-at"),
    )


def _read_command(match: re.Match[str]) -> Command:
    name, *words = shlex.split(match[1])
    return Command(name, tuple(words))


def _read_drawn(row: str) -> Drawn:
    status, params, main, cells, *notebook = [part.strip() for part in row.split("|")]
    name, _, times = status.partition(TIMES)
    key, _, value = main.strip(_NONE).rpartition(" ")
    pairs = [
        pair.partition("=") for pair in params.split(";") if pair.strip(_NONE + "…")
    ]
    return Drawn(
        name.strip() or "finished",
        int(times or 1),
        {key.strip(): ast.literal_eval(value.strip()) for key, _, value in pairs},
        (key, value) if key else None,
        tuple(cells.split()),
        notebook[0] if notebook else "",
        more_params="…" in params,
    )
