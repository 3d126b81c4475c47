"""The version, where everything that says it can read it."""

__version__ = "0.1.0"
