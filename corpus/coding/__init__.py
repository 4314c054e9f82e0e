"""Coding: from what a person types to a study of the corpus.

Never talks to a database and never draws a page.
"""
