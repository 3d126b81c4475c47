"""Who this process is: what a reader needs to tell whether its writer still lives.

Owns nothing and keeps nothing; only the kernel's own process is looked at.
"""

import os
import sys
import time
from pathlib import Path
from typing import Any

_KERNEL_FILE = "kernel-"


def read_boot_id() -> str:
    """Return the id of this boot of the system; empty where it tells none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def read_process_start(pid: int) -> float:
    """Return when process `pid` started, in seconds since the epoch.

    Where the system does not tell, now; that still tells it from later processes.
    """
    try:
        since_boot = read_process_start_ms(pid)
        for line in Path("/proc/stat").read_text("ascii").splitlines():
            if line.startswith("btime ") and since_boot is not None:
                return float(line.split()[1]) + since_boot / 1000
    except (OSError, ValueError, IndexError):
        pass
    return time.time()


def read_process_start_ms(pid: int) -> int | None:
    """Return when process `pid` started, in milliseconds since the boot, or None."""
    try:
        # The name may hold spaces and brackets, so count from behind it.
        # https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
        ticks = int(fields.rpartition(")")[2].split()[19])
        return ticks * 1000 // os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None


def find_kernel_id() -> str | None:
    """Return the id of the Jupyter kernel that this process is, or None.

    A server names the connection file `kernel-<kernel id>.json`. Runners without a
    server use other names; then nobody knows the kernel by an id.
    """
    application = _kernel_application()
    if application is None or not application.initialized():
        return None
    name = Path(application.instance().connection_file or "").stem
    return name.removeprefix(_KERNEL_FILE) if name.startswith(_KERNEL_FILE) else None


def _kernel_application() -> Any:
    """Return ipykernel's application class if this process has loaded it."""
    module = sys.modules.get("ipykernel.kernelapp")
    return getattr(module, "IPKernelApp", None)
