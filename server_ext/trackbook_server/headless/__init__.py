"""Executing notebooks without a browser, recorded."""
