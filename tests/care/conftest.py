from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.care.homes import fill
from trackbook_server.care.examining import examine, repair
from trackbook_server.care.finding import Finding, Patient
from trackbook_server.store.home import Home


@pytest.fixture
def used(trackbook_home: Path) -> Path:
    """A home with runs, series of several chunks, blobs and notebooks; closed."""
    fill(trackbook_home)
    return trackbook_home


@pytest.fixture
def found(used: Path) -> Callable[[], dict[str, Finding]]:
    """What the checks say of that home, by what they are about."""

    def look() -> dict[str, Finding]:
        home = Home(used)
        try:
            return {one.what: one for one in examine(Patient(used, home))}
        finally:
            home.close()

    return look


@pytest.fixture
def mended(used: Path) -> Callable[[], dict[str, Any]]:
    """What the repairs did in that home."""

    def mend() -> dict[str, str]:
        home = Home(used)
        try:
            patient = Patient(used, home)
            return repair(patient, examine(patient))
        finally:
            home.close()

    return mend
