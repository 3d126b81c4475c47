"""What trackbook promises to cost, measured beside floors in the same run.

A benchmark is a module here with `run() -> list[Row]`, named in `__main__`.
"""
