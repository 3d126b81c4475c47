"""Makes the other environments of the browser tests, as kernels of the server's.

    python make_environments.py

In .work: ``environments/light`` holds ipykernel and trackbook-kernel,
``environments/bare`` ipykernel alone. Their kernels are called as they are.
"""

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from tests.end_to_end.environments import (  # noqa: E402 the path comes first
    create_environment,
    write_kernel_spec,
)

ENVIRONMENTS = HERE / ".work" / "environments"
DATA = HERE / ".work" / "data"


def main() -> None:
    """Make both; what an earlier try left half done goes first."""
    for name, has_trackbook in (("light", True), ("bare", False)):
        shutil.rmtree(ENVIRONMENTS / name, ignore_errors=True)
        shutil.rmtree(DATA / "kernels" / name, ignore_errors=True)
        made = create_environment(ENVIRONMENTS / name, has_trackbook=has_trackbook)
        write_kernel_spec(DATA, name, made.python)


if __name__ == "__main__":
    main()
