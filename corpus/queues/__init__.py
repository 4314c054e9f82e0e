"""What waits for a person beside screening and coding: what each queue holds, looked up where it arose.

Never decides anything, and never asks a source.
"""
