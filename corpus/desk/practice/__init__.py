"""The practice desk: a database of its own with made-up records, made-up colleagues, and a guided first case.

Never touches the review's database, and never holds a number that somebody measured.
"""
