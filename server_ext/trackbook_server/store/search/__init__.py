"""The filter language: text → tokens → syntax tree → SQL, and what completes it.

What people may write is told in docs/search.md. Only `parser.py` knows the grammar,
only `sql.py` what a tree means to SQLite, only `texts.py` writes what full text finds.
"""
