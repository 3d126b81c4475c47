"""Whether the process that wrote a journal still lives.

Only for writers of this host and boot: of others nothing is known, and nothing said.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from typing import Literal, Protocol

from trackbook_server.store.ownership import boot_id, is_process_alive

Life = Literal["alive", "gone", "unknown"]


class Writer(Protocol):
    """What a journal's header says of the process that writes it."""

    @property
    def host(self) -> str:
        """The host's name."""

    @property
    def boot_id(self) -> str:
        """What names the host's boot; empty where the system has no word."""

    @property
    def pid(self) -> int | None:
        """The process; None where it is not told."""

    @property
    def pid_started_at(self) -> float:
        """When it started, in seconds since the epoch; 0 where it is not known."""

    @property
    def pid_started_boot_ms(self) -> int | None:
        """When it started, in milliseconds since the boot; None where not told."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where this process runs: whose pids it can look at."""

    host: str
    boot_id: str

    def look_at(self, writer: Writer) -> Life:
        """Return whether that writer's process lives."""
        if writer.host != self.host or writer.pid is None:
            return "unknown"
        if writer.boot_id and self.boot_id and writer.boot_id != self.boot_id:
            return "gone"
        lives = is_process_alive(
            writer.pid, writer.pid_started_at, writer.pid_started_boot_ms
        )
        return "alive" if lives else "gone"


def get_machine() -> Machine:
    """Return the machine of this process; `boot_id` is empty where none is told."""
    return Machine(platform.node(), boot_id())
