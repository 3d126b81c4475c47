"""What `trackbook doctor` looks at in a home, and how it mends that.

Nothing is deleted: what is damaged, or belongs to nothing, goes to the home's `aside/`.
"""
