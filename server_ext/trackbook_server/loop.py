"""How the server's event loop stays quick while threads read and write beside it.

Both settings are the process's, so Jupyter's own requests and kernels' messages have
them, too. Neither takes anything away: they only say who waits for whom how long.
"""

import gc
import sys

SWITCH_SECONDS = 0.0005
"""After so long a thread that wants the interpreter gets it from another."""


def favour_loop() -> None:
    """Let the loop have the interpreter back soon, and its collector have little to do.

    Every call into the system lets go of the interpreter, and whoever comes back from
    one waits for a thread at work: with Python's own 5 ms, a request that reads and
    sends a few times waits for a few times that. A full collection of what a Jupyter
    server has loaded by its start takes 150 ms, in which nothing else runs; all of it
    stays until the end, so it need not be looked at again.
    """
    sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_SECONDS))
    gc.collect()
    gc.freeze()
