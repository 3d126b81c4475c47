"""Rules of names, told to the kernels that record: what to ignore, what to promote.

Owns what each kernel was told. It knows no intents and no runs; which rules hold the
store knows, how a kernel is asked `arming`.
"""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

from trackbook.events import NameRule
from trackbook_server.arming import send_request

Rules = dict[str, NameRule]


class RuledKernels(Protocol):
    """What is asked of the server's kernels."""

    def find_kernel(self, kernel_id: str) -> Any | None:
        """Return jupyter_client's manager of that kernel."""

    async def find_path(self, kernel_id: str) -> str | None:
        """Return its notebook's path, as the store writes it."""


class RuleStore(Protocol):
    """Where rules are kept."""

    async def find_rules(self, kernel_id: str, path: str | None) -> Rules:
        """Return the rules for what that kernel records."""


class Ruling:
    """What the kernels of one server were told."""

    def __init__(self, kernels: RuledKernels, store: RuleStore) -> None:
        self._kernels = kernels
        self._store = store
        self._told: dict[str, Rules] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def find_rules(self, kernel_id: str) -> Rules:
        """Return the rules that hold for that kernel now."""
        path = await self._kernels.find_path(kernel_id)
        return await self._store.find_rules(kernel_id, path)

    def note(self, kernel_id: str, rules: Rules) -> None:
        """Note that a kernel was armed with these rules."""
        self._told[kernel_id] = rules

    async def follow(self, kernel_id: str) -> None:
        """Tell a kernel that records what changed since it was told; don't wait."""
        task = self._tasks.get(kernel_id)
        if task is not None and not task.done():
            return
        if await self.find_rules(kernel_id) != self._told.get(kernel_id, {}):
            tell = self._tell(kernel_id)
            self._tasks[kernel_id] = asyncio.get_running_loop().create_task(tell)

    def forget(self, kernel_id: str) -> None:
        """Forget what a process was told that is gone, or records no more."""
        self._told.pop(kernel_id, None)
        task = self._tasks.pop(kernel_id, None)
        if task is not None:
            task.cancel()

    async def stop(self) -> None:
        """Give up what waits for a busy kernel."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _tell(self, kernel_id: str) -> None:
        """Send what differs, until nothing does: rules change while a kernel is busy.

        A kernel that can't obey (it is older, or its trackbook fails) was told, too.
        """
        while True:
            wanted = await self.find_rules(kernel_id)
            told = self._told.get(kernel_id, {})
            kernel = self._kernels.find_kernel(kernel_id)
            if wanted == told or kernel is None:
                return
            changed = {
                name: wanted.get(name)
                for name in sorted(wanted.keys() | told.keys())
                if wanted.get(name) != told.get(name)
            }
            await send_request(kernel, "rule", changed)
            self._told[kernel_id] = wanted
