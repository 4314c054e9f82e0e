"""Works: the records of one publication together, what people decided of each, and the order in which they wait.

Never collects and never links: the records and their links come from the harvest.
"""
