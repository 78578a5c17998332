"""`impasto export`: a recipe as a file for programs without torch."""

from collections.abc import Sequence

from impasto.cli.exits import OK
from impasto.cli.export.form import parse_export
from impasto.cli.loading import loading
from impasto.cli.terminal import say
from impasto.wording import printable


def main(arguments: Sequence[str]) -> int:
    """Write a recipe's network to an ONNX file, for programs without torch."""
    given, recipe = parse_export(arguments, "impasto export")
    with loading():
        from impasto.export import INPUT, OUTPUT, export
    export(recipe, given.file)
    if not given.quiet:
        say(
            f"saved {printable(given.file)}: {INPUT} (1, 3, height, width), sRGB in [0, 1], gives "
            f"{OUTPUT} of the same size"
        )
    return OK
