"""`impasto rerun`: make a picture again, from what it knows of itself."""

from collections.abc import Sequence

from impasto.cli.arguments import check_files, parse, set_memory
from impasto.cli.loading import loading
from impasto.cli.rerun.form import Rerun


def main(arguments: Sequence[str]) -> int:
    """Make a picture again, from what it knows of itself."""
    given = parse(Rerun, arguments, "impasto rerun")
    check_files([given.picture])
    with loading():
        set_memory(given.memory)
        from impasto.cli.rerun.work import rerun_picture
    return rerun_picture(given)
