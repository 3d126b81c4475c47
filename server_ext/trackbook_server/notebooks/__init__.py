"""Notebook documents: kept as revisions, given back, put side by side."""
