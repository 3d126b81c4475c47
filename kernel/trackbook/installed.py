"""Which packages folders hold, by the names of their metadata alone. Imports nothing
of ours, so that the server may look at another interpreter's folders with it."""

import re
from collections.abc import Iterable
from pathlib import Path

_INSTALLED = re.compile(
    r"^(?P<name>.+?)-(?P<version>\d[^-]*)(?:-py.*)?\.(?:dist|egg)-info$"
)


def list_packages(folders: Iterable[str]) -> dict[str, str]:
    """Return the installed packages' versions by normalised name.

    Read from the names of the metadata folders, which say both, since opening some
    hundred files takes a second of the user's processor. The first folder wins, as it
    does for an import.
    https://packaging.python.org/en/latest/specifications/name-normalization/
    """
    found: dict[str, str] = {}
    for folder in dict.fromkeys(folders):
        try:
            names = [entry.name for entry in Path(folder).iterdir()]
        except OSError:
            continue
        for name in names:
            match = _INSTALLED.match(name)
            if match:
                normal = re.sub(r"[-_.]+", "-", match["name"]).lower()
                found.setdefault(normal, match["version"])
    return dict(sorted(found.items()))
