"""A Jupyter server extension that measures how late the server's event loop is.

Only for `benchmarks.serving`: it asks to be woken every two milliseconds, and notes how
much later that is, and how much of the time between the process and the loop's own
thread were at work. A loop that waits for a processor is late without having worked.
"""

import asyncio
import contextlib
import json
import time
from dataclasses import asdict, dataclass
from typing import Any

from jupyter_server.base.handlers import APIHandler
from tornado import web

EVERY_SECONDS = 0.002


@dataclass(slots=True)
class Lateness:
    """The longest that the loop was late, in ms.

    `worked_ms` counts of it only what the process worked, `blocked_ms` only what the
    loop's own thread did.
    """

    late_ms: float = 0.0
    worked_ms: float = 0.0
    blocked_ms: float = 0.0
    count: int = 0

    async def watch(self) -> None:
        """Be woken again and again."""
        while True:
            before = time.perf_counter(), time.process_time(), time.thread_time()
            await asyncio.sleep(EVERY_SECONDS)
            after = time.perf_counter(), time.process_time(), time.thread_time()
            wall, process, own = (b - a for a, b in zip(before, after, strict=True))
            late = wall - EVERY_SECONDS
            self.count += 1
            self.late_ms = max(self.late_ms, late * 1e3)
            self.worked_ms = max(self.worked_ms, min(late, process) * 1e3)
            self.blocked_ms = max(self.blocked_ms, min(late, own) * 1e3)


class ProbeHandler(APIHandler):
    """What was measured since the last time that this was asked."""

    @web.authenticated
    async def get(self) -> None:
        found: Lateness = self.settings["loop_probe"]
        self.finish(json.dumps(asdict(found)))
        found.late_ms = found.worked_ms = found.blocked_ms = 0.0
        found.count = 0


def _load_jupyter_server_extension(server: Any) -> None:
    found = Lateness()
    server.web_app.settings["loop_probe"] = found
    server.web_app.add_handlers(".*$", [(f"{server.base_url}probe", ProbeHandler)])
    server.io_loop.add_callback(lambda: asyncio.ensure_future(found.watch()))


def main() -> None:
    """Measure a loop that has nothing else to do, until the input is closed."""
    found = Lateness()

    async def idle() -> None:
        watching = asyncio.ensure_future(found.watch())
        await asyncio.to_thread(input)
        watching.cancel()

    with contextlib.suppress(EOFError):
        asyncio.run(idle())
    print(json.dumps(asdict(found)))


if __name__ == "__main__":
    main()
