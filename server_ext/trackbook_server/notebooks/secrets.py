"""Credentials of exact formats, replaced in what a revision keeps, as the kernel does.

Formats only, no guesses by entropy: a notebook that is given back must still run. It
knows strings, not notebooks.
"""

from collections.abc import Callable

from trackbook.secret_formats import PLACEHOLDER, Span, redact_exact

__all__ = ["PLACEHOLDER", "Redact", "Span", "redact_exact"]

Redact = Callable[[str], tuple[str, list[Span]]]
"""Takes a text; returns it with its secrets replaced, and where."""
