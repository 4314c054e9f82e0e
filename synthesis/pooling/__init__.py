"""Pooling of independent effects: arrays in, one frozen result out.

Never knows a question, a study or a file.
"""
