"""Real kernels that start in a tenth of a second: forks of one that has all imports.

Run as a program, it reads one JSON line a kernel and answers with its process id.
"""

import ast
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.connect import write_connection_file


class Spawner:
    """The process that kernels are forked from."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(
        self, connection_file: str, cwd: Path, environment: dict[str, str]
    ) -> int:
        """Fork a kernel and return its process id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"file": connection_file, "cwd": str(cwd), "environment": environment}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """Let the process end; its kernels have."""
        self._process.communicate(timeout=30)


class Kernel:
    """One kernel process, with the messages that a front end and a server send."""

    def __init__(
        self,
        spawner: Spawner,
        kernel_id: str,
        folder: Path,
        environment: dict[str, str],
    ) -> None:
        file = folder / f"kernel-{kernel_id}.json"
        file.unlink(missing_ok=True)
        write_connection_file(str(file), key=b"history")
        self.pid = spawner.start(str(file), folder, environment)
        self.client = BlockingKernelClient(connection_file=str(file))
        self.client.load_connection_file()
        self.client.start_channels(stdin=False, hb=False)
        self.client.wait_for_ready(timeout=60)

    def ask(self, expression: str) -> Any:
        """Evaluate as the server does: silent, in user expressions."""
        reply = self.client.execute_interactive(
            "",
            silent=True,
            store_history=False,
            user_expressions={"answer": expression},
            timeout=60,
        )
        answer = reply["content"]["user_expressions"]["answer"]
        assert answer["status"] == "ok", answer
        return ast.literal_eval(answer["data"]["text/plain"])

    def execute(
        self,
        source: str,
        metadata: dict[str, Any],
        session: str,
        on_text: Callable[[str], None],
    ) -> tuple[str, str]:
        """Execute as a front end does; return message id and status."""
        content = {
            "code": source,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        }
        message = self.client.session.msg("execute_request", content, metadata=metadata)
        message["header"]["session"] = session
        message_id = message["header"]["msg_id"]
        self.client.shell_channel.send(message)
        said = ""
        status = ""
        idle = False
        while not (status and idle):
            if not idle:
                heard = self.client.get_iopub_msg(timeout=60)
                if heard["parent_header"].get("msg_id") != message_id:
                    continue
                if heard["msg_type"] == "stream":
                    said += heard["content"]["text"]
                    on_text(said)
                idle = heard["content"].get("execution_state") == "idle"
                continue
            reply = self.client.get_shell_msg(timeout=60)
            if reply["parent_header"].get("msg_id") == message_id:
                status = reply["content"]["status"]
        return message_id, status

    def interrupt(self) -> None:
        """Interrupt what it executes."""
        os.kill(self.pid, signal.SIGINT)

    def close(self) -> None:
        """Shut it down and wait until it is gone."""
        self.client.shutdown()
        deadline = time.monotonic() + 30
        while Path(f"/proc/{self.pid}").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        self.client.stop_channels()


def _serve() -> None:
    import ipykernel.kernelapp  # noqa: F401
    import sklearn.datasets
    import sklearn.ensemble
    import sklearn.linear_model
    import sklearn.model_selection
    import sklearn.neighbors  # noqa: F401

    import trackbook.capture.cells
    import trackbook.extension  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _be_kernel(json.loads(line))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _be_kernel(order: dict[str, Any]) -> None:
    from ipykernel.kernelapp import IPKernelApp

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setpgrp()
    os.environ.update(order["environment"])
    os.chdir(order["cwd"])
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    kernel = IPKernelApp.instance()
    kernel.initialize(["-f", order["file"], "--HistoryManager.enabled=False"])
    kernel.start()
    sys.exit(0)


if __name__ == "__main__":
    _serve()
