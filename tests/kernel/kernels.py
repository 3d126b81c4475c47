"""Real kernels, as a server starts them."""

import contextlib
import os
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager

ARM = '__import__("trackbook").arm(notebook=None)'


def wait_for(true: Callable[[], Any], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


class Kernel:
    """A kernel as a server starts it: its connection file says its id."""

    def __init__(self, folder: Path) -> None:
        self.kernel_id = str(uuid.uuid4())
        file = folder / f"kernel-{self.kernel_id}.json"
        self.manager = KernelManager(connection_file=str(file))
        environment = dict(os.environ)
        environment.pop("PYTEST_CURRENT_TEST", None)  # ipykernel looks for it
        self.manager.start_kernel(cwd=str(folder), env=environment)
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def run(self, source: str, **options: Any) -> dict[str, Any]:
        """Execute and return the reply."""
        return self.client.execute_interactive(
            source, timeout=60, output_hook=lambda _: None, **options
        )

    def ask(self, expression: str) -> Any:
        """Evaluate as the server does: silent, in user expressions."""
        reply = self.run(
            "", store_history=False, user_expressions={"answer": expression}
        )
        answer = reply["content"]["user_expressions"]["answer"]
        assert answer["status"] == "ok", answer
        return eval(answer["data"]["text/plain"])

    def close(self) -> None:
        self.client.stop_channels()
        with contextlib.suppress(RuntimeError):
            self.manager.shutdown_kernel()
