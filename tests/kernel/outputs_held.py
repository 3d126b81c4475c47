"""What a reader of the journal makes of the outputs in it."""

from typing import Any

from trackbook.events import ExecutionStarted, Output, OutputsChanged


def outputs_of(journal: Any, source: str) -> list[Output]:
    """The outputs of the last execution of a source."""
    executions = [e for e in journal.of(ExecutionStarted) if e.source == source]
    if not executions:
        return []
    return outputs_by_execution(journal).get(executions[-1].execution_id, [])


def outputs_by_execution(journal: Any) -> dict[str, list[Output]]:
    found: dict[str, list[Output]] = {}
    for event in journal.of(OutputsChanged):
        held = found.setdefault(event.execution_id, [])
        held[event.first : event.first + len(event.outputs)] = event.outputs
        del held[event.count :]
    return found


def texts(outputs: list[Output]) -> list[tuple[str, str]]:
    return [
        (output.name or output.kind, output.text or output.data.get("text/plain", ""))
        for output in outputs
    ]


def on_a_terminal(text: str) -> str:
    """The plain model: a grid of characters and a cursor."""
    lines: list[list[str]] = [[]]
    column = 0
    for character in text:
        if character == "\n":
            lines.append([])
            column = 0
        elif character == "\r":
            column = 0
        elif character == "\b":
            column = max(0, column - 1)
        else:
            lines[-1][column : column + 1] = [character]
            column += 1
    return "\n".join("".join(line) for line in lines)
