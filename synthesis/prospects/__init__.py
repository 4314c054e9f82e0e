"""What would change a conclusion: the next trial, the trials under way, and the fewest effects whose removal turns it.

Arrays in, frozen dataclass out; never a promise of what a trial will find, only what each finding would do.
"""
