"""`impasto resume`: go on with an interrupted run."""

from collections.abc import Sequence

from impasto.cli.arguments import parse, set_memory
from impasto.cli.loading import loading
from impasto.cli.resume.form import Resume


def main(arguments: Sequence[str]) -> int:
    """Go on with an interrupted run."""
    given = parse(Resume, arguments, "impasto resume")
    with loading():
        set_memory(given.memory)
        from impasto.cli.resume.work import resume_run
    return resume_run(given)
