"""Finds records that tell of one and the same work, with a reason for every link; unsure pairs wait for a person.

Never deletes a record and never opens a session or a network connection.
"""
