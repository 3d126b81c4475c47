"""Something on screen that follows the recording, also while the kernel is busy.

On a thread of its own. Messages to widgets may be sent from any thread: ipykernel hands
them to its output thread, and signs each on its own.
"""

import sys
import threading
from collections.abc import Callable

SECONDS = 1.0
"""How often what is on screen is brought up to date."""


class Follower:
    """Calls `update` every second until it returns False, or until `close`."""

    def __init__(self, update: Callable[[], bool]) -> None:
        self._update = update
        self._closing = threading.Event()
        self._thread = threading.Thread(
            target=self._follow, name="trackbook-follower", daemon=True
        )

    @property
    def is_alive(self) -> bool:
        """Whether it still follows."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def close(self) -> None:
        """Follow no more; called from its own `update` it does not wait."""
        self._closing.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(2 * SECONDS)

    def _follow(self) -> None:
        try:
            while not self._closing.wait(SECONDS) and self._update():
                pass
        except Exception as error:  # as every hook of ours: say it once, and stop
            sys.stderr.write(
                "trackbook: what is shown is not brought up to date any more "
                f"({type(error).__name__}: {error}). Recording goes on.\n"
            )
