"""Scripts that give a reader the numbers of a question's page without this program.

Never computes anything itself.
"""
