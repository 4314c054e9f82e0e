"""Readers of the files that people export from databases and reference managers.

Never stops at a bad record: it costs itself, with its line and the reason.
"""
