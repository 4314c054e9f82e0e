"""The parts of the measures of the desk under load: a made world, the people in it, what must be found afterwards.

Never part of the tests, and never a measure by itself.
"""
