"""Multiverse analysis: every defensible specification of a question, computed together and set side by side.

Never decides which specification is right: the question's main analysis stays the answer, and the grid is declared first.
"""
