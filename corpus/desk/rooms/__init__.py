"""The rooms of the desk: each file has the routes of one kind of work.

Never reaches into another room.
"""

from corpus.desk.rooms import (
    appraising,
    authors,
    cases,
    coding,
    comparing,
    conflicts,
    duplicates,
    files,
    full_texts,
    home,
    identity,
    notices,
    people,
    queues,
    reported,
    same,
    screening,
    trail,
    untraced,
    works,
)

ROUTERS = (
    home.router,
    people.router,
    identity.router,
    screening.router,
    full_texts.router,
    conflicts.router,
    works.router,
    queues.router,
    duplicates.router,
    same.router,
    untraced.router,
    notices.router,
    reported.router,
    authors.router,
    files.router,
    cases.router,
    coding.router,
    appraising.router,
    comparing.router,
    trail.router,
)
