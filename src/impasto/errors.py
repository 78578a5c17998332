"""What goes wrong because of what was given, and not because of impasto."""


class ImpastoError(ValueError):
    """What was given can't be used: one sentence says what was got, what was expected, what to do.

    Everything that impasto says to its user is of this kind. Any other ValueError is a mistake in
    impasto, or in a library, and the command line reports it as one.
    """


class DiskFullError(ImpastoError):
    """A disk that was full while something ran."""
