"""The store: one SQLite database and the blobs beside it."""
