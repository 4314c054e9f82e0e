"""The meta-analysis layer: questions, selection, pooling, answers.

Never sees rows of the database, only values of the domain.
"""
