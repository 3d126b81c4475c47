"""Adds up what the test suites reported and prints ``N passed, N failed``.

    python tools/test_counts.py FOLDER

For each suite the folder holds ``<suite>.exit`` (the runner's exit code) and, unless
the runner died early, ``<suite>.xml`` (a JUnit report). A runner that failed without
naming a failed test counts as one failure, so that nothing broken adds up to success.
"""

from __future__ import annotations

import sys

# Only reports that our own runners have just written are read.
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def count(report: Path) -> tuple[int, int]:
    """Return how many tests of a report passed and failed; skipped ones are neither."""
    passed = failed = 0
    for case in ElementTree.parse(report).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is None:
            passed += 1
    return passed, failed


def count_suite(exit_file: Path) -> tuple[int, int]:
    """Return a suite's counts, never without a failure if its runner failed."""
    try:
        passed, failed = count(exit_file.with_suffix(".xml"))
    except (FileNotFoundError, ElementTree.ParseError):
        return 0, 1
    if exit_file.read_text().strip() != "0" and failed == 0:
        failed = 1
    return passed, failed


def main() -> int:
    """Print a line for each suite and the sums at the end."""
    passed = failed = 0
    for exit_file in sorted(Path(sys.argv[1]).glob("*.exit")):
        suite_passed, suite_failed = count_suite(exit_file)
        print(f"{exit_file.stem}: {suite_passed} ok, {suite_failed} not ok")
        passed += suite_passed
        failed += suite_failed
    if passed == 0 and failed == 0:
        failed = 1
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
