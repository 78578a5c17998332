"""`impasto train`: teach a network of your own."""

from collections.abc import Sequence
from functools import wraps

from impasto.cli.arguments import check_files, set_threads
from impasto.cli.loading import loading
from impasto.cli.menu import Command, choose
from impasto.cli.train.form import parse_train
from impasto.registry import TRAININGS
from impasto.wording import COLLECTION

END = """\
Each of them says more with --help. A training goes on where it stopped when the same command is
given again. On several machines, or with a processor for each process, torchrun starts it:

  torchrun --nproc-per-node 2 -m impasto train wct --photos photos -o trained"""


def main(arguments: Sequence[str]) -> int:
    """Teach a network to paint, from pictures of your own."""
    return choose(arguments, TRAIN_COMMANDS, "impasto train", end=END)


def _command(name: str) -> Command:
    """Return the command that teaches one of `TRAININGS`."""

    @wraps(TRAININGS[name], assigned=("__doc__",), updated=())
    def command(words: Sequence[str]) -> int:
        given = parse_train(name, words)
        check_files(given.styles)
        check_files([*given.photos, *given.paintings], COLLECTION)
        with loading():
            set_threads(given.threads)
            from impasto.cli.train.work import train
        return train(name, given)

    return command


TRAIN_COMMANDS: dict[str, Command] = {name: _command(name) for name in TRAININGS}
