"""Effects that share people: models of their dependence, and inference that is robust to it.

Never decides which effects share people.
"""
