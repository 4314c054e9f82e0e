"""Every mistake a user can make, as one family that the command line prints in one line.

Never raised for a bug: those stay ordinary exceptions and end with exit code 1.
"""


class OxySynthError(Exception):
    """Root of the family; the message names the thing, the value seen and the remedy."""

    exit_code = 2


class InvalidInput(OxySynthError):
    """A file, an option or a value that cannot be used as it stands."""


class Unavailable(InvalidInput):
    """The database cannot be reached, read or written; nothing was kept. The command line names what to correct."""


class CheckFailed(OxySynthError):
    """A check of the corpus or of the built site did not pass."""

    exit_code = 4


class Locked(OxySynthError):
    """Another run holds the database or the output folder."""

    exit_code = 5
