"""Moderators: meta-regression, subgroups and permutation of moderators; arrays in, frozen results out.

Never knows a question, a study or a file.
"""
