"""Counts that tests make and that the end of a test run prints.

They travel in the tests' reports, so that it does not matter how many processes run the
tests, and stand in the JUnit report, too.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest

Mark = Callable[[str, bool], None]
"""Notes under a name whether something was as it should be."""

_PREFIX = "tally: "


@pytest.fixture
def mark(request: pytest.FixtureRequest) -> Iterator[Mark]:
    """Count under a name, how many there were and of how many it is true."""
    counted: dict[str, list[bool]] = defaultdict(list)
    yield lambda name, is_true: counted[name].append(is_true)
    request.node.user_properties.extend(
        (_PREFIX + name, f"{sum(marks)}/{len(marks)}")
        for name, marks in counted.items()
    )


def pytest_terminal_summary(terminalreporter: Any) -> None:
    sums: dict[str, list[int]] = {}
    # Under "" are the ends of tests, which come after what the test counted.
    for report in terminalreporter.stats.get("", []):
        for key, value in getattr(report, "user_properties", []):
            if report.when == "teardown" and key.startswith(_PREFIX):
                true, of = sums.setdefault(key.removeprefix(_PREFIX), [0, 0])
                more_true, more = map(int, value.split("/"))
                sums[key.removeprefix(_PREFIX)] = [true + more_true, of + more]
    for name in sorted(sums):
        is_true, of = sums[name]
        terminalreporter.write_line(f"{name}: {is_true} of {of}")
