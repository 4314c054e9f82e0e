"""How requests travel: politely, within limits, and never further than allowed.

Never reads a reply; that is the sources' affair.
"""
