"""`impasto stylize`: a photo and a painting in, a finished picture out."""

import os
from collections.abc import Sequence

from impasto.cli.arguments import UsageError, check_files, set_memory, set_threads
from impasto.cli.loading import loading
from impasto.cli.stylize.form import parse_stylize

PROGRAM = "impasto stylize"


def main(arguments: Sequence[str]) -> int:
    """Paint a photo in the style of a painting, or of several."""
    given, request = parse_stylize(arguments, PROGRAM)
    check_files(request.files)
    if os.path.isdir(request.content):
        with loading():
            set_threads(given.threads)
            set_memory(given.memory)
            from impasto.cli.stylize.folder import stylize_folder
        return stylize_folder(given, request)
    if given.format is not None:
        raise UsageError(
            f"--format is for a folder of photos; expected a name that ends in .{given.format}, "
            f"such as -o picture.{given.format}"
        )
    with loading():
        set_threads(given.threads)
        set_memory(given.memory)
        from impasto.cli.stylize.picture import stylize_picture
    return stylize_picture(given, request)
